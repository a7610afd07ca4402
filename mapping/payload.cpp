#include "mapping/payload.hpp"

#include <algorithm>

#include "mapping/disclosure.hpp"
#include "mapping/parameter_values.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace mapping {
namespace {

using events::Parameter;
using pubsub::Disclosure;
using pubsub::Payload;

void append(Payload& payload, Disclosure disclosure, std::string_view xml) {
  if (xml.empty()) return;
  if (payload.empty() || payload.back().disclosure != disclosure) {
    payload.push_back({disclosure, {}});
  }
  payload.back().xml += xml;
}

void append(Payload& payload, const ParameterValues& values, Parameter parameter) {
  const auto found = values.elements.find(parameter);
  if (found != values.elements.end()) append(payload, disclosure_of(parameter), found->second);
}

Payload render(std::string_view element, const ParameterValues& values) {
  Payload payload;
  std::string start = "<" + std::string(element) + " xmlns='";
  start += xmpp_schemas::ns::message_store;
  start += "'>";
  append(payload, Disclosure::counts, start);
  for (const auto& row : events::parameters) {
    // RFC 5423 §5: deviates - `messages` stands before `messageSize`, as the schema has it
    if (row.parameter == Parameter::message_size) append(payload, values, Parameter::messages);
    if (row.parameter != Parameter::messages) append(payload, values, row.parameter);
  }
  append(payload, header_disclosure, values.headers);
  append(payload, vendor_disclosure, values.vendor);
  append(payload, Disclosure::counts, "</" + std::string(element) + ">");
  return payload;
}

std::size_t size_of(const Payload& payload) {
  std::size_t size = 0;
  for (const auto& part : payload) size += part.xml.size();
  return size;
}

bool replace_once(std::string& text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at == std::string::npos) return false;
  text.replace(at, from.size(), to);
  return true;
}

}  // namespace

result<Payload> to_payload(const events::Event& event, const PayloadContext& context) {
  auto values = to_values(event, context);
  if (!values) return values.error();
  const auto element = events::to_text(events::name_of(event));
  Payload payload;
  const auto is_small_enough = [&] {
    payload = render(element, *values);
    return size_of(payload) <= max_payload;
  };
  for (const auto parameter : {Parameter::body_structure, Parameter::message_content}) {
    if (is_small_enough()) return payload;
    values->elements.erase(parameter);
  }
  if (is_small_enough()) return payload;
  // only a hostile store comes here: what no schema demands, the largest first
  values->headers.clear();
  values->vendor.clear();
  values->elements.erase(Parameter::envelope);
  values->elements.erase(Parameter::tags);
  if (!is_small_enough()) return errc::too_long;
  return payload;
}

Payload to_full_flag_events(const Payload& simple) {
  struct Row {
    events::EventName name;
    std::string_view flag;
  };
  constexpr Row rows[] = {{events::EventName::message_read, "\\Seen"},
                          {events::EventName::message_trash, "\\Deleted"}};
  if (simple.empty()) return simple;
  for (const auto& row : rows) {
    const auto name = std::string(events::to_text(row.name));
    if (!simple.front().xml.starts_with("<" + name + " ")) continue;
    auto full = simple;
    replace_once(full.front().xml, "<" + name, "<FlagsSet");
    replace_once(full.back().xml, "</" + name, "</FlagsSet");
    // these events always have a mailboxID, and flagNames stands right before it
    const auto flag_names = "<flagNames>" + std::string(row.flag) + "</flagNames><mailboxID>";
    for (auto& part : full) {
      if (replace_once(part.xml, "<mailboxID>", flag_names)) break;
    }
    return full;
  }
  return simple;
}

}  // namespace mapping
