// What a single configuration value must look like: one named check each, with the words for what
// is expected.
#pragma once

#include <string_view>

namespace component {

struct ValueCheck {
  bool (*accepts)(std::string_view value);
  std::string_view expected;
};

extern const ValueCheck any_text;
extern const ValueCheck domain_name;
extern const ValueCheck host_name;
extern const ValueCheck listen_address;
extern const ValueCheck bare_jid;
extern const ValueCheck store_url;
extern const ValueCheck absolute_path;
extern const ValueCheck source_name;
extern const ValueCheck access_model;
extern const ValueCheck disclosure_level;
extern const ValueCheck notify_target;
extern const ValueCheck one_character;
extern const ValueCheck octal_mode;
extern const ValueCheck secret_text;

}  // namespace component
