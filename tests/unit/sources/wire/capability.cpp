#include "sources/imap/capability.hpp"

#include "tests/support/catch.hpp"

using sources::imap::Capability;
using sources::imap::CapabilitySet;
using sources::imap::Literals;
using sources::imap::parse_capability;

TEST_CASE("capabilities are known whatever their case", "[RFC3501:7.2.1]") {
  const CapabilitySet set({"imap4rev1", "Auth=Plain", "X-UNKNOWN", "NOTIFY"});
  CHECK(set.has(Capability::imap4rev1));
  CHECK(set.has(Capability::auth_plain));
  CHECK(set.has(Capability::notify));
  CHECK_FALSE(set.has(Capability::idle));
  CHECK_FALSE(set.empty());
  CHECK(CapabilitySet().empty());
  CHECK_FALSE(parse_capability("NOTIFYX"));
  CHECK_FALSE(parse_capability(""));
}

TEST_CASE("QRESYNC implies CONDSTORE", "[RFC7162:3.2.3]") {
  CHECK(CapabilitySet({"QRESYNC"}).has_condstore());
  CHECK(CapabilitySet({"CONDSTORE"}).has_condstore());
  CHECK_FALSE(CapabilitySet({"ENABLE"}).has_condstore());
}

TEST_CASE("which literals a server takes", "[RFC7888:3][RFC7888:5]") {
  CHECK(CapabilitySet({"LITERAL+", "LITERAL-"}).literals() == Literals::plus);
  CHECK(CapabilitySet({"LITERAL-"}).literals() == Literals::minus);
  CHECK(CapabilitySet({"IMAP4rev2"}).literals() == Literals::minus);
  CHECK(CapabilitySet({"IMAP4rev1"}).literals() == Literals::none);
}
