#include "mapping/choice_fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>
#include <utility>

#include "events/event_name.hpp"
#include "events/parameter.hpp"
#include "mapping/characters.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace mapping {
namespace {

using events::EventGroup;
using Values = std::vector<std::string>;

constexpr std::size_t max_shown_value = 64;  // of a bad value, in an error
constexpr std::size_t max_name = 64;         // of a vendor's event or parameter
constexpr std::size_t max_flag = 254;        // the schema wants less than 255

struct GroupRow {
  EventGroup group;
  std::string_view text;
};
constexpr std::array<GroupRow, 5> groups{{
    {EventGroup::message, "message"},
    {EventGroup::flags, "flags"},
    {EventGroup::access, "access"},
    {EventGroup::mailbox, "mailbox"},
    {EventGroup::quota, "quota"},
}};

struct SpamRow {
  SpamChoice spam;
  std::string_view text;
};
constexpr std::array<SpamRow, 3> spam_choices{{
    {SpamChoice::all, "all"},
    {SpamChoice::none, "none"},
    {SpamChoice::only, "only"},
}};

static_assert([] {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (static_cast<std::size_t>(groups[i].group) != i) return false;
    if (i < spam_choices.size() && static_cast<std::size_t>(spam_choices[i].spam) != i)
      return false;
  }
  return static_cast<std::size_t>(EventGroup::quota) + 1 == groups.size() &&
         static_cast<std::size_t>(SpamChoice::only) + 1 == spam_choices.size();
}());

// RFC 5423 §6
bool is_vendor_name(std::string_view name) {
  constexpr std::string_view characters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  return name.starts_with("vnd.") && name.size() > 4 && name.size() <= max_name &&
         name.find_first_not_of(characters) == std::string_view::npos;
}

// RFC 3501 §9 flag, flag-keyword: an atom, after a backslash or not
bool is_flag(std::string_view flag) {
  if (flag.starts_with('\\')) flag.remove_prefix(1);
  return !flag.empty() && flag.size() <= max_flag &&
         std::all_of(flag.begin(), flag.end(), [](char c) {
           return c > ' ' && c < 0x7F &&
                  std::string_view("(){%*\"\\]").find(c) == std::string::npos;
         });
}

// RFC 5423 §5 tags: commas separate them
bool is_tag(std::string_view tag) {
  return tag.size() <= max_chosen_tag && tag.find_first_of(" ,") == std::string_view::npos &&
         to_harmless_text(tag, max_chosen_tag) == tag;
}

bool take_event_type(const std::string& value, Wishes& wishes) {
  const auto group = std::find_if(groups.begin(), groups.end(),
                                  [&](const auto& row) { return row.text == value; });
  if (group == groups.end()) {
    if (!events::parse_event_name(value) && !is_vendor_name(value)) return false;
    wishes.event_types.insert(value);
    return true;
  }
  for (const auto& row : events::event_names) {
    if (row.group == group->group) wishes.event_types.emplace(row.text);
  }
  return true;
}

/// A group where all of it is chosen.
Values event_type_values(const Wishes& wishes) {
  auto left = wishes.event_types;
  Values values;
  for (const auto& group : groups) {
    Values members;
    for (const auto& row : events::event_names) {
      if (row.group == group.group) members.emplace_back(row.text);
    }
    const auto is_chosen = [&](const auto& name) { return left.contains(name); };
    if (!std::all_of(members.begin(), members.end(), is_chosen)) continue;
    for (const auto& name : members) left.erase(name);
    values.emplace_back(group.text);
  }
  values.insert(values.end(), left.begin(), left.end());
  return values;
}

bool take_flag_events(const std::string& value, Wishes& wishes) {
  wishes.has_full_flag_events = value == "full";
  return value == "full" || value == "simple";
}

Values flag_events_values(const Wishes& wishes) {
  return wishes.has_full_flag_events ? Values{"full"} : Values{};
}

bool take_parameter(const std::string& value, Wishes& wishes) {
  if (!events::parse_parameter(value) && value != headers_parameter && !is_vendor_name(value)) {
    return false;
  }
  wishes.parameters.insert(value);
  return true;
}

Values parameter_values(const Wishes& wishes) {
  return {wishes.parameters.begin(), wishes.parameters.end()};
}

bool take_max_content_octets(const std::string& value, Wishes& wishes) {
  const auto* end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, wishes.max_content_octets);
  return read.ec == std::errc() && read.ptr == end &&
         wishes.max_content_octets <= max_content_limit;
}

Values max_content_octets_values(const Wishes& wishes) {
  if (wishes.max_content_octets == 0) return {};
  return {std::to_string(wishes.max_content_octets)};
}

bool take_flag_name(const std::string& value, Wishes& wishes) {
  // RFC 5423 §5 flagNames: \Recent never comes
  if (!is_flag(value) || equals_ignoring_ascii_case(value, "\\Recent")) return false;
  wishes.flag_names.add(value);
  return true;
}

Values flag_name_values(const Wishes& wishes) {
  return wishes.flag_names.names();
}

