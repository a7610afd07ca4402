#include "pubsub/archive.hpp"

#include <algorithm>
#include <optional>

#include "pubsub/date_time.hpp"
#include "pubsub/notifier.hpp"
#include "pubsub/policy.hpp"
#include "pubsub/rendering.hpp"
#include "pubsub/request_input.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace pubsub {
namespace {

namespace ns = xmpp_schemas::ns;
using xmpp_schemas::XmlWriter;

const Error not_found{ErrorCode::item_not_found, {}};

std::size_t page_size(const PageRequest& page) {
  return std::min(max_answer_items, page.max.value_or(max_answer_items));
}

bool is_descending(const ArchiveQuery& query) {
  return query.order == Order::descending;
}

/// An empty <before/> names no item.
std::optional<std::string> named(const std::optional<std::string>& id) {
  return id && id->empty() ? std::nullopt : id;
}

/// The ids between which results lie, in the order of the numbers.
struct Bounds {
  std::vector<std::string> larger_than, smaller_than;
};

// XEP-0413 §4.5: what comes after a page in a descending order has smaller numbers.
Bounds bounds_of(const ArchiveQuery& query) {
  Bounds bounds;
  const auto& page = query.page;
  const auto lower = named(is_descending(query) ? page.before : page.after);
  const auto upper = named(is_descending(query) ? page.after : page.before);
  for (const auto& id : {lower, query.filter.after_id})
    if (id) bounds.larger_than.push_back(*id);
  for (const auto& id : {upper, query.filter.before_id})
    if (id) bounds.smaller_than.push_back(*id);
  return bounds;
}

// An id that never was cannot bound anything; whether it still is, only the rows tell.
boost::system::result<void, Error> set_bounds(ArchivePlan& plan) {
  const auto bounds = bounds_of(plan.query);
  const auto number_of = [&](const std::string& id) -> std::optional<std::uint64_t> {
    const auto number = parse_decimal(id);
    return number && *number > 0 && *number <= plan.leaf.last_item ? number : std::nullopt;
  };
  for (const auto& id : bounds.larger_than) {
    const auto number = number_of(id);
    if (!number) return not_found;  // XEP-0313 §4.1.3, §4.3.2
    plan.bounds.after = std::max(plan.bounds.after.value_or(0), *number);
  }
  for (const auto& id : bounds.smaller_than) {
    const auto number = number_of(id);
    if (!number) return not_found;
    plan.bounds.before = std::min(plan.bounds.before.value_or(*number), *number);
  }
  for (const auto& id : plan.query.filter.ids) {
    const auto number = number_of(id);
    if (!number) return not_found;
    plan.items.numbers.push_back(*number);
  }
  return {};
}

bool is_within(const ItemQuery& bounds, const ItemRecord& item) {
  const bool is_placed = (!bounds.after || item.number > *bounds.after) &&
                         (!bounds.before || item.number < *bounds.before);
  return is_placed && (!bounds.since || item.at >= *bounds.since) &&
         (!bounds.until || item.at <= *bounds.until);
}

// XEP-0313 §3.2: deviates - items that an owner has deleted are gone, also from the middle. Their
// ids still bound a page; what is older than the oldest item is not there.
bool names_what_is_gone(const ArchivePlan& plan, const ItemRows& rows) {
  const auto bounds = bounds_of(plan.query);
  const auto is_gone = [&](const std::string& id) {
    return rows.count == 0 || parse_decimal(id).value_or(0) < rows.oldest;
  };
  auto wanted = plan.items.numbers;
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return std::any_of(bounds.larger_than.begin(), bounds.larger_than.end(), is_gone) ||
         std::any_of(bounds.smaller_than.begin(), bounds.smaller_than.end(), is_gone) ||
         (!wanted.empty() && rows.items.size() != wanted.size());
}

// XEP-0313 §4.1.1: all that is published comes from the account, or from the component for it.
bool is_from(const ArchivePlan& plan) {
  const auto& with = plan.query.filter.with;
  return !with || *with == plan.bounds.account || *with == plan.service;
}

std::string to_result_xml(const ArchivePlan& plan, const ItemRecord& item) {
  std::string shown;
  append_payload(shown, item.payload, without_content(plan.leaf.audience));
  std::string delay;
  append_delay(delay, item.at);
  const std::string id = std::to_string(item.number);
  std::string xml;
  XmlWriter writer(xml);
  writer.open("result", ns::mam);
  if (!plan.query.queryid.empty()) writer.attribute("queryid", plan.query.queryid);
  writer.attribute("id", id).open("forwarded", ns::forward).raw(delay);
  // XEP-0442 §3: as the notification was, but to nobody in particular
  writer.open("message", ns::client).attribute("from", plan.service);
  writer.attribute("type", "headline").open("event", ns::pubsub_event);
  writer.open("items").attribute("node", plan.leaf.node);
  writer.open("item").attribute("id", id).raw(shown).close().close().close().close();
  writer.close().close();
  return xml;
}

/// What the answer shows, in the order of the result set.
struct Shown {
  std::vector<PageEntry> entries;
  bool is_all = true;  ///< nothing follows in the direction that was asked for
};

Shown select(const ArchivePlan& plan, const ItemRows& rows) {
  std::vector<const ItemRecord*> items;
  for (const auto& item : rows.items) {
    if (is_from(plan) && is_within(plan.bounds, item)) items.push_back(&item);
  }
  if (is_descending(plan.query)) std::reverse(items.begin(), items.end());
  const std::size_t most = page_size(plan.query.page);
  const bool is_backwards = plan.query.page.before.has_value();
  if (is_backwards) std::reverse(items.begin(), items.end());
  Shown shown;
  std::size_t octets = 0;
  for (const auto* item : items) {
    std::string xml = to_result_xml(plan, *item);
    octets += xml.size();
    const bool is_too_much = octets > max_archive_octets && !shown.entries.empty();
    shown.is_all = shown.entries.size() < most && !is_too_much;
    if (!shown.is_all) break;
    shown.entries.push_back({std::to_string(item->number), std::move(xml)});
  }
  if (is_backwards) std::reverse(shown.entries.begin(), shown.entries.end());
  return shown;
}

/// Counting all results is for queries without filters (XEP-0059 §2.7 leaves it open).
bool is_countable(const ArchiveFilter& filter) {
  return !filter.with && !filter.start && !filter.end && !filter.after_id && !filter.before_id &&
         filter.ids.empty();
}

void append_place(XmlWriter& writer, const ArchivePlan& plan, const ItemRows& rows,
                  const std::vector<PageEntry>& entries) {
  writer.open("set", ns::rsm);
  const bool is_counted = is_countable(plan.query.filter);
  if (!entries.empty()) {
    writer.open("first");
    if (is_counted) {
      const auto first = *parse_decimal(entries.front().uid);
      std::uint64_t smaller = rows.index_of_first;
      for (const auto& item : rows.items) smaller += item.number < first ? 1 : 0;
      const auto index = is_descending(plan.query) ? rows.count - 1 - smaller : smaller;
      writer.attribute("index", std::to_string(index));
    }
    writer.text(entries.front().uid).close().leaf("last", entries.back().uid);
  }
  if (is_counted) writer.leaf("count", std::to_string(rows.count));
  writer.close();
}

std::string to_message(const ArchiveAddresses& addresses, const std::string& id,
                       const std::string& result) {
  std::string message;
  XmlWriter(message)
      .open("message")
      .attribute("from", addresses.from)
      .attribute("to", addresses.to)
      .attribute("id", id)
      .raw(result)
      .close();
  return message;
}

// XEP-0313 §7: an archive keeps all that was published; a state is only what it is now.
bool has_archive(const Retrieval::Leaf& leaf) {
  return leaf.holding == Holding::history;
}

Error no_archive() {
  return {ErrorCode::feature_not_implemented, "a state has no archive"};
}

}  // namespace

