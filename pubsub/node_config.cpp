#include "pubsub/node_config.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "pubsub/disclosure.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace pubsub {
namespace {

namespace ns = xmpp_schemas::ns;
using Values = std::vector<std::string>;
using Choices = std::vector<std::pair<std::string_view, std::string_view>>;

constexpr std::size_t longest_text = 1024;
constexpr std::size_t most_children_shown = 100;

constexpr std::string_view access_model = "pubsub#access_model";
constexpr std::string_view title = "pubsub#title";
constexpr std::string_view description = "pubsub#description";
constexpr std::string_view notify_retract = "pubsub#notify_retract";
constexpr std::string_view notify_sub = "pubsub#notify_sub";
constexpr std::string_view notify_config = "pubsub#notify_config";
constexpr std::string_view disclosure = ns::disclosure_field;

struct ModelName {
  AccessModel model;
  std::string_view text;
  std::string_view label;
};
constexpr std::array<ModelName, 4> models{{
    {AccessModel::whitelist, "whitelist", "Only those on a whitelist, and nobody else sees it"},
    {AccessModel::authorize, "authorize", "Subscription requests must be approved"},
    {AccessModel::presence, "presence", "Anyone whose presence subscription was approved"},
    {AccessModel::open, "open", "Anyone may subscribe and retrieve items"},
}};
static_assert(static_cast<std::size_t>(AccessModel::open) + 1 == models.size());

/// What the owner has set; null: nothing.
const std::string* find_set(const Config& config, std::string_view var) {
  const auto found = std::find_if(config.begin(), config.end(),
                                  [&](const auto& each) { return each.first == var; });
  return found == config.end() ? nullptr : &found->second;
}

bool flag_of(const NodeRecord& node, std::string_view var, bool otherwise) {
  const auto* value = find_set(node.config, var);
  return value == nullptr ? otherwise : *value == "1";
}

// Fields that an owner may change: what a value becomes when it is kept; absent: a bad one
// --------------------------------------------------------------------------------------------

std::optional<std::string> read_boolean(const std::string& value, const Policy&) {
  const auto flag = parse_boolean(value);
  if (!flag) return std::nullopt;
  return *flag ? "1" : "0";
}
std::optional<std::string> read_text(const std::string& value, const Policy&) {
  if (value.size() > longest_text) return std::nullopt;
  return value;
}
std::optional<std::string> read_model(const std::string& value, const Policy& policy) {
  const auto model = parse_access_model(value);
  return model && policy.access_models.contains(*model) ? std::optional(value) : std::nullopt;
}
std::optional<std::string> read_disclosure(const std::string& value, const Policy&) {
  if (value.empty() || parse_disclosure(value)) return value;
  return std::nullopt;
}

struct Editable {
  std::string_view var;
  std::string_view type;  // XEP-0004 §3.3
  std::string_view label;
  std::optional<std::string> (*read)(const std::string&, const Policy&);
  ErrorCode refusal;  ///< of a bad value
};
constexpr std::array<Editable, 7> editables{{
    {access_model, "list-single", "Who may subscribe and retrieve items", read_model,
     ErrorCode::unsupported_access_model},
    {title, "text-single", "A friendly name for the node", read_text, ErrorCode::not_acceptable},
    {description, "text-single", "A description of the node", read_text, ErrorCode::not_acceptable},
    {notify_retract, "boolean", "Whether to notify subscribers when items are removed",
     read_boolean, ErrorCode::not_acceptable},
    {notify_sub, "boolean", "Whether to notify owners about new subscribers and unsubscribes",
     read_boolean, ErrorCode::not_acceptable},
    {notify_config, "boolean", "Whether to notify subscribers when the configuration changes",
     read_boolean, ErrorCode::not_acceptable},
    {disclosure, "list-single", "How much others than the owner are told", read_disclosure,
     ErrorCode::not_acceptable},
}};

std::string value_of(const NodeRecord& node, std::string_view var) {
  if (const auto* set = find_set(node.config, var)) return *set;
  if (var == access_model) return "whitelist";
  if (var == title) return node.spec.name.empty() ? node.spec.id : node.spec.name;
  if (var == notify_retract) return "1";
  if (var == notify_sub || var == notify_config) return "0";
  return {};
}

Choices choices_of(const NodeSpec& spec, std::string_view var, const Policy& policy) {
  Choices choices;
  if (var == access_model) {
    for (const auto& row : models) {
      const bool is_allowed = !spec.is_closed && policy.access_models.contains(row.model);
      // It is what everything starts with, whatever else owners may choose.
      const bool is_default = row.model == AccessModel::whitelist;
      if (is_allowed || is_default) choices.emplace_back(row.text, row.label);
    }
  } else if (var == disclosure) {
    choices.emplace_back("", "As the collection says, else numbers only");
    for (const auto& row : disclosure_names) choices.emplace_back(row.text, row.label);
  }
  return choices;
}

// Fields that only show what the mail store and this program decide
// --------------------------------------------------------------------------------------------

struct Fixed {
  std::string_view var;
  std::string_view type;
  std::string_view label;
  bool is_graph;  ///< XEP-0248 §7.2.3 refuses its change in its own way
  Values values;
};

std::string to_boolean(bool value) {
  return value ? "1" : "0";
}

std::vector<Fixed> graph_fields(const NodeTree& tree, const NodeRecord& node) {
  const bool is_leaf = node.spec.kind == NodeKind::leaf;
  std::vector<Fixed> fields{
      {"pubsub#node_type",
       "list-single",
       "Whether the node is a leaf or a collection",
       true,
       {is_leaf ? "leaf" : "collection"}},
      {"pubsub#collection", "text-multi", "The collections of which this node is a child", true,
       node.spec.parents},
  };
  if (is_leaf) return fields;
  Values children;
  for (const auto& child : tree.children(node.spec.id)) {
    if (children.size() == most_children_shown) break;
    children.push_back(child);
  }
  fields.push_back({"pubsub#children", "text-multi", "The nodes of which this node is a parent",
                    true, std::move(children)});
  return fields;
}

std::vector<Fixed> fixed_fields(const NodeTree& tree, const NodeRecord& node,
                                const Policy& policy) {
  auto fields = graph_fields(tree, node);
  fields.push_back({"pubsub#deliver_notifications",
                    "boolean",
                    "Whether to deliver event notifications",
                    false,
                    {"1"}});
  fields.push_back({"pubsub#notify_delete",
                    "boolean",
                    "Whether to notify subscribers when the node is deleted",
                    false,
                    {"1"}});
  fields.push_back({"pubsub#presence_based_delivery",
                    "boolean",
                    "Whether to deliver to available users only",
                    false,
                    {"0"}});
  fields.push_back({"pubsub#subscribe", "boolean", "Whether to allow subscriptions", false, {"1"}});
  if (node.spec.kind == NodeKind::collection) return fields;
  const bool is_state = node.spec.holding == Holding::state;
  fields.push_back({"pubsub#deliver_payloads",
                    "boolean",
                    "Whether to deliver payloads with event notifications",
                    false,
                    {"1"}});
  fields.push_back({"pubsub#persist_items", "boolean", "Whether to persist items", false, {"1"}});
  fields.push_back({"pubsub#max_items",
                    "text-single",
                    "The maximum number of items to persist",
                    false,
                    {is_state ? "1" : std::to_string(policy.history_items)}});
  fields.push_back(
      {"pubsub#publish_model", "list-single", "The publisher model", false, {"publishers"}});
  fields.push_back({"pubsub#send_last_published_item",
                    "list-single",
                    "When to send the last published item",
                    false,
                    {is_state ? "on_sub_and_presence" : "never"}});
  fields.push_back({"pubsub#type",
                    "text-single",
                    "The payload's namespace",
                    false,
                    {std::string(ns::message_store)}});
  return fields;
}

bool is_present_value(const Fixed& field, Values sent) {
  if (field.type == "text-multi") {  // nodes: their order says nothing
    Values present = field.values;
    std::sort(present.begin(), present.end());
    std::sort(sent.begin(), sent.end());
    std::erase(sent, "");
    return present == sent;
  }
  if (field.type != "boolean") return field.values == sent;
  const auto flag = sent.size() == 1 ? parse_boolean(sent.front()) : std::nullopt;
  return flag && to_boolean(*flag) == field.values.front();
}

Error naming(ErrorCode code, const std::string& var) {
  return {code, var + " cannot be set to that"};
}

std::optional<Error> check_fixed(const std::vector<Fixed>& fields, const std::string& var,
                                 const Values& sent) {
  for (const Fixed& field : fields) {
    if (field.var != var) continue;
    if (is_present_value(field, sent)) return std::nullopt;
    return naming(field.is_graph ? ErrorCode::not_allowed_options : ErrorCode::not_acceptable, var);
  }
  // XEP-0248 §7.2.3: a leaf has no children
  if (var == "pubsub#children" && !sent.empty()) return naming(ErrorCode::not_allowed_options, var);
  if (sent.empty() || (sent.size() == 1 && sent.front().empty())) return std::nullopt;
  return naming(ErrorCode::not_acceptable, var);
}

}  // namespace

