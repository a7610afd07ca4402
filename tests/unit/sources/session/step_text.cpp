#include "tests/unit/sources/session/step_text.hpp"

namespace tests {
namespace {

template <class Number>
std::string number(const char* name, const std::optional<Number>& value) {
  if (!value) return "";
  if constexpr (std::is_integral_v<Number>) {
    return std::string(" ") + name + "=" + std::to_string(*value);
  } else {
    return std::string(" ") + name + "=" + std::to_string(value->value());
  }
}

std::string counts(const events::MailboxCounts& counts) {
  return number("messages", counts.messages) + number("uidnext", counts.uidnext);
}

std::string flags(const events::FlagSet& flags) {
  return flags.empty() ? "" : " flags=" + flags.to_text();
}

struct KindText {
  std::string operator()(const events::MessageNew& e) const { return arrival(e); }
  std::string operator()(const events::MessageAppend& e) const { return arrival(e); }
  std::string operator()(const events::FlagsSet& e) const {
    return change(e) + flags(e.flag_names);
  }
  std::string operator()(const events::FlagsClear& e) const {
    return change(e) + flags(e.flag_names);
  }
  std::string operator()(const events::MessageSetChange& e) const { return change(e); }
  std::string operator()(const events::MailboxRename& e) const {
    return " " + to_text(e.old_mailbox) + " -> " + to_text(e.mailbox);
  }
  std::string operator()(const events::MailboxCreate& e) const { return " " + to_text(e.mailbox); }
  std::string operator()(const events::MailboxDelete& e) const { return " " + to_text(e.mailbox); }
  std::string operator()(const events::MailboxSubscribe& e) const {
    return " " + to_text(e.mailbox);
  }
  std::string operator()(const events::MailboxUnSubscribe& e) const {
    return " " + to_text(e.mailbox);
  }
  std::string operator()(const events::Quota& e) const {
    return number("used", e.disk_used) + number("of", e.disk_quota) +
           number("messages", e.messages) + number("of", e.max_messages);
  }
  std::string operator()(const events::Login&) const { return " (no event of IMAP)"; }
  std::string operator()(const events::Logout&) const { return " (no event of IMAP)"; }

  static std::string arrival(const events::Arrival& e) {
    std::string text = " " + to_text(e.mailbox) + " uid=" + std::to_string(e.uid.value()) +
                       counts(e.counts) + number("modseq", e.modseq) +
                       number("size", e.message_size) + flags(e.flag_names);
    for (const auto& [name, value] : e.headers) text += " " + name + "='" + value + "'";
    if (e.body_structure) text += " structure=" + *e.body_structure;
    if (e.message_content) text += " content='" + *e.message_content + "'";
    if (e.content_reference) text += " reference=" + *e.content_reference;
    return text;
  }
  static std::string change(const events::MessageSetChange& e) {
    return " " + to_text(e.mailbox) + " uids=" + e.uidset.to_string() + counts(e.counts) +
           number("modseq", e.modseq);
  }
};

struct StepText {
  std::string operator()(const events::MailboxIs& step) const {
    const auto& s = step.state;
    std::string text =
        "is " + s.name + (s.uidvalidity ? ";" + std::to_string(s.uidvalidity->value()) : "");
    if (!s.is_selectable) text += " level";
    return text + number("messages", s.messages) + number("unseen", s.unseen) +
           number("uidnext", s.uidnext) + number("modseq", s.highestmodseq);
  }
  std::string operator()(const events::MailboxGone& step) const { return "gone " + step.name; }
  std::string operator()(const events::MailboxMoved& step) const {
    return "moved " + step.from + " -> " + step.to;
  }
  std::string operator()(const events::MessagesAre& step) const {
    std::string text = "messages " + step.mailbox + (step.all ? " all" : "");
    if (!step.removed.empty()) text += " removed=" + step.removed.to_string();
    for (const auto& [uid, set] : step.set)
      text += " " + std::to_string(uid.value()) + "(" + set.to_text() + ")";
    return text;
  }
  std::string operator()(const events::SubscriptionIs& step) const {
    return (step.subscribed ? "subscribed " : "unsubscribed ") + step.mailbox;
  }
  std::string operator()(const events::Event& event) const {
    return std::string(events::to_text(events::name_of(event))) +
           std::visit(KindText{}, event.kind);
  }
};

}  // namespace

std::string to_text(const events::MailboxId& mailbox) {
  return mailbox.name +
         (mailbox.uidvalidity ? ";" + std::to_string(mailbox.uidvalidity->value()) : "");
}

std::string to_text(const events::Step& step) {
  return std::visit(StepText{}, step);
}

std::string to_text(const events::RightsAre& rights) {
  std::string text = "rights " + rights.mailbox + ":";
  for (const auto& reader : rights.readers) text += " " + reader;
  return rights.readers.empty() ? text + " nobody" : text;
}

std::string to_text(const events::MdnSentIs& mdn_sent) {
  return "mdn sent " + mdn_sent.mailbox + (mdn_sent.is_kept ? ": kept" : ": not kept");
}

std::vector<std::string> to_text(const std::vector<events::Step>& steps) {
  std::vector<std::string> lines;
  for (const auto& step : steps) lines.push_back(to_text(step));
  return lines;
}

std::vector<std::string> events_in(const std::vector<events::Step>& steps) {
  std::vector<std::string> lines;
  for (const auto& step : steps) {
    if (std::holds_alternative<events::Event>(step)) lines.push_back(to_text(step));
  }
  return lines;
}

}  // namespace tests
