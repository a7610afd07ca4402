#include "sources/imap/strategy.hpp"

#include "tests/support/catch.hpp"

using namespace sources::imap;  // NOLINT

namespace {

template <class Rows>
auto way(const Rows& rows, std::vector<std::string> words) {
  words.emplace_back("IMAP4REV1");
  return strategy(rows, CapabilitySet(words));
}

}  // namespace

TEST_CASE("RFC 3501 alone is enough", "[RFC3501:6.3.9][RFC3501:6.3.10][RFC3501:6.4.8]") {
  CHECK(way(countings, {}) == Counting::status_each);
  CHECK(way(subscribings, {}) == Subscribing::lsub);
  CHECK(way(differings, {}) == Differing::all_of_them);
  CHECK(way(closings, {}) == Closing::failed_examine);
  CHECK(way(hearings, {}) == Hearing::rounds);
}

TEST_CASE("each extension opens its way", "[RFC5819:2][RFC5258:3.1][RFC7162:3.2.3][RFC3691:2]") {
  CHECK(way(countings, {"LIST-EXTENDED"}) == Counting::status_each);
  CHECK(way(countings, {"LIST-STATUS"}) == Counting::status_each);
  CHECK(way(countings, {"LIST-EXTENDED", "LIST-STATUS"}) == Counting::with_list);
  CHECK(way(subscribings, {"LIST-EXTENDED"}) == Subscribing::list_extended);
  CHECK(way(differings, {"CONDSTORE"}) == Differing::condstore);
  CHECK(way(differings, {"QRESYNC"}) == Differing::condstore);  // nothing to enable it with
  CHECK(way(differings, {"QRESYNC", "ENABLE"}) == Differing::qresync);
  CHECK(way(closings, {"UNSELECT"}) == Closing::unselect);
  CHECK(way(hearings, {"IDLE"}) == Hearing::idle);
  CHECK(way(hearings, {"IDLE", "NOTIFY"}) == Hearing::notify);
  CHECK(way(hearings, {"UIDPLUS"}) == Hearing::rounds);
}

TEST_CASE("where NOTIFY fails the next way counts", "[RFC2177:3]") {
  const CapabilitySet server({"IMAP4REV1", "IDLE", "NOTIFY"});
  CHECK(strategy(hearings, server.without(Capability::notify)) == Hearing::idle);
}
