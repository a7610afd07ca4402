#include "component/config_section.hpp"

#include <algorithm>
#include <charconv>

namespace component {
namespace {

using Kind = GivenValue::Kind;

std::string to_upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return upper;
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto comma = text.find(',');
    auto part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return parts;
}

template <class Number>
std::string assign_number(Number& out, const GivenValue& given, std::uint32_t least,
                          std::uint32_t most) {
  auto number = given.number;
  if (given.from_environment) {
    const auto* end = given.text.data() + given.text.size();
    const auto [stop, failed] = std::from_chars(given.text.data(), end, number);
    if (failed != std::errc() || stop != end) return "is no number";
  } else if (given.kind != Kind::number) {
    return "is no number";
  }
  if (number < static_cast<std::int64_t>(least) || number > static_cast<std::int64_t>(most)) {
    return "is " + std::to_string(number);
  }
  out = static_cast<Number>(number);
  return {};
}

}  // namespace

ConfigSection::ConfigSection(std::string title, std::size_t line,
                             std::map<std::string, GivenValue> values,
                             const std::string& variable_prefix, ConfigEnvironment& environment,
                             ConfigReading& reading)
    : title_(std::move(title)),
      line_(line),
      values_(std::move(values)),
      variable_prefix_(variable_prefix),
      reading_(reading) {
  for (auto it = environment.begin(); it != environment.end();) {
    if (!it->first.starts_with(variable_prefix)) {
      ++it;
      continue;
    }
    GivenValue value;
    value.kind = Kind::text;
    value.from_environment = true;
    value.text = it->second;
    values_[to_lower(it->first.substr(variable_prefix.size()))] =
        std::move(value);  // the environment wins
    it = environment.erase(it);
  }
}

void ConfigSection::reject_unknown(const std::set<std::string_view>& elsewhere,
                                   std::string_view where) {
  for (const auto& [name, value] : values_) {
    if (known_.contains(name)) continue;
    if (elsewhere.contains(name)) {
      mistake(name, "is a key of " + std::string(where) + "; expected not here");
      continue;
    }
    std::string names;
    for (const auto known : known_) names += (names.empty() ? "" : ", ") + std::string(known);
    mistake(name, "is unknown; expected one of " + names);
  }
}

bool ConfigSection::is_from_environment(std::string_view key) const {
  const auto found = values_.find(std::string(key));
  return found != values_.end() && found->second.from_environment;
}

ConfigMistake ConfigSection::make_mistake(std::string_view key, std::string text) const {
  ConfigMistake mistake;
  mistake.table = title_;
  mistake.key = key;
  mistake.text = std::move(text);
  mistake.line = line_;
  const auto found = values_.find(std::string(key));
  if (found == values_.end()) return mistake;
  if (found->second.from_environment) {
    mistake.variable = variable_prefix_ + to_upper(key);
  } else {
    mistake.line = found->second.line;
  }
  return mistake;
}

void ConfigSection::mistake(std::string_view key, std::string text) {
  reading_.mistakes.push_back(make_mistake(key, std::move(text)));
}

void ConfigSection::warning(std::string_view key, std::string text) {
  reading_.warnings.push_back(make_mistake(key, std::move(text)));
}

std::string ConfigSection::quoted(std::string_view text) {
  return '"' + std::string(text.substr(0, 100)) + '"';
}

std::string ConfigSection::assign(std::string& out, const GivenValue& given,
                                  const ValueCheck* check, std::uint32_t, std::uint32_t) {
  if (given.kind != Kind::text) return "is no text";
  // the value itself is not shown: it may be a secret
  if (!check->accepts(given.text)) {
    if (given.text.empty()) return "is empty";
    return check == &secret_text ? std::string("is not usable") : "is " + quoted(given.text);
  }
  out = given.text;
  return {};
}

std::string ConfigSection::assign(std::vector<std::string>& out, const GivenValue& given,
                                  const ValueCheck* check, std::uint32_t, std::uint32_t) {
  if (!given.from_environment && given.kind != Kind::list) return "is no list of texts";
  const auto list = given.from_environment ? split_at_commas(given.text) : given.list;
  for (const auto& entry : list) {
    if (!check->accepts(entry)) return "contains " + quoted(entry);
  }
  out = list;
  return {};
}

std::string ConfigSection::assign(bool& out, const GivenValue& given, const ValueCheck*,
                                  std::uint32_t, std::uint32_t) {
  if (given.from_environment) {
    if (given.text != "true" && given.text != "false") return "is " + quoted(given.text);
    out = given.text == "true";
    return {};
  }
  if (given.kind != Kind::truth) return "is neither true nor false";
  out = given.truth;
  return {};
}

std::string ConfigSection::assign(std::uint16_t& out, const GivenValue& given, const ValueCheck*,
                                  std::uint32_t least, std::uint32_t most) {
  return assign_number(out, given, least, most);
}

std::string ConfigSection::assign(std::uint32_t& out, const GivenValue& given, const ValueCheck*,
                                  std::uint32_t least, std::uint32_t most) {
  return assign_number(out, given, least, most);
}

std::string ConfigSection::expectation_of(const std::string&, const ValueCheck* check,
                                          std::uint32_t, std::uint32_t) {
  return std::string(check->expected);
}

std::string ConfigSection::expectation_of(const std::vector<std::string>&, const ValueCheck* check,
                                          std::uint32_t, std::uint32_t) {
  return "a list, each entry " + std::string(check->expected);
}

std::string ConfigSection::expectation_of(bool, const ValueCheck*, std::uint32_t, std::uint32_t) {
  return "true or false";
}

std::string ConfigSection::expectation_of(std::uint16_t, const ValueCheck*, std::uint32_t least,
                                          std::uint32_t most) {
  return "a number from " + std::to_string(least) + " to " + std::to_string(most);
}

std::string ConfigSection::expectation_of(std::uint32_t, const ValueCheck*, std::uint32_t least,
                                          std::uint32_t most) {
  return "a number from " + std::to_string(least) + " to " + std::to_string(most);
}

}  // namespace component
