#include "tests/unit/sources/wire/certificates.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace wire_test {
namespace {

void check(bool is_right) {
  if (!is_right) throw std::runtime_error("OpenSSL refused to make a test certificate");
}

void add_extension(X509& certificate, X509& issuer, int which, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str());
  check(extension != nullptr);
  X509_add_ext(&certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate make_certificate(EVP_PKEY& key, const std::string& name, long serial) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), &key);
  const auto text = std::string(name);
  check(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1,
                                   0) == 1);
  return certificate;
}

}  // namespace

Key make_key() {
  Key key(EVP_EC_gen("P-256"));
  check(key != nullptr);
  return key;
}

Authority::Authority()
    : key_(make_key()), certificate_(make_certificate(*key_, "test authority", 1)) {
  X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
  add_extension(*certificate_, *certificate_, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(*certificate_, *certificate_, NID_key_usage, "critical,keyCertSign");
  add_extension(*certificate_, *certificate_, NID_subject_key_identifier, "hash");
  check(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) != 0);
  file_ = (std::filesystem::temp_directory_path() / "mailnode-test-ca-XXXXXX").string();
  const int descriptor = mkstemp(file_.data());
  check(descriptor >= 0);
  FILE* const file = fdopen(descriptor, "w");
  check(PEM_write_X509(file, certificate_.get()) == 1);
  std::fclose(file);
}

Authority::~Authority() {
  std::filesystem::remove(file_);
}

Certificate Authority::sign(EVP_PKEY& key, const std::string& name) const {
  auto certificate = make_certificate(key, name, 2);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  add_extension(*certificate, *certificate_, NID_subject_alt_name, "DNS:" + name);
  check(X509_sign(certificate.get(), key_.get(), EVP_sha256()) != 0);
  return certificate;
}

}  // namespace wire_test
