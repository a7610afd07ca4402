#include "sources/imap/resync.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "sources/imap/mime_words.hpp"

namespace sources::imap {
namespace {

// new messages whose data are fetched and reported together
constexpr std::uint32_t window = 500;
constexpr std::uint32_t window_with_content = 50;
constexpr std::uint32_t max_windows = 64;  // of one resync; beyond that they grow

const events::Uid first_uid = *events::Uid::from(1);

/// One octet more than wanted of the content: with it the message is known to be larger.
FetchItems items_for(const events::DataWanted& data, Extensions extensions) {
  const bool needs_size = data.message_size || data.reference_beyond;
  return {
      true,         extensions.condstore, needs_size,
      data.headers, data.body_structure,  data.content_octets > 0 ? data.content_octets + 1 : 0};
}

/// The new messages: those from `from` on, in windows when the server said how many there are.
void add_arrivals(ResyncPlan& plan, events::Uid from, std::optional<events::Uid> uidnext,
                  Extensions extensions) {
  const auto items = items_for(plan.data, extensions);
  const auto most = items.content > 0 ? window_with_content : window;
  auto first = from.value();
  if (uidnext && uidnext->value() > first && uidnext->value() - first > most) {
    const auto size = std::max(most, (uidnext->value() - first) / max_windows + 1);
    for (; uidnext->value() - first > size; first += size) {
      const auto last = *events::Uid::from(first + size - 1);
      events::UidSet uids;
      uids.add(*events::Uid::from(first), last);
      plan.fetches.push_back({uids, *events::Uid::from(first), items, std::nullopt, false, last});
    }
  }
  plan.fetches.push_back({std::nullopt, *events::Uid::from(first), items, std::nullopt, false, {}});
}

template <class Number>
std::optional<Number> parse_number(const std::string& text) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end) return std::nullopt;
  return Number::from(value);
}

}  // namespace

ResyncPlan plan_resync(const Account& account, const std::string& mailbox,
                       const std::optional<events::MailboxState>& listed, bool wants_complete,
                       Extensions extensions, const events::DataWanted& data) {
  ResyncPlan plan;
  plan.data = data;
  const auto* known = account.find(mailbox);
  const auto uidnext = listed ? listed->uidnext : std::nullopt;
  if (extensions.condstore && !extensions.qresync) plan.mode = ExamineMode::condstore;
  if (!known || !account.has_messages_of(mailbox)) {
    // the first look makes no events: no data
    plan.is_complete = true;
    plan.fetches.push_back({std::nullopt, first_uid, {}, std::nullopt, true, {}});
    return plan;
  }
  const auto next = wants_complete ? first_uid : known->uidnext.value_or(first_uid);
  if (known->messages == 0U) {
    add_arrivals(plan, next, uidnext, extensions);
    return plan;
  }
  const bool has_modseq =
      known->highestmodseq && known->highestmodseq->value() != 0 && !wants_complete;
  if (extensions.qresync && has_modseq) {
    plan.qresync = QresyncParameters{*known->uidvalidity, *known->highestmodseq};
    add_arrivals(plan, next, uidnext, extensions);
    return plan;
  }
  const bool only_flags = listed && listed->messages && listed->messages == known->messages &&
                          listed->uidnext && listed->uidnext == known->uidnext;
  if (extensions.condstore && has_modseq && only_flags) {  // RFC 7162 §3.1.4.1
    plan.fetches.push_back({std::nullopt,
                            first_uid,
                            {true, true, false, false, false, 0},
                            ChangedSince{*known->highestmodseq, false},
                            true,
                            {}});
    return plan;
  }
  // only the whole list of UIDs tells which are gone (RFC 3501 §2.3.1.1); the flags come with it
  plan.is_complete = true;
  plan.fetches.push_back({std::nullopt,
                          first_uid,
                          {true, extensions.condstore, false, false, false, 0},
                          std::nullopt,
                          true,
                          {}});
  const auto arrivals = known->uidnext.value_or(first_uid);
  plan.fetches.push_back(
      {std::nullopt, arrivals, items_for(data, extensions), std::nullopt, false, {}});
  return plan;
}

