// A notification that a Sieve script asks for: whom to tell, and what. The address stays text here.
// RFC 5435 §3, RFC 5437 §2, RFC 5122 §2.
#pragma once

#include <string>
#include <string_view>

#include <boost/system/result.hpp>

namespace sources::sieve {

/// RFC 5435 §3.4
enum class Importance { high = 1, medium = 2, low = 3 };

struct Notification {
  std::string address;  ///< of the one to be told, percent-decoded
  std::string from;     ///< empty: none was given
  Importance importance = Importance::medium;
  std::string subject;  ///< of the URI; empty: none
  std::string message;  ///< empty: none was given
};

/// One line that says what is wrong.
struct NotificationError {
  std::string text;
};

/// From one JSON object whose members are text: method (an xmpp URI, required), from, importance,
/// message. Others are ignored.
boost::system::result<Notification, NotificationError> parse_notification(std::string_view json);

}  // namespace sources::sieve
