// Certificates made for one test run: an authority, and a server certificate that it signed.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace wire_test {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Certificate = std::unique_ptr<X509, FreeCertificate>;

class Authority {
 public:
  Authority();
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  /// PEM; removed with this object.
  const std::string& ca_file() const { return file_; }
  /// For DNS name `name`.
  Certificate sign(EVP_PKEY& key, const std::string& name) const;

 private:
  Key key_;
  Certificate certificate_;
  std::string file_;
};

Key make_key();

}  // namespace wire_test
