#include "store/payload_codec.hpp"

#include "store/error.hpp"
#include "tests/support/catch.hpp"

using pubsub::Disclosure;
using pubsub::Payload;
using pubsub::Recipient;

namespace {

const Payload sample_payload{{Disclosure::counts, "<MessageNew>"},
                             {Disclosure::envelope, std::string("a\0b\xFF", 4)},
                             {Disclosure::content, ""},
                             {Disclosure::actor, std::string(70'000, 'x')}};
const std::vector<Recipient> sample_recipients{
    {"juliet@example.com/desk", "juliet@mail.example.com", {"s1", "s2"}, {"mail_events"}},
    {"", "", {}, {}}};

}  // namespace

TEST_CASE("stored lists come back as they went", "[store]") {
  CHECK(store::decode_payload(store::encode(sample_payload)).value() == sample_payload);
  CHECK(store::decode_payload(store::encode(Payload{})).value().empty());
  CHECK(store::decode_recipients(store::encode(sample_recipients)).value() == sample_recipients);
  const std::vector<pubsub::NodeId> nodes{"", "mail_events/a", std::string(300, 'n')};
  CHECK(store::decode_nodes(store::encode(nodes)).value() == nodes);
  const store::Fields fields{{"pubsub#title", "x"}, {"", ""}};
  CHECK(store::decode_fields(store::encode(fields)).value() == fields);
  const store::MultiFields options{{"event_types", {"message", "flags"}}, {"none", {}}};
  CHECK(store::decode_multi_fields(store::encode(options)).value() == options);
}

TEST_CASE("a stored list that is cut anywhere is refused", "[store]") {
  const auto payload = store::encode(Payload{sample_payload.begin(), sample_payload.begin() + 2});
  for (std::size_t size = 0; size < payload.size(); ++size) {
    CHECK(store::decode_payload(payload.substr(0, size)).error() == store::errc::corrupt);
  }
  const auto recipients = store::encode(sample_recipients);
  for (std::size_t size = 0; size < recipients.size(); ++size) {
    CHECK(store::decode_recipients(recipients.substr(0, size)).has_error());
  }
}

TEST_CASE("octets that encode() never writes are refused", "[store]") {
  struct Row {
    const char* name;
    std::string blob;
  };
  const auto row = GENERATE(values<Row>({
      {"another version", {"\x02\x00", 2}},
      {"something after the end", {"\x01\x00\x00", 3}},
      {"a count beyond the octets", {"\x01\x7F\x00", 3}},
      {"a count of 2^34", {"\x01\xFF\xFF\xFF\xFF\x7F", 6}},
      {"a number without end", {"\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 12}},
      {"a longer form of 0", {"\x01\x80\x00", 3}},
      {"no such disclosure", {"\x01\x01\x04\x00", 4}},
      {"a negative disclosure", {"\x01\x01\xFF\x00", 4}},
      {"a length beyond the octets", {"\x01\x01\x00\x05xx", 6}},
  }));
  INFO(row.name);
  CHECK(store::decode_payload(row.blob).has_error());
}

TEST_CASE("any single octet changed is refused or another value, never a fault", "[store]") {
  const auto blob = store::encode(sample_recipients);
  for (std::size_t position = 0; position < blob.size(); ++position) {
    for (int octet = 0; octet < 256; ++octet) {
      auto changed = blob;
      changed[position] = static_cast<char>(octet);
      const auto decoded = store::decode_recipients(changed);
      // what is accepted has one form only
      if (decoded) CHECK(store::encode(*decoded) == changed);
    }
  }
}
