#include "component/departures.hpp"

#include "tests/support/catch.hpp"

using component::Departures;

namespace {

pubsub::Notice notice(pubsub::NoticeKind kind, std::uint64_t sequence, const std::string& to = {}) {
  pubsub::Notice notice;
  notice.kind = kind;
  notice.sequence = sequence;
  notice.account = "juliet@mail.example.com";
  notice.node = "mail_events/a";
  if (!to.empty()) notice.recipients.push_back({to, notice.account, {"1"}, {}});
  return notice;
}

std::string first_of(const std::vector<pubsub::Recipient>* recipients) {
  if (recipients == nullptr) return "nobody asked";
  return recipients->empty() ? "nobody" : recipients->front().jid;
}

}  // namespace

TEST_CASE("an item outlives its node by the subscribers that the node had",
          "[XEP-0060:8.4][XEP-0060:7.1.2]") {
  Departures departures;
  departures.note(notice(pubsub::NoticeKind::item, 4));
  departures.note(notice(pubsub::NoticeKind::remove, 5, "juliet@example.com"));
  departures.note(notice(pubsub::NoticeKind::redirect, 9, "romeo@example.com"));
  struct Row {
    std::uint64_t sequence;
    const char* told;
  };
  const auto row = GENERATE(values<Row>({
      {4, "juliet@example.com"},  // before the first departure
      {6, "romeo@example.com"},   // of a node that was there anew, and went again
      {10, "nobody asked"},       // it is there
  }));
  CHECK(first_of(departures.find(notice(pubsub::NoticeKind::item, row.sequence))) == row.told);
}

TEST_CASE("what the server has taken is forgotten", "[XEP-0060:8.4]") {
  Departures departures;
  departures.note(notice(pubsub::NoticeKind::remove, 5, "juliet@example.com"));
  departures.forget_until(4);
  CHECK(first_of(departures.find(notice(pubsub::NoticeKind::item, 3))) == "juliet@example.com");
  departures.forget_until(5);
  CHECK(departures.find(notice(pubsub::NoticeKind::item, 3)) == nullptr);
}
