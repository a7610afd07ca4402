#include "sources/imap/tls_stream.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <boost/system/system_error.hpp>
#include <climits>

namespace sources::imap {
namespace {

using Outcome = IoResult::Outcome;

std::string openssl_reason() {
  const auto code = ERR_peek_last_error();
  if (code == 0) return "connection closed";
  std::array<char, 256> text{};
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

[[noreturn]] void throw_configuration(const std::string& what) {
  throw boost::system::system_error(Errc::tls_configuration, what + " (" + openssl_reason() + ")");
}

/// SSL_read and SSL_write count in int.
int to_int(std::size_t size) {
  return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
}

}  // namespace

TlsContext::TlsContext(const std::string& ca_file) : context_(SSL_CTX_new(TLS_client_method())) {
  ERR_clear_error();
  if (!context_) throw_configuration("no TLS context");
  SSL_CTX_set_min_proto_version(native(), TLS1_2_VERSION);  // RFC 8314 §4.1
  SSL_CTX_set_verify(native(), SSL_VERIFY_PEER, nullptr);
  // a write may be tried again from a buffer that has grown or moved
  SSL_CTX_set_mode(native(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_session_cache_mode(native(), SSL_SESS_CACHE_OFF);
  const int loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(native())
                                     : SSL_CTX_load_verify_file(native(), ca_file.c_str());
  if (loaded != 1) throw_configuration(ca_file.empty() ? "the system's trust store" : ca_file);
}

TlsStream::TlsStream(const TlsContext& context, int descriptor, const std::string& name)
    : ssl_(SSL_new(context.native())), name_(name) {
  ERR_clear_error();
  if (!ssl_ || SSL_set_fd(ssl_.get(), descriptor) != 1) throw_configuration("no TLS stream");
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), name.c_str()) != 1) {
    ERR_clear_error();
    SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (SSL_set1_host(ssl_.get(), name.c_str()) != 1) throw_configuration(name);
    // RFC 6066 §3: no literal addresses in SNI; the macro for this call casts in a way that is
    // refused here
    if (SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 name_.data()) != 1) {
      throw_configuration(name);
    }
  }
  SSL_set_connect_state(ssl_.get());
}

IoResult TlsStream::handshake() {
  ERR_clear_error();
  const auto result = to_result(SSL_do_handshake(ssl_.get()));
  if (result.outcome == Outcome::failed || result.outcome == Outcome::closed)
    note_handshake_failure();
  return result;
}

IoResult TlsStream::read(char* into, std::size_t size) {
  ERR_clear_error();
  return to_result(SSL_read(ssl_.get(), into, to_int(size)));
}

IoResult TlsStream::write(const char* from, std::size_t size) {
  ERR_clear_error();
  return to_result(SSL_write(ssl_.get(), from, to_int(size)));
}

IoResult TlsStream::to_result(int returned) {
  if (returned > 0) return {Outcome::done, static_cast<std::size_t>(returned)};
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
      return {Outcome::want_read, 0};
    case SSL_ERROR_WANT_WRITE:
      return {Outcome::want_write, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {Outcome::closed, 0};
    default:
      return {Outcome::failed, 0};
  }
}

void TlsStream::note_handshake_failure() {
  const auto verified = SSL_get_verify_result(ssl_.get());
  if (verified == X509_V_OK) {
    failure_ = Errc::tls_handshake;
    detail_ = openssl_reason();
    return;
  }
  const bool is_name =
      verified == X509_V_ERR_HOSTNAME_MISMATCH || verified == X509_V_ERR_IP_ADDRESS_MISMATCH;
  failure_ = is_name ? Errc::tls_wrong_name : Errc::tls_untrusted;
  detail_ = X509_verify_cert_error_string(verified);
  if (is_name) detail_ += ": expected '" + name_ + "'; set tls_name to a name in the certificate";
}

}  // namespace sources::imap
