// The capabilities that an account announces are those that it shows when it is asked. XEP-0115.
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <vector>

#include "component/capabilities.hpp"
#include "disco/features.hpp"
#include "disco/info.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/gateway_world.hpp"

namespace {

/// Values of an attribute, in the order of the text.
std::vector<std::string> values_of(const std::string& text, const std::string& start) {
  std::vector<std::string> values;
  for (auto at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
    const auto begin = at + start.size();
    values.push_back(text.substr(begin, text.find('\'', begin) - begin));
  }
  return values;
}

/// XEP-0115 §5.1, from an answer to disco#info without forms.
std::string hash_of(const std::string& info, const std::string& name) {
  std::string text = "headline/newmail//" + name + "<pubsub/service//" + name + "<";
  auto features = values_of(info, "<feature var='");
  std::sort(features.begin(), features.end());
  for (const auto& feature : features) text += feature + "<";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::array<unsigned char, 32> base64{};
  EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
  return reinterpret_cast<const char*>(base64.data());
}

}  // namespace

TEST_CASE("the hash of the capabilities is that of the answer to them",
          "[XEP-0115:5.1][XEP-0115:6.2]") {
  tests::GatewayWorld world;
  world.mail_store("INBOX uidvalidity 7 messages 2 unseen 1 uidnext 3");
  world.settle();
  const auto version = component::capabilities_version("juliet", pubsub::Policy{});
  world.client_sends(
      "Juliet",
      "<iq type='get' id='c1' to='juliet@mail.example.com'><query "
      "xmlns='http://jabber.org/protocol/disco#info' node='urn:xmpp:message-store:0#" +
          version + "'/></iq>",
      1 << 20);
  const auto info = world.settle();
  CHECK(info.find("node='urn:xmpp:message-store:0#" + version + "'") != std::string::npos);
  CHECK(values_of(info, "<feature var='").size() > 30);
  CHECK(hash_of(info, "juliet") == version);
  const auto xml = component::to_capabilities_xml("juliet", pubsub::Policy{});
  CHECK(values_of(xml, " ver='") == std::vector{version});
  world.client_sends("Juliet",
                     "<iq type='get' id='c2' to='juliet@mail.example.com'><query "
                     "xmlns='http://jabber.org/protocol/disco#info' "
                     "node='urn:xmpp:message-store:0#another'/></iq>",
                     1 << 20);
  CHECK(world.settle().find("<item-not-found") != std::string::npos);
}
