// The members of one JSON object, each asked for by its name and type. What is there but is nothing
// of that type is a mistake, of which the first is kept. Numbers may be strings.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sources::push {

class JsonFields {
 public:
  explicit JsonFields(const boost::json::object& object) : object_(object) {}

  bool has(std::string_view name) const { return object_.contains(name); }
  /// Absent too if it is null or "".
  std::optional<std::string> text(std::string_view name);
  std::optional<std::uint64_t> number(std::string_view name, std::uint64_t most);
  template <class Number>
  std::optional<Number> bounded(std::string_view name) {
    const auto value = number(name, ~std::uint64_t{0});
    if (!value) return std::nullopt;
    const auto within = Number::from(*value);
    if (!within) refuse(name, "is out of range");
    return within;
  }
  /// A number below 0 stands there.
  bool is_negative(std::string_view name);
  /// Minutes east of UTC, 0 unless a number within a day.
  std::int64_t offset(std::string_view name);
  /// An array of strings, or one string.
  std::vector<std::string> texts(std::string_view name);
  const boost::json::object* object(std::string_view name);

  void refuse(std::string_view name, std::string_view why);
  const std::string& mistake() const { return mistake_; }  ///< "name why"; empty: none
  const std::string& wrong_field() const { return wrong_; }
  /// Members that nobody has asked for.
  std::vector<std::string_view> others() const;

 private:
  const boost::json::value* find(std::string_view name);

  const boost::json::object& object_;
  std::set<std::string_view> asked_;
  std::string mistake_, wrong_;
};

}  // namespace sources::push