boost::system::result<ArchivePlan, Error> plan_archive(const std::string& account,
                                                       const std::string& service,
                                                       const Retrieval::Leaf& leaf,
                                                       const ArchiveQuery& query) {
  if (!has_archive(leaf)) return no_archive();
  ArchivePlan plan{query, leaf, service, {}, {}};
  plan.items.account = plan.bounds.account = account;
  plan.items.node = plan.bounds.node = leaf.node;
  const auto bounded = set_bounds(plan);
  if (!bounded) return bounded.error();
  plan.bounds.since = query.filter.start;
  plan.bounds.until = query.filter.end;
  plan.bounds.newest_first = is_descending(query) != query.page.before.has_value();
  plan.bounds.limit = page_size(query.page) + 1;  // one more tells whether there are more
  // Named ids are all read, so that one that is missing is noticed.
  if (plan.items.numbers.empty()) plan.items = plan.bounds;
  return plan;
}

ArchiveAnswer make_archive_answer(const ArchivePlan& plan, const ItemRows& rows,
                                  const ArchiveAddresses& addresses, std::string_view id) {
  if (names_what_is_gone(plan, rows)) return {{}, not_found};
  const Shown shown = select(plan, rows);
  ArchiveAnswer answer;
  for (const auto& entry : shown.entries)
    answer.messages.push_back(to_message(addresses, std::string(id) + '-' + entry.uid, entry.xml));
  if (plan.query.is_flipped) std::reverse(answer.messages.begin(), answer.messages.end());
  std::string xml;
  XmlWriter writer(xml);
  writer.open("fin", ns::mam);
  if (shown.is_all) writer.attribute("complete", "true");  // XEP-0313 §4.3.2
  append_place(writer, plan, rows, shown.entries);
  writer.close();
  answer.reply = Result{std::move(xml)};
  return answer;
}

boost::system::result<std::vector<ItemQuery>, Error> plan_archive_metadata(
    const std::string& account, const Retrieval::Leaf& leaf) {
  if (!has_archive(leaf)) return no_archive();
  ItemQuery oldest;
  oldest.account = account;
  oldest.node = leaf.node;
  oldest.limit = 1;
  ItemQuery newest = oldest;
  newest.newest_first = true;
  return std::vector<ItemQuery>{oldest, newest};
}

Reply make_archive_metadata(const std::vector<ItemRows>& rows) {
  std::string xml;
  XmlWriter writer(xml);
  writer.open("metadata", ns::mam);
  const auto append = [&](std::string_view element, const ItemRecord& item) {
    writer.open(element).attribute("id", std::to_string(item.number));
    writer.attribute("timestamp", to_stamp(item.at)).close();
  };
  if (rows.size() == 2 && !rows[0].items.empty() && !rows[1].items.empty()) {
    append("start", rows[0].items.front());
    append("end", rows[1].items.front());
  }
  writer.close();
  return Result{std::move(xml)};
}

}  // namespace pubsub