std::string_view to_text(AccessModel model) {
  return models[static_cast<std::size_t>(model)].text;
}

std::optional<AccessModel> parse_access_model(std::string_view text) {
  for (const auto& row : models) {
    if (row.text == text) return row.model;
  }
  return std::nullopt;
}

AccessModel access_model_of(const NodeRecord& node, const Policy& policy) {
  const auto* value = find_set(node.config, access_model);
  if (value == nullptr || node.spec.is_closed) return AccessModel::whitelist;
  const auto model = parse_access_model(*value);
  return model && policy.access_models.contains(*model) ? *model : AccessModel::whitelist;
}

std::optional<Disclosure> disclosure_of(const NodeRecord& node) {
  const auto* value = find_set(node.config, disclosure);
  return value == nullptr ? std::nullopt : parse_disclosure(*value);
}

bool notifies_of_retraction(const NodeRecord& node) {
  return flag_of(node, notify_retract, true);
}
bool notifies_of_subscriptions(const NodeRecord& node) {
  return flag_of(node, notify_sub, false);
}
bool notifies_of_configuration(const NodeRecord& node) {
  return flag_of(node, notify_config, false);
}

const std::string& title_of(const NodeRecord& node) {
  const auto* set = find_set(node.config, title);
  if (set != nullptr && !set->empty()) return *set;
  return node.spec.name.empty() ? node.spec.id : node.spec.name;
}

