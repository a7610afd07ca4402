// [I/O] TLS for one connection: OpenSSL directly on the socket's descriptor, a quarter of the
// memory of a buffering stream. Never waits: the caller does, for what the result says. RFC 3501
// §11.1 (the name in the certificate).
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string>

#include "sources/imap/error.hpp"

namespace sources::imap {

/// Trust store and options, shared by all connections of a source.
class TlsContext {
 public:
  /// `ca_file` empty: the system's trust store. Throws boost::system::system_error where it cannot
  /// be read.
  explicit TlsContext(const std::string& ca_file);
  SSL_CTX* native() const { return context_.get(); }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  std::unique_ptr<SSL_CTX, Free> context_;
};

/// What a call on a stream that never waits came to.
struct IoResult {
  enum class Outcome { done, want_read, want_write, closed, failed };
  Outcome outcome = Outcome::failed;
  std::size_t octets = 0;
};

class TlsStream {
 public:
  /// `name` is what the server's certificate must be for: a host name or an IP address. Throws
  /// boost::system::system_error (tls_configuration) for a name that cannot be one.
  TlsStream(const TlsContext& context, int descriptor, const std::string& name);

  IoResult handshake();
  IoResult read(char* into, std::size_t size);
  IoResult write(const char* from, std::size_t size);

  /// Why the handshake failed, and what an operator is told of it.
  boost::system::error_code failure() const { return failure_; }
  const std::string& detail() const { return detail_; }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  IoResult to_result(int returned);
  void note_handshake_failure();

  std::unique_ptr<SSL, Free> ssl_;
  std::string name_;
  boost::system::error_code failure_;
  std::string detail_;
};

}  // namespace sources::imap
