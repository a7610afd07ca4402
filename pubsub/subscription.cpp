#include "pubsub/subscription.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <tuple>

#include "pubsub/result_page.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace pubsub {
namespace {

constexpr std::array<std::pair<SubscriptionType, std::string_view>, 3> types{{
    {SubscriptionType::all, "all"},
    {SubscriptionType::items, "items"},
    {SubscriptionType::nodes, "nodes"},
}};
static_assert(static_cast<std::size_t>(SubscriptionType::nodes) + 1 == types.size());

std::string to_text(SubscriptionType type) {
  return std::string(types[static_cast<std::size_t>(type)].second);
}

std::optional<SubscriptionType> parse_type(std::string_view text) {
  for (const auto& [type, name] : types) {
    if (name == text) return type;
  }
  return std::nullopt;
}

std::optional<bool> parse_boolean(std::string_view text) {  // XEP-0004 §3.3
  if (text == "1" || text == "true") return true;
  if (text == "0" || text == "false") return false;
  return std::nullopt;
}

// One field after the other; false: a bad value.
bool read_deliver(SubscriptionOptions& options, const std::string& value) {
  const auto deliver = parse_boolean(value);
  if (deliver) options.deliver = *deliver;
  return deliver.has_value();
}
bool read_type(SubscriptionOptions& options, const std::string& value) {
  const auto type = parse_type(value);
  if (type) options.type = *type;
  return type.has_value();
}
bool read_depth(SubscriptionOptions& options, const std::string& value) {
  options.depth.reset();
  if (value == "all") return true;
  const auto depth = parse_decimal(value);
  if (!depth || *depth > 0xFFFFFFFFULL) return false;
  options.depth = static_cast<std::uint32_t>(*depth);
  return true;
}

struct Field {
  std::string_view name;
  bool is_of_collections;
  bool (*read)(SubscriptionOptions&, const std::string&);
};
// XEP-0060 §6.3: todo - the other fields of the form
constexpr std::array<Field, 3> fields_known{{
    {"pubsub#deliver", false, read_deliver},
    {"pubsub#subscription_type", true, read_type},
    {"pubsub#subscription_depth", true, read_depth},
}};

}  // namespace

boost::system::result<SubscriptionOptions, Error> parse_options(const FormFields& fields,
                                                                NodeKind kind) {
  SubscriptionOptions options;
  for (const auto& [name, values] : fields) {
    for (const Field& field : fields_known) {
      if (field.name != name) continue;
      SubscriptionOptions scratch = options;
      if (values.size() != 1 || !field.read(scratch, values.front())) {
        return Error{ErrorCode::invalid_options, "value of " + name};
      }
      if (kind == NodeKind::collection || !field.is_of_collections) options = scratch;
    }
  }
  return options;
}

FormFields to_fields(const SubscriptionOptions& options, NodeKind kind) {
  FormFields fields{{"pubsub#deliver", {options.deliver ? "1" : "0"}}};
  if (kind == NodeKind::leaf) return fields;
  fields.push_back({"pubsub#subscription_type", {to_text(options.type)}});
  fields.push_back(
      {"pubsub#subscription_depth", {options.depth ? std::to_string(*options.depth) : "all"}});
  return fields;
}

FormFields to_kept_fields(const SubscriptionOptions& options, NodeKind kind) {
  const FormFields defaults = to_fields({}, kind);
  FormFields fields = to_fields(options, kind);
  std::erase_if(fields, [&](const auto& field) {
    return std::find(defaults.begin(), defaults.end(), field) != defaults.end();
  });
  return fields;
}

std::string to_bare(const std::string& prepared_jid) {
  return prepared_jid.substr(0, prepared_jid.find('/'));
}

