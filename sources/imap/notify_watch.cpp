#include "sources/imap/notify_watch.hpp"

#include "sources/imap/response_lexer.hpp"

namespace sources::imap {
namespace {

constexpr std::size_t index_of(NotifyEvent event) {
  return static_cast<std::size_t>(event);
}
static_assert([] {
  for (std::size_t i = 0; i < notify_events.size(); ++i) {
    if (index_of(notify_events[i].event) != i) return false;
  }
  return index_of(NotifyEvent::subscription_change) + 1 == notify_events.size();
}());

/// The events named in a list of words between parentheses or not.
NotifyEvents named_in(std::string_view words) {
  NotifyEvents named;
  while (!words.empty()) {
    const auto end = words.find_first_of(" ()");
    const auto word = words.substr(0, end);
    for (const auto& row : notify_events) {
      if (equal_ignoring_case(row.word, word)) named.set(index_of(row.event));
    }
    words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
  }
  return named;
}

}  // namespace

std::optional<NotifyRequest> NotifyWatch::request() const {
  // RFC 5465 §5: MessageNew and MessageExpunge go together; without them little would be told
  const bool has_messages =
      known_[index_of(NotifyEvent::message_new)] && known_[index_of(NotifyEvent::message_expunge)];
  if (is_refused_ || scope_ == NotifyScope::nothing || !has_messages) return std::nullopt;
  NotifyRequest request{scope_, known_};
  if (scope_ == NotifyScope::inbox) {
    request.events.reset(index_of(NotifyEvent::mailbox_name));
    request.events.reset(index_of(NotifyEvent::subscription_change));
  }
  return request;
}

bool NotifyWatch::tells_everything() const {
  return request() == NotifyRequest{};
}

/// RFC 5465 §3.1: in parentheses all that the server supports. §3.1: quirk(dovecot) - without
/// parentheses, those that it does not support.
void NotifyWatch::on_bad_event(std::string_view arguments) {
  const auto before = known_;
  const auto named = named_in(arguments);
  known_ &= arguments.starts_with('(') ? named : ~named;
  // it refuses what it says it knows
  if (known_ == before) refuse();
}

void NotifyWatch::on_overflow() {
  switch (scope_) {
    case NotifyScope::personal:
      scope_ = NotifyScope::inbox;
      return;
    case NotifyScope::inbox:
    case NotifyScope::nothing:
      scope_ = NotifyScope::nothing;
      return;
  }
}

}  // namespace sources::imap
