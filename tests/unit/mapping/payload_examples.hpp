// The payloads of xmpp_schemas/examples as the gateway keeps them: no white space between elements,
// cut where what may be seen changes.
#pragma once

#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "events/event_name.hpp"
#include "mapping/disclosure.hpp"
#include "mapping/payload_reader.hpp"
#include "tests/support/catch.hpp"

namespace payload_examples {

inline pubsub::Disclosure level_of(std::string_view child) {
  if (child == "headers") return mapping::header_disclosure;
  const auto parameter = events::parse_parameter(child);
  return parameter ? mapping::disclosure_of(*parameter) : mapping::vendor_disclosure;
}

inline void add(pubsub::Payload& payload, pubsub::Disclosure level, std::string_view xml) {
  if (payload.empty() || payload.back().disclosure != level) payload.push_back({level, {}});
  payload.back().xml += xml;
}

inline pubsub::Payload cut(const std::string& xml) {
  const pubsub::Payload whole{{pubsub::Disclosure::counts, xml}};
  const auto element = mapping::read_payload(whole);
  INFO(xml);
  REQUIRE(element.has_value());
  pubsub::Payload payload;
  add(payload, pubsub::Disclosure::counts, element->start);
  for (const auto& child : element->children) {
    add(payload, level_of(child.element.name), child.element.whole);
  }
  add(payload, pubsub::Disclosure::counts, element->end);
  return payload;
}

/// Unit tests run in the source folder.
inline pubsub::Payload read(const std::string& name) {
  std::ifstream file("xmpp_schemas/examples/" + name + ".xml");
  INFO(name);
  REQUIRE(file);
  std::string text(std::istreambuf_iterator<char>(file), {});
  text = std::regex_replace(text, std::regex(">\\s+<"), "><");
  return cut(text.substr(0, text.rfind('>') + 1));
}

inline std::vector<std::string> event_names() {
  std::vector<std::string> names;
  for (const auto& row : events::event_names) names.emplace_back(row.text);
  return names;
}

inline std::vector<std::string> all_names() {
  auto names = event_names();
  names.insert(names.end(), {"status-current", "status-stale", "status-gone", "source"});
  return names;
}

inline std::string shown(const pubsub::Payload& payload, const pubsub::Audience& audience) {
  std::string xml;
  for (const auto& part : payload) {
    if (mapping::is_shown(part.disclosure, audience)) xml += part.xml;
  }
  return xml;
}

inline std::vector<pubsub::Audience> audiences() {
  using pubsub::Disclosure;
  return {{Disclosure::counts, false}, {Disclosure::envelope, false}, {Disclosure::content, false},
          {Disclosure::counts, true},  {Disclosure::envelope, true},  {Disclosure::content, true}};
}

inline constexpr pubsub::Audience everything{pubsub::Disclosure::content, true};

}  // namespace payload_examples
