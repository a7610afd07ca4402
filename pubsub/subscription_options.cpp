#include "pubsub/subscription_options.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "pubsub/date_time.hpp"
#include "pubsub/disclosure.hpp"
#include "pubsub/result_page.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace pubsub {
namespace {

constexpr std::chrono::hours longest_lease{365 * 24};
constexpr std::uint64_t longest_digest = 31ULL * 86'400'000;

template <class Value>
struct Word {
  Value value;
  std::string_view text;
  std::string_view label;
};

constexpr std::array<Word<SubscriptionType>, 3> types{{
    {SubscriptionType::all, "all", "New items and new nodes"},
    {SubscriptionType::items, "items", "Receive notification of new items only"},
    {SubscriptionType::nodes, "nodes", "Receive notification of new nodes only"},
}};
static_assert(static_cast<std::size_t>(SubscriptionType::nodes) + 1 == types.size());

constexpr std::array<Word<MessageType>, 3> message_types{{
    {MessageType::headline, "headline", "Messages of type headline"},
    {MessageType::normal, "normal", "Messages of type normal"},
    {MessageType::chat, "chat", "Messages of type chat"},
}};
static_assert(static_cast<std::size_t>(MessageType::chat) + 1 == message_types.size());

constexpr std::array<Word<Show>, 5> shows{{
    {Show::away, "away", "XMPP Show Value of Away"},
    {Show::chat, "chat", "XMPP Show Value of Chat"},
    {Show::dnd, "dnd", "XMPP Show Value of DND (Do Not Disturb)"},
    {Show::online, "online", "Mere Availability in XMPP (No Show Value)"},
    {Show::xa, "xa", "XMPP Show Value of XA (Extended Away)"},
}};

template <class Words>
auto find_word(const Words& words, std::string_view text) -> decltype(&words[0]) {
  for (const auto& word : words) {
    if (word.text == text) return &word;
  }
  return nullptr;
}

namespace ns = xmpp_schemas::ns;
using Values = std::vector<std::string>;
using std::chrono::milliseconds;
using std::chrono::seconds;

// One reader and one writer per field. A reader reads what a writer writes; false: a bad value.

template <bool SubscriptionOptions::*member>
bool read_flag(SubscriptionOptions& options, const Values& values) {
  const auto flag = values.size() == 1 ? parse_boolean(values.front()) : std::nullopt;
  if (flag) options.*member = *flag;
  return flag.has_value();
}
template <bool SubscriptionOptions::*member>
Values write_flag(const SubscriptionOptions& options) {
  return {options.*member ? "1" : "0"};
}

bool read_frequency(SubscriptionOptions& options, const Values& values) {
  const auto number = values.size() == 1 ? parse_decimal(values.front()) : std::nullopt;
  if (!number || *number == 0 || *number > longest_digest) return false;
  options.digest_frequency = milliseconds(static_cast<milliseconds::rep>(*number));
  return true;
}
Values write_frequency(const SubscriptionOptions& options) {
  return {std::to_string(options.digest_frequency.count())};
}

bool read_shows(SubscriptionOptions& options, const Values& values) {
  Shows chosen = 0;
  for (const auto& value : values) {
    const auto* word = find_word(shows, value);
    if (word == nullptr) return false;
    chosen = static_cast<Shows>(chosen | static_cast<Shows>(word->value));
  }
  options.shows = chosen;
  return true;
}
Values write_shows(const SubscriptionOptions& options) {
  Values values;
  for (const auto& word : shows) {
    if ((options.shows & static_cast<Shows>(word.value)) != 0) values.emplace_back(word.text);
  }
  return values;
}

bool read_type(SubscriptionOptions& options, const Values& values) {
  const auto* word = values.size() == 1 ? find_word(types, values.front()) : nullptr;
  if (word != nullptr) options.type = word->value;
  return word != nullptr;
}
Values write_type(const SubscriptionOptions& options) {
  return {std::string(types[static_cast<std::size_t>(options.type)].text)};
}

bool read_depth(SubscriptionOptions& options, const Values& values) {
  if (values.size() != 1) return false;
  if (values.front() == "all") {
    options.depth.reset();
    return true;
  }
  const auto depth = parse_decimal(values.front());
  if (!depth || *depth > 0xFFFFFFFFULL) return false;
  options.depth = static_cast<std::uint32_t>(*depth);
  return true;
}
Values write_depth(const SubscriptionOptions& options) {
  return {options.depth ? std::to_string(*options.depth) : "all"};
}

bool read_disclosure(SubscriptionOptions& options, const Values& values) {
  options.disclosure.reset();
  if (values.empty()) return true;
  const auto level = values.size() == 1 ? parse_disclosure(values.front()) : std::nullopt;
  if (level) options.disclosure = *level;
  return level.has_value();
}
Values write_disclosure(const SubscriptionOptions& options) {
  if (!options.disclosure) return {};
  return {std::string(to_text(*options.disclosure))};
}

bool read_heartbeat(SubscriptionOptions& options, const Values& values) {
  options.heartbeat.reset();
  if (values.empty()) return true;
  const auto number = values.size() == 1 ? parse_decimal(values.front()) : std::nullopt;
  if (!number || *number > 86'400) return false;
  const seconds interval{static_cast<seconds::rep>(*number)};
  if (interval < SubscriptionOptions::shortest_heartbeat) return false;
  options.heartbeat = interval;
  return true;
}
Values write_heartbeat(const SubscriptionOptions& options) {
  if (!options.heartbeat) return {};
  return {std::to_string(options.heartbeat->count())};
}

bool read_message_type(SubscriptionOptions& options, const Values& values) {
  const auto* word = values.size() == 1 ? find_word(message_types, values.front()) : nullptr;
  if (word != nullptr) options.message_type = word->value;
  return word != nullptr;
}
Values write_message_type(const SubscriptionOptions& options) {
  return {std::string(message_types[static_cast<std::size_t>(options.message_type)].text)};
}

struct Row {
  std::string_view var;
  std::string_view type;  // XEP-0004 §3.3
  std::string_view label;
  bool is_of_collections;
  bool (*read)(SubscriptionOptions&, const Values&);
  Values (*write)(const SubscriptionOptions&);
};

// XEP-0060 §16.4.2, then ours (XEP-0068 §3.3: Clark notation). pubsub#expire is no option of the
// kind that many share: see submit().
constexpr std::array<Row, 10> rows{{
    {"pubsub#deliver", "boolean", "Whether to receive notifications", false,
     read_flag<&SubscriptionOptions::deliver>, write_flag<&SubscriptionOptions::deliver>},
    {"pubsub#digest", "boolean", "Whether to receive digests instead of single notifications",
     false, read_flag<&SubscriptionOptions::digest>, write_flag<&SubscriptionOptions::digest>},
    {"pubsub#digest_frequency", "text-single",
     "The minimum number of milliseconds between any two digests", false, read_frequency,
     write_frequency},
    {"pubsub#include_body", "boolean", "Whether to receive a text for people too", false,
     read_flag<&SubscriptionOptions::include_body>, write_flag<&SubscriptionOptions::include_body>},
    {"pubsub#show-values", "list-multi", "The presence states in which to receive notifications",
     false, read_shows, write_shows},
    {"pubsub#subscription_type", "list-single", "What of a collection to hear of", true, read_type,
     write_type},
    {"pubsub#subscription_depth", "list-single", "How far below a collection", true, read_depth,
     write_depth},
    {ns::disclosure_field, "list-single", "How much to be told", false, read_disclosure,
     write_disclosure},
    {ns::heartbeat_field, "text-single", "The seconds after which to repeat a state (30 to 86400)",
     false, read_heartbeat, write_heartbeat},
    {ns::notification_type_field, "list-single", "The type of the messages", false,
     read_message_type, write_message_type},
}};

constexpr std::string_view expire = "pubsub#expire";

Error bad_value(const std::string& var, const Values& values) {
  std::string text = "bad value of " + var;
  if (!values.empty()) text += ": " + values.front().substr(0, 64);
  return {ErrorCode::invalid_options, std::move(text)};
}

using Choices = std::vector<std::pair<std::string_view, std::string_view>>;  // value, label

template <class Words>
Choices to_choices(const Words& words) {
  Choices choices;
  for (const auto& word : words) choices.emplace_back(word.text, word.label);
  return choices;
}

Choices choices_of(std::string_view var) {
  if (var == "pubsub#show-values") return to_choices(shows);
  if (var == "pubsub#subscription_type") return to_choices(types);
  if (var == "pubsub#subscription_depth")
    return {{"1", "Direct child nodes only"}, {"all", "All descendant nodes"}};
  if (var == ns::notification_type_field) return to_choices(message_types);
  if (var == ns::disclosure_field) return to_choices(disclosure_names);
  return {};
}

/// XEP-0060 §12.18; nullopt: no date.
bool read_expire(SubmittedOptions& submitted, SubscriptionOptions& options, const Values& values,
                 WallTime now) {
  if (values.size() > 1) return false;
  submitted.has_expire = true;
  options.is_temporary = !values.empty() && values.front() == "presence";  // XEP-0060 §12.4
  if (values.empty() || values.front().empty() || options.is_temporary) return true;
  const auto end = parse_date_time(values.front());
  if (!end || *end <= now) return false;
  submitted.expires = std::min(*end, now + longest_lease);
  return true;
}

}  // namespace

std::string_view to_text(MessageType type) {
  return message_types[static_cast<std::size_t>(type)].text;
}

OptionsPool::OptionsPool(const Vocabulary& vocabulary)
    : vocabulary_(vocabulary), defaults_(new SubscriptionOptions) {}

FormFields OptionsPool::to_kept_fields(const SubscriptionOptions& options) const {
  FormFields fields;
  for (const Row& row : rows) {
    auto values = row.write(options);
    if (values != row.write(*defaults_)) fields.emplace_back(row.var, std::move(values));
  }
  if (options.is_temporary) fields.emplace_back(expire, Values{"presence"});
  if (options.choice) {
    for (auto& field : options.choice->to_fields()) fields.push_back(std::move(field));
  }
  return fields;
}

OptionsPointer OptionsPool::intern(std::unique_ptr<SubscriptionOptions> options) {
  auto fields = to_kept_fields(*options);
  if (fields.empty()) return defaults_;
  if (pool_.size() >= sweep_at_) {
    std::erase_if(pool_, [](const auto& entry) { return entry.second->use_count() == 1; });
    sweep_at_ = std::max<std::size_t>(64, pool_.size() * 2);
  }
  auto& kept = pool_[std::move(fields)];
  if (!kept) kept = OptionsPointer(options.release());
  return kept;
}

boost::system::result<SubmittedOptions, Error> OptionsPool::submit(const SubscriptionOptions& base,
                                                                   const FormFields& fields,
                                                                   NodeKind kind, WallTime now) {
  SubmittedOptions submitted;
  auto options = std::make_unique<SubscriptionOptions>(base);
  FormFields chosen = base.choice ? base.choice->to_fields() : FormFields();
  for (const auto& [var, values] : fields) {
    if (var == expire) {
      if (!read_expire(submitted, *options, values, now)) return bad_value(var, values);
      continue;
    }
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const Row& each) { return each.var == var; });
    if (row == rows.end()) {
      std::erase_if(chosen, [&](const auto& field) { return field.first == var; });
      chosen.emplace_back(var, values);
      continue;
    }
    SubscriptionOptions scratch = *options;
    // A form that is sent back as it was shown: what has no value is at its default.
    const bool is_empty =
        std::all_of(values.begin(), values.end(), [](const auto& value) { return value.empty(); });
    if (!row->read(scratch, is_empty ? row->write(*defaults_) : values))
      return bad_value(var, values);
    if (kind == NodeKind::collection || !row->is_of_collections) *options = scratch;
  }
  auto choice = vocabulary_.parse(chosen);
  if (!choice) return choice.error();
  options->choice = std::move(*choice);
  submitted.options = intern(std::move(options));
  return submitted;
}

