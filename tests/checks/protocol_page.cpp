// Every XML example of docs/protocol.md is valid, and every event of RFC 5423 has one there.
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "xmpp_schemas/validator.hpp"

namespace {

/// The contents of the ```xml blocks. Unit tests run in the source folder.
std::vector<std::string> examples() {
  std::ifstream file("docs/protocol.md");
  REQUIRE(file);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::string head = "```xml\n";
  std::vector<std::string> found;
  for (auto at = page.find(head); at != std::string::npos; at = page.find(head, at)) {
    at += head.size();
    const auto end = page.find("```", at);
    REQUIRE(end != std::string::npos);
    found.push_back(page.substr(at, end - at));
    at = end + 3;
  }
  return found;
}

}  // namespace

TEST_CASE("every example in docs/protocol.md is valid", "[RFC5423:4][XEP-0060:7.1.2.1]") {
  const xmpp_schemas::Validator validator("all.xsd");
  const auto all = examples();
  CHECK(all.size() > 25);
  for (const auto& example : all) {
    INFO(example);
    CHECK(validator.validate(example).reason == "");
  }
}

TEST_CASE("a stanza with a payload that is not valid is refused", "[XEP-0060:7.1.2.1]") {
  const xmpp_schemas::Validator validator("all.xsd");
  for (auto example : examples()) {
    const auto at = example.find("uri>");
    if (at == std::string::npos) continue;
    INFO(example);
    CHECK_FALSE(validator.validate(example.replace(at, 3, "url")).valid);
  }
}