bool take_spam(const std::string& value, Wishes& wishes) {
  const auto row = std::find_if(spam_choices.begin(), spam_choices.end(),
                                [&](const auto& one) { return one.text == value; });
  if (row == spam_choices.end()) return false;
  wishes.spam = row->spam;
  return true;
}

Values spam_values(const Wishes& wishes) {
  if (wishes.spam == SpamChoice::all) return {};
  return {std::string(spam_choices[static_cast<std::size_t>(wishes.spam)].text)};
}

bool take_tag(const std::string& value, Wishes& wishes) {
  if (!is_tag(value)) return false;
  wishes.tags.insert(value);
  return true;
}

Values tag_values(const Wishes& wishes) {
  return {wishes.tags.begin(), wishes.tags.end()};
}

struct Row {
  std::string_view name;
  std::string_view type;
  std::string_view label;
  std::size_t max_values;
  std::string_view default_value;  ///< empty: an empty list
  bool (*take)(const std::string& value, Wishes& wishes);
  Values (*values_of)(const Wishes& wishes);
};

constexpr std::array<Row, 7> rows{{
    {"event_types", "list-multi", "Only these events (none chosen: all)", max_field_values, "",
     take_event_type, event_type_values},
    {"flag_events", "list-single",
     "Set flags \\Seen and \\Deleted have events of their own (simple)", 1, "simple",
     take_flag_events, flag_events_values},
    {"parameters", "list-multi", "Only these optional parameters (none chosen: all)",
     max_field_values, "", take_parameter, parameter_values},
    {"max_content_octets", "text-single", "Show the content of messages up to this size", 1, "0",
     take_max_content_octets, max_content_octets_values},
    {"flag_names", "text-multi", "Only changes of these flags (none given: all)", max_field_values,
     "", take_flag_name, flag_name_values},
    {"spam", "list-single", "Whether to tell of spam", 1, "all", take_spam, spam_values},
    {"tags", "text-multi", "Tags to add to each event", max_chosen_tags, "", take_tag, tag_values},
}};

/// The names in Clark notation, in the order of `rows`.
const std::array<std::string, rows.size()>& field_names() {
  static const auto names = [] {
    std::array<std::string, rows.size()> made;
    std::transform(rows.begin(), rows.end(), made.begin(), [](const auto& row) {
      return "{" + std::string(xmpp_schemas::ns::message_store) + "}" + std::string(row.name);
    });
    return made;
  }();
  return names;
}

std::vector<std::string_view> options_of(std::string_view field) {
  std::vector<std::string_view> options;
  if (field == "event_types") {
    for (const auto& row : groups) options.push_back(row.text);
    for (const auto& row : events::event_names) options.push_back(row.text);
  } else if (field == "parameters") {
    for (const auto& row : events::parameters) options.push_back(row.text);
    options.push_back(headers_parameter);
  } else if (field == "flag_events") {
    options = {"simple", "full"};
  } else if (field == "spam") {
    for (const auto& row : spam_choices) options.push_back(row.text);
  }
  return options;
}

pubsub::Error invalid(std::string_view var, std::string_view why, std::string_view value) {
  auto text = std::string(var) + ": " + std::string(why);
  text += " '" + to_harmless_text(value, max_shown_value) + "'";
  return {pubsub::ErrorCode::invalid_options, std::move(text)};
}

std::optional<pubsub::Error> take(const Row& row, std::string_view var, const Values& values,
                                  Wishes& wishes) {
  std::size_t count = 0;
  for (const auto& value : values) {
    if (value.empty()) continue;
    if (++count > row.max_values) return invalid(var, "one value too many:", value);
    if (!row.take(value, wishes)) return invalid(var, "bad value", value);
  }
  return std::nullopt;
}

}  // namespace

std::vector<pubsub::Vocabulary::Field> choice_fields() {
  std::vector<pubsub::Vocabulary::Field> fields;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows[i];
    Values defaults;
    if (!row.default_value.empty()) defaults.emplace_back(row.default_value);
    fields.push_back(
        {field_names()[i], row.type, row.label, options_of(row.name), std::move(defaults)});
  }
  return fields;
}

boost::system::result<Wishes, pubsub::Error> parse_wishes(const pubsub::FormFields& fields) {
  Wishes wishes;
  for (const auto& [var, values] : fields) {
    const auto& names = field_names();
    const auto found = std::find(names.begin(), names.end(), var);
    if (found == names.end()) continue;
    const auto& row = rows[static_cast<std::size_t>(found - names.begin())];
    if (auto error = take(row, var, values, wishes)) return *std::move(error);
  }
  return wishes;
}

pubsub::FormFields to_fields(const Wishes& wishes) {
  pubsub::FormFields fields;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto values = rows[i].values_of(wishes);
    if (!values.empty()) fields.emplace_back(field_names()[i], std::move(values));
  }
  return fields;
}

pubsub::FormFields MailChoice::to_fields() const {
  return mapping::to_fields(wishes_);
}

}  // namespace mapping