void OptionsPool::append_fields(xmpp_schemas::XmlWriter& writer, const SubscriptionOptions& options,
                                const std::optional<WallTime>& expires, NodeKind kind,
                                bool is_form) const {
  const auto append = [&](std::string_view var, std::string_view type, std::string_view label,
                          const Values& values, const Choices& choices) {
    append_field(writer,
                 {var, is_form ? type : "", is_form ? label : "", is_form ? choices : Choices{}},
                 values);
  };
  for (const Row& row : rows) {
    if (row.is_of_collections && kind == NodeKind::leaf) continue;
    append(row.var, row.type, row.label, row.write(options), choices_of(row.var));
    if (row.var != "pubsub#digest_frequency") continue;
    Values end;
    if (options.is_temporary) end = {"presence"};
    if (expires) end = {to_stamp(*expires)};
    append(expire, "text-single", "When the subscription ends", end, {});
  }
  const FormFields chosen = options.choice ? options.choice->to_fields() : FormFields();
  for (const auto& field : vocabulary_.fields()) {
    const auto found = std::find_if(chosen.begin(), chosen.end(),
                                    [&](const auto& each) { return each.first == field.var; });
    Choices choices;
    for (const auto& option : field.options) choices.emplace_back(option, "");
    append(field.var, field.type, field.label,
           found != chosen.end() ? found->second : field.defaults, choices);
  }
}

}  // namespace pubsub
