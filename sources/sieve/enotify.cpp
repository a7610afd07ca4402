#include "sources/sieve/enotify.hpp"

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <optional>
#include <utility>

#include "events/percent_encoding.hpp"

namespace sources::sieve {
namespace {

using Verdict = boost::system::result<void, NotificationError>;

NotificationError refuse(std::string why) {
  return {std::move(why)};
}

/// What comes before `mark`; the text goes on after it.
std::string_view take_until(std::string_view& text, char mark) {
  const auto at = text.find(mark);
  const auto head = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return head;
}

// RFC 5437 §2.7, §4: of the query "message" the keys "body" and "subject"; others are not there
Verdict read_query(Notification& notification, std::string_view query) {
  if (take_until(query, ';') != "message") return {};
  while (!query.empty()) {
    auto value = take_until(query, ';');
    const auto key = take_until(value, '=');
    if (key != "body" && key != "subject") continue;
    auto text = events::percent_decode(value);
    if (!text) return refuse("method: a percent sign without two digits");
    (key == "body" ? notification.message : notification.subject) = std::move(*text);
  }
  return {};
}

// RFC 5122 §2.2: xmppuri = "xmpp" ":" hierxmpp [ "?" querycomp ] [ "#" fragment ]
Verdict read_method(Notification& notification, std::string_view uri) {
  constexpr std::string_view scheme = "xmpp:";
  if (!uri.starts_with(scheme)) return refuse("method is no xmpp: URI");
  uri.remove_prefix(scheme.size());
  auto query = take_until(uri, '#');
  auto path = take_until(query, '?');
  if (path.starts_with("//")) {  // RFC 5437 §2.1: an authority is not for a notification
    path.remove_prefix(2);
    take_until(path, '/');
  }
  auto address = events::percent_decode(path);
  if (!address || address->empty()) return refuse("method names no address");
  notification.address = std::move(*address);
  return read_query(notification, query);
}

// RFC 5435 §3.3
Verdict read_from(Notification& notification, std::string_view from) {
  notification.from = from;
  return {};
}

// RFC 5435 §3.4
Verdict read_importance(Notification& notification, std::string_view importance) {
  if (importance != "1" && importance != "2" && importance != "3")
    return refuse("importance is none of 1, 2, 3");
  notification.importance = static_cast<Importance>(importance.front() - '0');
  return {};
}

// RFC 5437 §2.7: it wins over the body of the URI, which was read before
Verdict read_message(Notification& notification, std::string_view message) {
  if (!message.empty()) notification.message = message;
  return {};
}

struct Row {
  std::string_view name;
  std::size_t most;  ///< octets
  Verdict (*read)(Notification&, std::string_view);
};
constexpr std::array<Row, 4> members{{
    {"method", 16384, read_method},
    {"from", 1024, read_from},
    {"importance", 1, read_importance},
    {"message", 16384, read_message},
}};

}  // namespace

boost::system::result<Notification, NotificationError> parse_notification(std::string_view json) {
  boost::system::error_code error;
  const auto value = boost::json::parse(json, error);
  const auto* object = error ? nullptr : value.if_object();
  if (object == nullptr) return refuse("no JSON object");
  if (!object->contains("method")) return refuse("method is missing");
  Notification notification;
  for (const Row& row : members) {
    const auto* member = object->if_contains(row.name);
    if (member == nullptr) continue;
    const auto* text = member->if_string();
    if (text == nullptr || text->size() > row.most)
      return refuse(std::string(row.name) + " is no text of at most " + std::to_string(row.most) +
                    " octets");
    const auto read = row.read(notification, std::string_view(*text));
    if (!read) return read.error();
  }
  return notification;
}

}  // namespace sources::sieve
