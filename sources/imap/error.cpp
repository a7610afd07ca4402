#include "sources/imap/error.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace sources::imap {
namespace {

struct Row {
  Errc code;
  std::string_view text;
};

constexpr std::array<Row, 17> rows{{
    {Errc::line_too_long, "response line longer than the limit"},
    {Errc::literal_too_long, "literal larger than the limit"},
    {Errc::response_too_long, "response larger than the limit"},
    {Errc::bare_cr, "CR without LF in a response line"},
    {Errc::bare_lf, "LF without CR in a response line"},
    {Errc::nul_in_line, "NUL octet in a response line"},
    {Errc::malformed_response, "response does not follow the IMAP grammar"},
    {Errc::number_out_of_range, "number in a response is out of range"},
    {Errc::malformed_mailbox_name, "mailbox name is not modified UTF-7"},
    {Errc::not_sendable, "text cannot be sent to this server without a synchronizing literal"},
    {Errc::connect_timeout, "server did not accept the connection in time"},
    {Errc::tls_timeout, "server did not finish the TLS handshake in time"},
    {Errc::tls_handshake, "TLS handshake failed"},
    {Errc::tls_untrusted, "server's certificate is not trusted"},
    {Errc::tls_wrong_name, "server's certificate is for another name"},
    {Errc::tls_configuration, "TLS set-up failed"},
    {Errc::plain_text_refused, "connection without TLS is allowed to a loopback address only"},
}};

static_assert([] {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<std::size_t>(rows[i].code) != i + 1) return false;
  }
  return static_cast<std::size_t>(Errc::plain_text_refused) == rows.size();
}());

// COMPAT Boost 1.81: the base's destructor is protected and not virtual; nobody deletes through it.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "imap"; }
  std::string message(int value) const override {
    for (const auto& row : rows) {
      if (static_cast<int>(row.code) == value) return std::string(row.text);
    }
    return "unknown IMAP error";
  }
};
#pragma GCC diagnostic pop

}  // namespace

const boost::system::error_category& imap_category() {
  static const Category category;
  return category;
}

boost::system::error_code make_error_code(Errc code) {
  return {static_cast<int>(code), imap_category()};
}

}  // namespace sources::imap
