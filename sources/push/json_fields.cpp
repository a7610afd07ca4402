#include "sources/push/json_fields.hpp"

#include <charconv>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace sources::push {
namespace {

namespace json = boost::json;

std::optional<std::uint64_t> to_number(const json::value& value) {
  if (value.is_uint64()) return value.get_uint64();
  if (value.is_int64() && value.get_int64() >= 0)
    return static_cast<std::uint64_t>(value.get_int64());
  if (value.is_double()) {
    const double number = value.get_double();
    if (number < 0 || number >= 9007199254740992.0) return std::nullopt;
    const auto whole = static_cast<std::uint64_t>(number);
    return static_cast<double>(whole) == number ? std::optional(whole) : std::nullopt;
  }
  if (!value.is_string()) return std::nullopt;
  const std::string_view text = value.get_string();
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || failed != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

std::optional<std::string> to_text(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_uint64()) return std::to_string(value.get_uint64());
  if (value.is_int64()) return std::to_string(value.get_int64());
  return std::nullopt;
}

}  // namespace

const json::value* JsonFields::find(std::string_view name) {
  const auto* member = object_.find(name);
  if (member == object_.end()) return nullptr;
  asked_.insert(member->key());
  return member->value().is_null() ? nullptr : &member->value();
}

std::optional<std::string> JsonFields::text(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  auto text = to_text(*value);
  if (!text) refuse(name, "is no string");
  if (!text || text->empty()) return std::nullopt;
  return text;
}

std::optional<std::uint64_t> JsonFields::number(std::string_view name, std::uint64_t most) {
  const auto* value = find(name);
  if (value == nullptr || (value->is_string() && value->get_string().empty())) return std::nullopt;
  const auto number = to_number(*value);
  if (!number) {
    refuse(name, "is no number from 0");
  } else if (*number > most) {
    refuse(name, "is out of range");
    return std::nullopt;
  }
  return number;
}

bool JsonFields::is_negative(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return false;
  if (value->is_string()) return value->get_string().starts_with('-');
  return value->is_int64() && value->get_int64() < 0;
}

std::int64_t JsonFields::offset(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr || !value->is_int64()) return 0;
  const auto minutes = value->get_int64();
  return minutes > -1440 && minutes < 1440 ? minutes : 0;
}

std::vector<std::string> JsonFields::texts(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return {};
  if (!value->is_array()) {
    if (auto one = text(name)) return {std::move(*one)};
    return {};
  }
  std::vector<std::string> all;
  for (const auto& element : value->get_array()) {
    auto one = to_text(element);
    if (!one) {
      refuse(name, "is no array of strings");
      return {};
    }
    if (!one->empty()) all.push_back(std::move(*one));
  }
  return all;
}

const json::object* JsonFields::object(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return nullptr;
  if (!value->is_object()) {
    refuse(name, "is no object");
    return nullptr;
  }
  return &value->get_object();
}

void JsonFields::refuse(std::string_view name, std::string_view why) {
  if (!mistake_.empty()) return;
  wrong_ = name;
  mistake_ = std::string(name) + ' ' + std::string(why);
}

std::vector<std::string_view> JsonFields::others() const {
  std::vector<std::string_view> names;
  for (const auto& member : object_) {
    if (!asked_.contains(member.key())) names.emplace_back(member.key());
  }
  return names;
}

}  // namespace sources::push
