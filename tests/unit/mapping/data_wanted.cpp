#include "mapping/data_wanted.hpp"

#include "tests/unit/mapping/choice_forms.hpp"

using choice_forms::choice;
using choice_forms::Option;
using events::DataWanted;
using pubsub::Disclosure;

namespace {

constexpr pubsub::Audience owner{Disclosure::envelope, true};
constexpr pubsub::Audience reader{Disclosure::content, false};
const DataWanted nothing;

DataWanted wanted(const std::vector<Option>& options, const pubsub::Audience& audience,
                  bool has_body = false) {
  DataWanted wanted;
  const auto chosen = choice(options);
  mapping::add_wanted(wanted, options.empty() ? nullptr : &chosen, audience, has_body);
  return wanted;
}

DataWanted data(bool size, bool headers, bool structure, std::size_t content = 0) {
  DataWanted wanted{size, headers, structure, content, {}, {}, {}};
  if (content > 0) wanted.reference_beyond = content;
  return wanted;
}

}  // namespace

TEST_CASE("what a subscriber is not shown is not fetched", "[RFC5423:3]") {
  struct Row {
    const char* name;
    std::vector<Option> options;
    pubsub::Audience audience;
    bool has_body;
    DataWanted wanted;
  };
  const auto row = GENERATE(values<Row>({
      {"the default", {}, owner, false, data(true, true, true)},
      {"counts", {}, {Disclosure::counts, false}, false, data(true, false, false)},
      {"counts, as text", {}, {Disclosure::counts, false}, true, data(true, false, false)},
      {"content without octets", {}, reader, false, data(true, true, true)},
      {"content", {{"max_content_octets", {"100"}}}, reader, false, data(true, true, true, 100)},
      {"content not shown",
       {{"max_content_octets", {"100"}}},
       owner,
       false,
       data(true, true, true)},
      {"no parameter", {{"parameters", {"uri"}}}, owner, false, nothing},
      {"no parameter, but a text",
       {{"parameters", {"uri"}}},
       owner,
       true,
       data(false, true, false)},
      {"headers", {{"parameters", {"headers"}}}, owner, false, data(false, true, false)},
      {"size", {{"parameters", {"messageSize"}}}, owner, false, data(true, false, false)},
      {"structure", {{"parameters", {"bodyStructure"}}}, owner, false, data(false, false, true)},
      {"content alone",
       {{"parameters", {"messageContent"}}, {"max_content_octets", {"7"}}},
       reader,
       false,
       data(false, false, false, 7)},
      {"no arrivals", {{"event_types", {"MessageRead", "mailbox"}}}, owner, true, nothing},
      {"appended ones", {{"event_types", {"MessageAppend"}}}, owner, false, data(true, true, true)},
      {"new ones", {{"event_types", {"MessageNew"}}}, owner, false, data(true, true, true)},
  }));
  CAPTURE(row.name);
  CHECK(wanted(row.options, row.audience, row.has_body) == row.wanted);
}

TEST_CASE("all subscribers together: the most octets, references beyond the fewest",
          "[RFC5423:4.1]") {
  auto together =
      wanted({{"max_content_octets", {"100"}}, {"parameters", {"uri", "messageContent"}}}, reader);
  for (const auto* octets : {"50", "200", "0"}) {
    const auto chosen =
        choice({{"max_content_octets", {octets}}, {"parameters", {"messageContent"}}});
    mapping::add_wanted(together, &chosen, reader, false);
  }
  CHECK(together.content_octets == 200);
  CHECK(together.reference_beyond == std::size_t{50});
  CHECK_FALSE(together.headers);
}
