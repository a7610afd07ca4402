#include "tests/support/fake_mail_store.hpp"

#include <stdexcept>
#include <utility>

namespace tests {
namespace {

/// `uidvalidity 7 messages 2 …`
events::MailboxState read_state(const std::string& name, events::MailboxState state,
                                std::istringstream& in) {
  state.name = name;
  std::string key;
  std::uint32_t value = 0;
  while (in >> key >> value) {
    if (key == "uidvalidity")
      state.uidvalidity = events::UidValidity::from(value);
    else if (key == "messages")
      state.messages = value;
    else if (key == "unseen")
      state.unseen = value;
    else if (key == "uidnext")
      state.uidnext = events::Uid::from(value);
    else
      throw std::runtime_error("the mail store does not know: " + key);
  }
  return state;
}

events::SightChange sight_of(const std::string& word) {
  events::SightChange change;
  change.source = "imap";
  change.detail = "as the transcript says";
  if (word == "lost") {
    change.sight = events::Sight::stale;
    change.reason = events::SightReason::connect;
  } else if (word == "refuses") {
    change.sight = events::Sight::failed;
    change.reason = events::SightReason::auth;
  }
  return change;
}

}  // namespace

events::Step FakeMailStore::happened(events::Event::Kind kind) const {
  events::Circumstances how;
  how.timestamp = events::Timestamp{now_, std::chrono::minutes(60)};
  return events::Event{account_, how, std::move(kind)};
}

FakeMailStore::News FakeMailStore::act(const std::string& words,
                                       std::chrono::system_clock::time_point now) {
  std::istringstream in(words);
  std::string first;
  in >> first;
  account_ = "juliet";
  now_ = now;
  if (first.back() == ':') {
    account_ = first.substr(0, first.size() - 1);
    in >> first;
  }
  if (first == "lost" || first == "seen" || first == "refuses") {
    auto change = sight_of(first);
    change.account = account_;
    change.since = now;
    return change;
  }
  auto& mailboxes = accounts_[account_];
  events::Report report;
  report.account = account_;
  report.source = "imap";
  if (first == "new") {
    report.steps = new_message(mailboxes, in);
  } else if (first == "create") {
    report.steps = create(mailboxes, in);
  } else if (first == "delete") {
    report.steps = remove(mailboxes, in);
  } else if (first == "rename") {
    report.steps = rename(mailboxes, in);
  } else if (first == "rights") {
    events::RightsAre rights;
    in >> rights.mailbox;
    for (std::string reader; in >> reader;) rights.readers.push_back(reader);
    report.rights = {std::move(rights)};
  } else {
    auto& state = mailboxes[first];
    state = read_state(first, state, in);
    report.steps = {events::MailboxIs{state}};
    report.completes_snapshot = true;
  }
  return report;
}

std::vector<events::Step> FakeMailStore::new_message(Mailboxes& mailboxes,
                                                     std::istringstream& in) const {
  std::uint32_t uid = 0;
  std::string mailbox, word, from;
  in >> word >> uid >> word >> mailbox >> word;
  std::getline(in, from);
  const auto at = from.find(" subject ");
  const auto subject = from.substr(at + 9);
  from = from.substr(1, at - 1);
  auto& state = mailboxes.at(mailbox);
  state.messages = state.messages.value_or(0) + 1;
  state.unseen = state.unseen.value_or(0) + 1;
  state.uidnext = events::Uid::from(uid + 1);
  const events::MailboxId where{account_, mailbox, state.uidvalidity};
  events::MessageNew arrival{{where, *events::Uid::from(uid), {}, {}, {}, {}, {}, {}, {}}, {}};
  arrival.counts = {state.messages, state.uidnext};
  arrival.headers = {{"From", from}, {"Subject", subject}};
  return {events::MailboxIs{state}, happened(std::move(arrival))};
}

std::vector<events::Step> FakeMailStore::create(Mailboxes& mailboxes,
                                                std::istringstream& in) const {
  std::string name;
  in >> name;
  const auto& state = mailboxes[name] = read_state(name, {}, in);
  return {events::MailboxIs{state},
          happened(events::MailboxCreate{{account_, name, state.uidvalidity}})};
}

std::vector<events::Step> FakeMailStore::remove(Mailboxes& mailboxes,
                                                std::istringstream& in) const {
  std::string name;
  in >> name;
  const auto state = mailboxes.at(name);
  mailboxes.erase(name);
  return {happened(events::MailboxDelete{{account_, name, state.uidvalidity}}),
          events::MailboxGone{name}};
}

std::vector<events::Step> FakeMailStore::rename(Mailboxes& mailboxes,
                                                std::istringstream& in) const {
  std::string from, to;
  in >> from >> to;
  auto state = mailboxes.at(from);
  mailboxes.erase(from);
  state.name = to;
  mailboxes[to] = state;
  return {events::MailboxMoved{from, to}, events::MailboxIs{state},
          happened(events::MailboxRename{{account_, from, state.uidvalidity},
                                         {account_, to, state.uidvalidity}})};
}

}  // namespace tests
