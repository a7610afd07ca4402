// What can be wrong with an IMAP server's octets, with a command for it, or with the connection:
// one enum, one category.
#pragma once

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <type_traits>

namespace sources::imap {

enum class Errc {
  line_too_long = 1,
  literal_too_long,
  response_too_long,
  bare_cr,
  bare_lf,
  nul_in_line,
  malformed_response,
  number_out_of_range,
  malformed_mailbox_name,
  not_sendable,
  connect_timeout,
  tls_timeout,
  tls_handshake,
  tls_untrusted,
  tls_wrong_name,
  tls_configuration,
  plain_text_refused,
};

const boost::system::error_category& imap_category();
boost::system::error_code make_error_code(Errc code);

}  // namespace sources::imap

template <>
struct boost::system::is_error_code_enum<sources::imap::Errc> : std::true_type {};