Subscriptions::Pointer Subscriptions::add(SubscriptionRecord record,
                                          const SubscriptionOptions& options) {
  auto subscription = std::make_shared<Subscription>();
  subscription->bare = to_bare(record.jid);
  subscription->options = options;
  xmpp_schemas::append_attribute_value(subscription->escaped_jid, record.jid);
  xmpp_schemas::append_attribute_value(subscription->escaped_service, record.service);
  xmpp_schemas::append_attribute_value(subscription->escaped_subid, record.subid);
  xmpp_schemas::append_attribute_value(subscription->escaped_node, record.node);
  subscription->address_hash =
      std::hash<std::string>()(record.jid) * 31 + std::hash<std::string>()(record.service);
  subscription->record = std::move(record);
  by_account_[subscription->record.account][subscription->record.node].push_back(subscription);
  by_bare_[subscription->bare].push_back(subscription);
  ++size_;
  return subscription;
}

void Subscriptions::end(const Pointer& subscription) {
  const Pointer kept = subscription;  // the argument may be an element of what is erased from here
  const auto account = by_account_.find(kept->record.account);
  if (account == by_account_.end()) return;
  const auto node = account->second.find(kept->record.node);
  if (node == account->second.end() || std::erase(node->second, kept) == 0) return;
  if (node->second.empty()) account->second.erase(node);
  if (account->second.empty()) by_account_.erase(account);
  const auto bare = by_bare_.find(kept->bare);
  std::erase(bare->second, kept);
  if (bare->second.empty()) by_bare_.erase(bare);
  std::const_pointer_cast<Subscription>(kept)->has_ended = true;
  --size_;
}

std::vector<Subscriptions::Pointer> Subscriptions::end_node(const std::string& account,
                                                            const NodeId& node) {
  const auto present = at(account, node);
  std::vector<Pointer> ended(present.begin(), present.end());
  for (auto last = ended.rbegin(); last != ended.rend(); ++last) end(*last);
  return ended;
}

void Subscriptions::move(const std::string& account, const NodeId& from, const NodeId& to) {
  // A fan-out under way goes on with the old objects and with the old name: so it was when it
  // began.
  const auto present = at(account, from);
  const std::vector<Pointer> moved(present.begin(), present.end());
  for (auto last = moved.rbegin(); last != moved.rend(); ++last) {
    end(*last);
    std::const_pointer_cast<Subscription>(*last)->has_ended = false;
  }
  for (const Pointer& old : moved) {
    SubscriptionRecord record = old->record;
    record.node = to;
    add(std::move(record), old->options);
  }
}

std::span<const Subscriptions::Pointer> Subscriptions::at(const std::string& account,
                                                          const NodeId& node) const {
  const auto nodes = by_account_.find(account);
  if (nodes == by_account_.end()) return {};
  const auto subscriptions = nodes->second.find(node);
  if (subscriptions == nodes->second.end()) return {};
  return subscriptions->second;
}

std::vector<Subscriptions::Pointer> Subscriptions::of(const std::string& bare) const {
  const auto found = by_bare_.find(bare);
  if (found == by_bare_.end()) return {};
  auto sorted = found->second;
  std::sort(sorted.begin(), sorted.end(), [](const Pointer& a, const Pointer& b) {
    const auto& x = a->record;
    const auto& y = b->record;
    return std::tie(x.account, x.node, x.jid, x.subid) <
           std::tie(y.account, y.node, y.jid, y.subid);
  });
  return sorted;
}

std::size_t Subscriptions::count_of(const std::string& bare) const {
  const auto found = by_bare_.find(bare);
  return found == by_bare_.end() ? 0 : found->second.size();
}

std::size_t Subscriptions::count_in(const std::string& account) const {
  const auto nodes = by_account_.find(account);
  if (nodes == by_account_.end()) return 0;
  std::size_t count = 0;
  for (const auto& [node, subscriptions] : nodes->second) count += subscriptions.size();
  return count;
}

std::vector<Subscriptions::Pointer> Subscriptions::in(const std::string& account) const {
  std::vector<Pointer> all;
  const auto nodes = by_account_.find(account);
  if (nodes == by_account_.end()) return all;
  for (const auto& [node, subscriptions] : nodes->second) {
    all.insert(all.end(), subscriptions.begin(), subscriptions.end());
  }
  return all;
}

}  // namespace pubsub
