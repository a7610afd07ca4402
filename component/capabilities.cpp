#include "component/capabilities.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <vector>

#include "disco/features.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace component {
namespace {

// XEP-0115 §5.1: identities, then features, each sorted and ended by '<'; identities have no
// language here
std::string verification_text(std::string_view name, const pubsub::Policy& policy) {
  std::vector<std::string> identities;
  for (const auto& [category, type] : disco::identities_of(disco::Place::account)) {
    identities.push_back(std::string(category) + '/' + std::string(type) + "//" +
                         std::string(name));
  }
  std::vector<std::string> features;
  for (const auto var : disco::features_of(disco::Place::account, policy))
    features.emplace_back(var);
  std::sort(identities.begin(), identities.end());
  std::sort(features.begin(), features.end());
  std::string text;
  for (const auto& identity : identities) text += identity + '<';
  for (const auto& feature : features) text += feature + '<';
  return text;
}

std::string to_base64(const unsigned char* octets, std::size_t size) {
  std::string text((size + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends with a zero
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), octets,
                                     static_cast<int>(size));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

}  // namespace

std::string capabilities_version(std::string_view name, const pubsub::Policy& policy) {
  const std::string text = verification_text(name, policy);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return to_base64(digest.data(), size);
}

std::string to_capabilities_xml(std::string_view name, const pubsub::Policy& policy) {
  std::string xml;
  xmpp_schemas::XmlWriter(xml)
      .open("c", xmpp_schemas::ns::caps)
      .attribute("hash", "sha-1")
      .attribute("node", capabilities_node)
      .attribute("ver", capabilities_version(name, policy))
      .close();
  return xml;
}

}  // namespace component