void Resync::on_response(const Untagged& response) {
  const auto& [code, arguments, text] = response.text;
  if (code == "UIDVALIDITY") {
    uidvalidity_ = parse_number<events::UidValidity>(arguments);
  } else if (code == "UIDNEXT") {
    uidnext_ = parse_number<events::Uid>(arguments);
  } else if (code == "HIGHESTMODSEQ") {
    const auto modseq = parse_number<events::ModSeq>(arguments);
    if (modseq && (!highestmodseq_ || *highestmodseq_ < *modseq)) highestmodseq_ = modseq;
  } else if (code == "NOMODSEQ") {  // RFC 7162 §3.1.2.2
    highestmodseq_ = events::ModSeq::from(0);
  }
}

void Resync::on_response(const Fetch& response) {
  if (!response.uid)
    return;  // an update of a message that was not asked for: the STATUS afterwards tells
  const auto is_before = [](const MessageSeen& message, events::Uid uid) {
    return message.uid < uid;
  };
  auto at = messages_.end();
  if (!messages_.empty() && messages_.back().uid >= *response.uid) {
    at = std::lower_bound(messages_.begin(), messages_.end(), *response.uid, is_before);
  }
  if (at == messages_.end() || at->uid != *response.uid) {
    if (!response.flags) return;
    at = messages_.insert(at, MessageSeen{*response.uid, {}, {}, {}, {}});
  }
  if (response.flags) {
    at->flags = {};
    for (const auto& name : *response.flags) at->flags.add(name);
  }
  if (response.modseq) at->modseq = response.modseq;
  if (response.size) at->size = response.size;
  if (response.header) at->headers = decode_header_block(*response.header);
  if (response.body_structure) at->body_structure = response.body_structure;
  if (response.content && response.content->size() <= plan_.data.content_octets)
    at->content = response.content;
}

void Resync::on_response(const Vanished& response) {
  for (const auto& range : response.uids.ranges()) {
    vanished_.add(*events::Uid::from(range.first), *events::Uid::from(range.last));
  }
}

void Resync::on_status(const events::MailboxState& said) {
  if (!said_) {
    said_ = said;
    return;
  }
  if (said.uidvalidity) said_->uidvalidity = said.uidvalidity;
  if (said.uidnext) said_->uidnext = said.uidnext;
  if (said.highestmodseq) said_->highestmodseq = said.highestmodseq;
  if (said.messages) said_->messages = said.messages;
  if (said.unseen) said_->unseen = said.unseen;
}

events::MailboxState Resync::opened() const {
  events::MailboxState state;
  state.name = mailbox_;
  state.uidvalidity = uidvalidity_;
  state.uidnext = uidnext_;
  state.highestmodseq = highestmodseq_;
  state.messages = exists_;
  return state;
}

std::optional<MailboxLook> Resync::take_up_to(events::Uid uid) {
  if (has_failed_ || !uidvalidity_) return std::nullopt;
  MailboxLook look{mailbox_, *uidvalidity_, {}, {}, false, {}, {}};
  const auto end =
      std::find_if(messages_.begin(), messages_.end(), [&](const auto& m) { return m.uid > uid; });
  look.messages.assign(std::make_move_iterator(messages_.begin()), std::make_move_iterator(end));
  messages_.erase(messages_.begin(), end);
  return look;
}

std::optional<MailboxLook> Resync::take() {
  if (has_failed_ || !uidvalidity_) return std::nullopt;
  return MailboxLook{mailbox_,          *uidvalidity_,        uidnext_, highestmodseq_,
                     plan_.is_complete, std::move(messages_), vanished_};
}

}  // namespace sources::imap
