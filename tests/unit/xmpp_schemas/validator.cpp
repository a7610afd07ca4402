// The validator itself: what it takes, what it refuses unread, and that it never reaches for a file
// or an entity.
#include "xmpp_schemas/validator.hpp"

#include <stdexcept>
#include <string>
#include <thread>

#include "tests/support/catch.hpp"

using xmpp_schemas::Validator;

namespace {

const std::string status =
    "<status xmlns='urn:xmpp:message-store:0' state='current' messages='231' unseen='3'"
    " stamp='2026-11-22T08:41:07Z'/>";

}  // namespace

TEST_CASE("a valid payload is valid and has no reason against it", "[RFC5423:4]") {
  const Validator validator;
  const auto verdict = validator.validate(status);
  CHECK(verdict.valid);
  CHECK(verdict.reason.empty());
}

TEST_CASE("what is no payload is refused with a reason", "[RFC5423:4]") {
  struct Row {
    const char* name;
    std::string xml;
    const char* reason;
  };
  const Row rows[] = {
      {"empty", "", "empty"},
      {"text", "You have mail", "expected"},
      {"cut", status.substr(0, status.size() - 2), "construct error"},
      {"two roots", status + status, "Extra content"},
      {"another namespace", "<status xmlns='urn:example'/>", "No matching global declaration"},
      {"no namespace", "<status state='current' stamp='2026-11-22T08:41:07Z'/>", "No matching"},
      {"unbound prefix", "<a:status xmlns='urn:xmpp:message-store:0'/>", "Namespace prefix a"},
      {"no UTF-8", std::string("<status a='\xC3'/>"), "UTF-8"},
      {"control character", std::string("<status a='\x01'/>"), "invalid"},
      {"DTD", "<!DOCTYPE status>" + status, "document type"},
      {"entity", "<!DOCTYPE s [<!ENTITY e 'x'>]>" + status, "document type"},
  };
  const Validator validator;
  for (const auto& row : rows) {
    INFO(row.name);
    const auto verdict = validator.validate(row.xml);
    CHECK_FALSE(verdict.valid);
    CHECK_THAT(verdict.reason, Catch::Matchers::Contains(row.reason));
  }
}

TEST_CASE("every cut of a valid payload is refused", "[RFC5423:4]") {
  const Validator validator;
  for (std::size_t length = 0; length < status.size(); ++length) {
    INFO(length);
    CHECK_FALSE(validator.validate(status.substr(0, length)).valid);
  }
}

TEST_CASE("entities are neither expanded nor fetched", "[RFC6120:11.1]") {
  const Validator validator;
  std::string bomb = "<!DOCTYPE s [<!ENTITY a0 'ha'>";
  for (int i = 1; i < 30; ++i) {
    const auto before = "&a" + std::to_string(i - 1) + ";";
    bomb += "<!ENTITY a" + std::to_string(i) + " '" + before + before + "'>";
  }
  bomb += "]><s>&a29;</s>";
  CHECK_FALSE(validator.validate(bomb).valid);
  const auto file = validator.validate(
      "<!DOCTYPE s [<!ENTITY f SYSTEM 'file:///etc/hostname'>]>"
      "<source xmlns='urn:xmpp:message-store:0' name='a&f;' state='current'"
      " since='2026-11-22T08:41:07Z'/>");
  CHECK_FALSE(file.valid);
  CHECK_FALSE(validator.validate("<s>&nbsp;</s>").valid);
}

TEST_CASE("sizes and depths are bounded", "[RFC6120:13.12]") {
  const Validator validator;
  CHECK(validator.validate(std::string(Validator::max_octets + 1, ' ')).reason ==
        "longer than 1 MiB");
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "<a>";
  CHECK_FALSE(validator.validate(deep).valid);
}

TEST_CASE("whole notifications are checked with all.xsd", "[XEP-0060:7.1.2.1]") {
  const Validator validator("all.xsd");
  const std::string head =
      "<event xmlns='http://jabber.org/protocol/pubsub#event'>"
      "<items node='mail_status/INBOX'><item id='current'>";
  const std::string foot = "</item></items></event>";
  CHECK(validator.validate(head + status + foot).reason.empty());
  CHECK_FALSE(validator.validate(head + "<status xmlns='urn:xmpp:message-store:0'/>" + foot).valid);
  CHECK_FALSE(validator.validate(head + status + status + foot).valid);
}

TEST_CASE("a schema that is not there is an error of the program", "[RFC5423:4]") {
  CHECK_THROWS_AS(Validator("no-such.xsd"), std::invalid_argument);
  CHECK_THROWS_AS(Validator("/etc/hostname"), std::invalid_argument);
}

TEST_CASE("one validator serves several threads", "[RFC5423:4]") {
  const Validator validator;
  int valid[2] = {0, 0};
  const auto work = [&validator](int& count) {
    for (int i = 0; i < 200; ++i) count += validator.validate(status).valid ? 1 : 0;
  };
  std::thread other(work, std::ref(valid[0]));
  work(valid[1]);
  other.join();
  CHECK(valid[0] == 200);
  CHECK(valid[1] == 200);
}