const std::string& description_of(const NodeRecord& node) {
  static const std::string none;
  const auto* set = find_set(node.config, description);
  return set == nullptr ? none : *set;
}

boost::system::result<Config, Error> submit_config(const NodeTree& tree, const NodeRecord& node,
                                                   const Policy& policy, const FormFields& fields) {
  Config config = node.config;
  const auto fixed = fixed_fields(tree, node, policy);
  for (const auto& [var, values] : fields) {
    const auto row = std::find_if(editables.begin(), editables.end(),
                                  [&](const Editable& each) { return each.var == var; });
    if (row == editables.end()) {
      if (auto error = check_fixed(fixed, var, values)) return *error;
      continue;
    }
    if (values.size() > 1) return naming(row->refusal, var);
    const std::string sent = values.empty() ? std::string() : values.front();
    if (sent == value_of(node, var)) continue;
    const auto value = row->read(sent, policy);
    if (!value) return naming(row->refusal, var);
    if (node.spec.is_closed && var == access_model) return naming(row->refusal, var);
    std::erase_if(config, [&](const auto& each) { return each.first == var; });
    NodeRecord plain;
    plain.spec = node.spec;
    const bool is_default = value->empty() || *value == value_of(plain, var);
    if (!is_default) config.emplace_back(var, *value);
  }
  std::sort(config.begin(), config.end());
  return config;
}

void append_config(xmpp_schemas::XmlWriter& writer, const NodeTree& tree, const NodeRecord& node,
                   const Policy& policy, bool is_form) {
  const auto append = [&](std::string_view var, std::string_view type, std::string_view label,
                          const Values& values, const Choices& choices) {
    append_field(writer,
                 {var, is_form ? type : "", is_form ? label : "", is_form ? choices : Choices{}},
                 values);
  };
  for (const Editable& row : editables) {
    append(row.var, row.type, row.label, {value_of(node, row.var)},
           choices_of(node.spec, row.var, policy));
  }
  for (const Fixed& field : fixed_fields(tree, node, policy)) {
    Choices choices;
    if (field.type == "list-single") choices.emplace_back(field.values.front(), "");
    append(field.var, field.type, field.label, field.values, choices);
  }
}

}  // namespace pubsub
