// One table of the configuration: what the file and the environment give for its keys, where each
// value stands, and the complaints about them. Used by config_reader only.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "component/config_keys.hpp"
#include "component/config_reader.hpp"

namespace component {

/// A value as it stands in the file or in the environment, not yet of the key's type.
struct GivenValue {
  enum class Kind : std::uint8_t { text, number, truth, list, other };
  Kind kind = Kind::other;
  bool from_environment = false;  ///< then it is text, whatever the key wants
  std::string text;
  std::int64_t number = 0;
  bool truth = false;
  std::vector<std::string> list;
  std::size_t line = 0;
};

class ConfigSection {
 public:
  /// `variable_prefix`: MAILNODE_XMPP__. What it finds in the environment it takes out of
  /// `environment`.
  ConfigSection(std::string title, std::size_t line, std::map<std::string, GivenValue> values,
                const std::string& variable_prefix, ConfigEnvironment& environment,
                ConfigReading& reading);

  template <class Table>
  void read(std::span<const ConfigKey<Table>> keys, Table& table) {
    for (const auto& key : keys) {
      known_.insert(key.name);
      const auto found = values_.find(std::string(key.name));
      if (found == values_.end()) {
        if (key.need == Need::required)
          mistake(key.name, "is missing; expected " + expectation(key));
        continue;
      }
      const auto wrong = std::visit(
          [&](auto member) {
            return assign(table.*member, found->second, key.check, key.least, key.most);
          },
          key.field);
      if (!wrong.empty()) mistake(key.name, wrong + "; expected " + expectation(key));
    }
  }

  /// Complains of every key that no read() asked for; `elsewhere` names keys that would be right in
  /// `where`.
  void reject_unknown(const std::set<std::string_view>& elsewhere = {},
                      std::string_view where = {});
  bool has(std::string_view key) const { return values_.contains(std::string(key)); }
  bool is_from_environment(std::string_view key) const;
  const std::string& title() const { return title_; }
  void rename(std::string title) { title_ = std::move(title); }
  void mistake(std::string_view key, std::string text);
  void warning(std::string_view key, std::string text);

 private:
  static std::string assign(std::string&, const GivenValue&, const ValueCheck*, std::uint32_t,
                            std::uint32_t);
  static std::string assign(std::vector<std::string>&, const GivenValue&, const ValueCheck*,
                            std::uint32_t, std::uint32_t);
  static std::string assign(bool&, const GivenValue&, const ValueCheck*, std::uint32_t,
                            std::uint32_t);
  static std::string assign(std::uint16_t&, const GivenValue&, const ValueCheck*, std::uint32_t,
                            std::uint32_t);
  static std::string assign(std::uint32_t&, const GivenValue&, const ValueCheck*, std::uint32_t,
                            std::uint32_t);
  template <class Enum>
  requires std::is_enum_v<Enum>
  static std::string assign(Enum& out, const GivenValue& given, const ValueCheck*, std::uint32_t,
                            std::uint32_t) {
    if (given.kind != GivenValue::Kind::text) return "is no text";
    for (const auto& [word, value] : words_of(Enum{})) {
      if (word != given.text) continue;
      out = value;
      return {};
    }
    return "is " + quoted(given.text);
  }

  template <class Table>
  static std::string expectation(const ConfigKey<Table>& key) {
    return std::visit(
        [&key](auto member) {
          return expectation_of(value_of(member), key.check, key.least, key.most);
        },
        key.field);
  }
  template <class Value, class Table>
  static Value value_of(Value Table::*) {
    return Value{};
  }
  static std::string expectation_of(const std::string&, const ValueCheck*, std::uint32_t,
                                    std::uint32_t);
  static std::string expectation_of(const std::vector<std::string>&, const ValueCheck*,
                                    std::uint32_t, std::uint32_t);
  static std::string expectation_of(bool, const ValueCheck*, std::uint32_t, std::uint32_t);
  static std::string expectation_of(std::uint16_t, const ValueCheck*, std::uint32_t least,
                                    std::uint32_t most);
  static std::string expectation_of(std::uint32_t, const ValueCheck*, std::uint32_t least,
                                    std::uint32_t most);
  template <class Enum>
  requires std::is_enum_v<Enum>
  static std::string expectation_of(Enum value, const ValueCheck*, std::uint32_t, std::uint32_t) {
    std::string words;
    for (const auto& [word, unused] : words_of(value)) {
      if (!words.empty()) words += " or ";
      words += quoted(word);
    }
    return words;
  }
  static std::string quoted(std::string_view text);
  ConfigMistake make_mistake(std::string_view key, std::string text) const;

  std::string title_;
  std::size_t line_;
  std::map<std::string, GivenValue> values_;
  std::string variable_prefix_;
  std::set<std::string_view> known_;
  ConfigReading& reading_;
};

}  // namespace component
