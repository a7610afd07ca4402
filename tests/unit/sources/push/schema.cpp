// The JSON schema that is published for senders says what the reader does.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "events/event_name.hpp"
#include "events/parameter.hpp"
#include "sources/push/reader.hpp"
#include "tests/support/catch.hpp"

namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("the JSON schema has every event and every parameter", "[RFC5423:4][RFC5423:5]") {
  const auto schema = boost::json::parse(text_of("xmpp_schemas/push-events.schema.json"));
  std::set<std::string> names;
  for (const auto& name : schema.at("$defs").at("names").at("enum").as_array())
    names.emplace(name.as_string());
  CHECK(names.size() == events::event_names.size());
  for (const auto& row : events::event_names) CHECK(names.count(std::string(row.text)) == 1);
  const auto& properties = schema.at("$defs").at("event").at("properties").as_object();
  for (const auto& row : events::parameters) CHECK(properties.contains(row.text));
}

TEST_CASE("every published example of a push is taken", "[RFC5423:4]") {
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator("xmpp_schemas/examples/push")) {
    CAPTURE(file.path());
    const auto reading = sources::push::read_events(text_of(file.path()), {});
    CHECK_FALSE(reading.mistake);
    CHECK(reading.accepted == 1);
    CHECK(reading.ignored_parameters == 0);
    ++count;
  }
  CHECK(count >= 5);
}
