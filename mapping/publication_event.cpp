// Publication: on which leaf an event is published, and what it lacks that is known here.
#include <utility>

#include "mapping/publication.hpp"

namespace mapping {
namespace {

constexpr std::size_t max_uid_ranges = 1000;  // of one event; more become several

/// The same event with the uidset cut into pieces that the schema allows.
std::vector<events::Event> split(events::Event event) {
  std::vector<events::Event> pieces;
  std::visit(
      [&](auto& kind) {
        if constexpr (requires { kind.uidset; }) {
          const auto sets = kind.uidset.split(max_uid_ranges);
          if (sets.size() < 2) return;
          for (const auto& set : sets) {
            kind.uidset = set;
            pieces.push_back(event);
          }
        }
      },
      event.kind);
  if (pieces.empty()) pieces.push_back(std::move(event));
  return pieces;
}

}  // namespace

void Publication::take_step(const events::Event& step) {
  const auto* removal = std::get_if<events::MailboxDelete>(&step.kind);
  // a store known by push alone may name a mailbox for the first time when it ends
  const bool is_unknown = removal != nullptr && find(removal->mailbox.name) == nullptr;
  if (const auto node = node_for(step)) {
    auto event = step;
    complete(event);
    for (const auto& piece : split(std::move(event))) publish(*node, piece);
  }
  if (is_unknown) remove_mailbox(removal->mailbox.name);
}

/// Absent: the mailbox is one of those that are left out.
std::optional<std::string> Publication::node_for(const events::Event& event) {
  const auto leaf = [&](const events::MailboxId& mailbox) -> std::optional<std::string> {
    if (!has_leaf(mailbox.name)) return std::nullopt;
    return leaf_of(Tree::events, mailbox.name);
  };
  const std::string account(root_of(Tree::account));
  return std::visit(
      [&](const auto& kind) -> std::optional<std::string> {
        using Kind = std::decay_t<decltype(kind)>;
        if constexpr (std::is_base_of_v<events::Quota, Kind>) {
          return kind.mailbox ? leaf(*kind.mailbox).value_or(account) : account;
        } else if constexpr (std::is_same_v<Kind, events::MailboxRename>) {
          ensure_mailbox(kind.mailbox);
          // RFC 5423 §4.4: INBOX is not moved, so the event stays with it
          const bool is_inbox = to_store_key(kind.old_mailbox.name) == "INBOX";
          return leaf(is_inbox && leaf(kind.old_mailbox) ? kind.old_mailbox : kind.mailbox);
        } else if constexpr (std::is_same_v<Kind, events::MailboxSubscribe> ||
                             std::is_same_v<Kind, events::MailboxUnSubscribe>) {
          return leaf(kind.mailbox).value_or(account);
        } else if constexpr (requires { kind.mailbox; }) {
          // the end of what is a mere level by now does not bring it back
          constexpr bool is_removal = std::is_same_v<Kind, events::MailboxDelete>;
          if (!is_removal || find(kind.mailbox.name) == nullptr) ensure_mailbox(kind.mailbox);
          return leaf(kind.mailbox);
        } else {
          return account;
        }
      },
      event.kind);
}

/// An account known by push alone has a tree from what the events name.
void Publication::ensure_mailbox(const events::MailboxId& mailbox) {
  auto* known = find(mailbox.name);
  if (known != nullptr && known->state.is_selectable) return;
  events::MailboxState state;
  if (known != nullptr) {
    state = known->state;
  } else {
    state.separator = context_.separator;
  }
  state.name = mailbox.name;
  state.is_selectable = true;
  state.uidvalidity = mailbox.uidvalidity;
  put_mailbox(state);
}

void Publication::complete(events::MailboxId& mailbox) const {
  const auto key = to_store_key(mailbox.name);
  if (mailbox.account.empty()) mailbox.account = account_;
  const auto known = mailboxes_.find(key);
  if (known == mailboxes_.end()) return;
  mailbox.name = key;
  if (!mailbox.uidvalidity) mailbox.uidvalidity = known->second.state.uidvalidity;
}

/// UIDVALIDITY wherever there is a mailbox, and a time.
void Publication::complete(events::Event& event) const {
  if (event.account.empty()) event.account = account_;
  if (!event.circumstances.timestamp) {
    event.circumstances.timestamp = events::Timestamp{now_, std::chrono::minutes(0)};
  }
  std::visit(
      [&](auto& kind) {
        using Kind = std::decay_t<decltype(kind)>;
        if constexpr (std::is_base_of_v<events::Quota, Kind>) {
          if (kind.mailbox) complete(*kind.mailbox);
        } else if constexpr (std::is_same_v<Kind, events::MailboxRename>) {
          complete(kind.mailbox);
          auto& old = kind.old_mailbox;
          if (old.account.empty()) old.account = account_;
          // a renamed mailbox keeps its UIDVALIDITY; what is called INBOX now is another one
          if (!old.uidvalidity) old.uidvalidity = kind.mailbox.uidvalidity;
        } else if constexpr (requires { kind.mailbox; }) {
          complete(kind.mailbox);
        }
      },
      event.kind);
}

void Publication::publish(const std::string& node, const events::Event& event) {
  auto payload = to_payload(event, {context_.url_host, context_.mail_domain});
  if (!payload) {
    problems_.push_back({node, std::string(events::to_text(events::name_of(event))) + ": " +
                                   payload.error().message()});
    return;
  }
  changes_.emplace_back(pubsub::PublishItem{node, std::move(*payload), now_});
}

}  // namespace mapping
