// Subscription options as a client submits them, by the short names of our own fields.
#pragma once

#include <string>
#include <vector>

#include "mapping/choice.hpp"
#include "mapping/choice_fields.hpp"
#include "tests/support/catch.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace choice_forms {

using Values = std::vector<std::string>;

struct Option {
  std::string name;
  Values values;
};

inline std::string clark(const std::string& name) {
  return "{" + std::string(xmpp_schemas::ns::message_store) + "}" + name;
}

inline pubsub::FormFields form(const std::vector<Option>& options) {
  pubsub::FormFields fields;
  for (const auto& option : options) fields.emplace_back(clark(option.name), option.values);
  return fields;
}

inline mapping::MailChoice choice(const std::vector<Option>& options) {
  const auto wishes = mapping::parse_wishes(form(options));
  INFO((wishes.has_error() ? wishes.error().text : ""));
  REQUIRE(wishes.has_value());
  return mapping::MailChoice(*wishes);
}

}  // namespace choice_forms
