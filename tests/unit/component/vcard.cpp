// The picture of an account and the hash that presence tells of it. XEP-0153.
#include "component/vcard.hpp"

#include <openssl/evp.h>

#include <array>
#include <vector>

#include "tests/support/catch.hpp"

namespace {

std::string between(const std::string& text, const std::string& start, const std::string& end) {
  const auto at = text.find(start) + start.size();
  return text.substr(at, text.find(end, at) - at);
}

}  // namespace

TEST_CASE("the hash in presence is that of the picture on the card",
          "[XEP-0153:4.1][XEP-0153:4.6]") {
  const auto base64 = between(component::to_vcard_xml("juliet"), "<BINVAL>", "</BINVAL>");
  std::vector<unsigned char> picture(base64.size());
  const int size =
      EVP_DecodeBlock(picture.data(), reinterpret_cast<const unsigned char*>(base64.data()),
                      static_cast<int>(base64.size()));
  REQUIRE(size > 8);
  const auto padding = static_cast<std::size_t>(base64.ends_with("==") ? 2 : base64.ends_with("="));
  picture.resize(static_cast<std::size_t>(size) - padding);
  CHECK(std::string(picture.begin() + 1, picture.begin() + 4) == "PNG");
  CHECK(picture.size() < 8 * 1024);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(picture.data(), picture.size(), digest.data(), &length, EVP_sha1(), nullptr);
  std::string hash;
  for (unsigned int i = 0; i < length; ++i) {
    constexpr const char* digits = "0123456789abcdef";
    hash += digits[digest[i] / 16];
    hash += digits[digest[i] % 16];
  }
  CHECK(between(component::to_avatar_update_xml(), "<photo>", "</photo>") == hash);
}
