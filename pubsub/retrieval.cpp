#include "pubsub/retrieval.hpp"

#include <algorithm>

#include "pubsub/policy.hpp"
#include "pubsub/rendering.hpp"
#include "pubsub/renditions.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace pubsub {
namespace {

using Plan = boost::system::result<Retrieval, Error>;

// XEP-0060 §6.5.8: ids that name nothing are just not there (§6.5.9.12).
std::vector<std::uint64_t> numbers_of(const std::vector<std::string>& ids, Holding holding) {
  std::vector<std::uint64_t> numbers;
  for (const auto& id : ids) {
    if (holding == Holding::state) {
      if (id == current_item) numbers.push_back(0);
      continue;
    }
    const auto number = parse_decimal(id);
    if (number && *number > 0 && *number <= 0x7FFFFFFFFFFFFFFFULL) numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

// A uid in <after/> or <before/> is an item id that was given out once.
boost::system::result<std::uint64_t, Error> position_of(const std::string& uid,
                                                        const Retrieval::Leaf& leaf) {
  const Error not_found{ErrorCode::item_not_found, {}};  // XEP-0059 §2.4
  if (leaf.holding == Holding::state) {
    if (uid != current_item) return not_found;
    return std::uint64_t{0};
  }
  const auto number = parse_decimal(uid);
  if (!number || *number > leaf.last_item) return not_found;
  return *number;
}

// XEP-0060 §6.5.7: without a page and an order, the newest. XEP-0413 §4.5: else the page begins at
// that end of the order which it was asked from.
bool starts_at_newest(const GetItems& request) {
  if (request.order == Order::unsaid && !request.page.is_present) return true;
  return (request.order == Order::descending) != request.page.before.has_value();
}

/// What comes after a uid in the order has larger numbers, in a descending order smaller ones.
boost::system::result<void, Error> set_bounds(ItemQuery& query, const Retrieval::Leaf& leaf,
                                              const GetItems& request) {
  const bool is_descending = request.order == Order::descending;
  const auto& larger_than = is_descending ? request.page.before : request.page.after;
  const auto& smaller_than = is_descending ? request.page.after : request.page.before;
  if (larger_than && !larger_than->empty()) {
    const auto position = position_of(*larger_than, leaf);
    if (!position) return position.error();
    query.after = *position;
  }
  if (smaller_than && !smaller_than->empty()) {
    const auto position = position_of(*smaller_than, leaf);
    if (!position) return position.error();
    query.before = *position;
  }
  return {};
}

}  // namespace

Plan plan_leaf(const std::string& account, const Retrieval::Leaf& leaf, const GetItems& request) {
  ItemQuery query;
  query.account = account;
  query.node = leaf.node;
  query.limit = max_answer_items;
  query.newest_first = starts_at_newest(request);
  if (!request.ids.empty()) {
    query.numbers = numbers_of(request.ids, leaf.holding);
    if (query.numbers.empty()) query.limit = 0;
  } else if (request.page.is_present) {
    query.limit = std::min(max_answer_items, request.page.max.value_or(max_answer_items));
    const auto bounded = set_bounds(query, leaf, request);
    if (!bounded) return bounded.error();
  } else {
    query.limit = std::min(max_answer_items, request.max_items.value_or(max_answer_items));
  }
  Retrieval retrieval;
  retrieval.account = account;
  retrieval.request = request;
  retrieval.queries.push_back(std::move(query));
  retrieval.leaves.push_back(leaf);
  return retrieval;
}

// The result set of a collection is its leaves, each with its newest items; the uid of a leaf is
// its node id.
Plan plan_collection(const std::string& account, const LeafList& leaves, const GetItems& request) {
  if (request.order != Order::unsaid)  // XEP-0413 §1: of the items of one node
    return Error{ErrorCode::feature_not_implemented, "an order of the items of several nodes"};
  const std::size_t count = request.ids.empty() ? leaves.count : 0;  // ids are of one leaf only
  const PageList list{count, leaves.node, [](std::string&, std::size_t) {}};
  const auto page = cut_page(list, request.page, max_answer_items, max_answer_octets);
  if (!page) return page.error();
  Retrieval retrieval;
  retrieval.account = account;
  retrieval.request = request;
  retrieval.is_collection = true;
  retrieval.all_leaves = count;
  retrieval.leaves_before = page->begin;
  const std::size_t share = max_answer_items / std::max<std::size_t>(1, page->end - page->begin);
  for (std::size_t i = page->begin; i < page->end; ++i) {
    retrieval.leaves.push_back(leaves.leaf(i));
    ItemQuery query;
    query.account = account;
    query.node = retrieval.leaves.back().node;
    query.limit = std::min(share, request.max_items.value_or(share));
    query.newest_first = true;
    retrieval.queries.push_back(std::move(query));
  }
  return retrieval;
}

bool has_gap_after(std::uint64_t uid, const Retrieval::Leaf& leaf, const ItemRows& rows) {
  if (leaf.holding != Holding::history || uid == leaf.last_item) return false;
  return rows.oldest == 0 || uid + 1 < rows.oldest;
}

namespace {

// Every item in its simple form, whatever the asker has subscribed to (docs/protocol.md).
std::string to_item_xml(const Retrieval::Leaf& leaf, const ItemRecord& item) {
  std::string xml;
  std::string shown;
  append_payload(shown, item.payload, without_content(leaf.audience));
  xmpp_schemas::XmlWriter(xml)
      .open("item")
      .attribute("id", to_item_id(leaf.holding, item.number))
      .raw(shown)
      .close();
  return xml;
}

std::vector<PageEntry> to_entries(const Retrieval::Leaf& leaf, const ItemRows& rows, Order order) {
  std::vector<PageEntry> entries;
  for (const ItemRecord& item : rows.items) {
    entries.push_back({to_item_id(leaf.holding, item.number), to_item_xml(leaf, item)});
  }
  if (order == Order::descending) std::reverse(entries.begin(), entries.end());
  return entries;
}

/// Of the first of these rows in the order that they were asked in.
std::uint64_t index_of_first(const ItemRows& rows, Order order) {
  if (order != Order::descending) return rows.index_of_first;
  return rows.count - rows.index_of_first - rows.items.size();
}

// As many whole entries as fit, from the end or from the beginning.
Page cut_to_size(const std::vector<PageEntry>& entries, bool from_end, std::size_t octets) {
  PageRequest request;
  if (from_end) request.before = "";
  return *cut_page(entries, request, max_answer_items, octets);
}

std::string to_items_xml(const NodeId& node, const std::vector<PageEntry>& entries,
                         const Page& page) {
  std::string xml;
  xmpp_schemas::XmlWriter writer(xml);
  writer.open("items").attribute("node", node);
  for (std::size_t i = page.begin; i < page.end; ++i) writer.raw(entries[i].xml);
  writer.close();
  return xml;
}

Reply make_leaf_reply(const Retrieval& retrieval, const ItemRows& rows) {
  const GetItems& request = retrieval.request;
  const auto& leaf = retrieval.leaves.front();
  const ItemQuery& query = retrieval.queries.front();
  if (query.after && leaf.holding == Holding::history && has_gap_after(*query.after, leaf, rows)) {
    return Error{ErrorCode::item_not_found, {}};
  }
  // "current" is the only uid of a state leaf: nothing comes before or after it.
  const bool is_beyond = leaf.holding == Holding::state && (query.after || query.before);
  const auto entries = is_beyond ? std::vector<PageEntry>() : to_entries(leaf, rows, request.order);
  const bool is_descending = request.order == Order::descending;
  const Page page = cut_to_size(entries, query.newest_first != is_descending, max_answer_octets);
  const std::size_t shown = page.end - page.begin;
  const bool is_limited = request.max_items.has_value() || !request.ids.empty();
  const bool is_cut = shown < entries.size() || (!is_limited && rows.count > shown);
  const bool is_cut_by_us = request.max_items.value_or(0) > max_answer_items && rows.count > shown;

  std::string xml;
  xmpp_schemas::XmlWriter writer(xml);
  writer.open("pubsub", xmpp_schemas::ns::pubsub).raw(to_items_xml(leaf.node, entries, page));
  if (request.page.is_present || is_cut || is_cut_by_us) {
    PageSummary summary;
    summary.count = request.ids.empty() ? rows.count : entries.size();
    if (shown > 0) {
      summary.index = index_of_first(rows, request.order) + page.begin;
      summary.first = entries[page.begin].uid;
      summary.last = entries[page.end - 1].uid;
    }
    append_set(writer, summary);
  }
  writer.close();
  return Result{std::move(xml)};
}

// XEP-0248 §6.2.2: one <items/> per leaf.
Reply make_collection_reply(const Retrieval& retrieval, const std::vector<ItemRows>& rows) {
  std::vector<PageEntry> leaves;
  std::size_t left = max_answer_octets;
  bool is_cut = false;
  for (std::size_t i = 0; i < retrieval.leaves.size(); ++i) {
    const auto entries = to_entries(retrieval.leaves[i], rows[i], Order::unsaid);
    const Page page = cut_to_size(entries, true, left);
    const std::size_t shown = page.end - page.begin;
    is_cut =
        is_cut || shown < entries.size() || (!retrieval.request.max_items && rows[i].count > shown);
    leaves.push_back(
        {retrieval.leaves[i].node, to_items_xml(retrieval.leaves[i].node, entries, page)});
    left -= std::min(left, leaves.back().xml.size());
  }
  const Page page =
      cut_to_size(leaves, retrieval.request.page.before.has_value(), max_answer_octets);
  is_cut = is_cut || page.end - page.begin < retrieval.all_leaves;

  std::string xml;
  xmpp_schemas::XmlWriter writer(xml);
  writer.open("pubsub", xmpp_schemas::ns::pubsub);
  for (std::size_t i = page.begin; i < page.end; ++i) writer.raw(leaves[i].xml);
  if (retrieval.request.page.is_present || is_cut) {
    PageSummary summary;
    summary.count = retrieval.all_leaves;
    if (page.begin < page.end) {
      summary.index = retrieval.leaves_before + page.begin;
      summary.first = leaves[page.begin].uid;
      summary.last = leaves[page.end - 1].uid;
    }
    append_set(writer, summary);
  }
  writer.close();
  return Result{std::move(xml)};
}

}  // namespace

Reply make_items_reply(const Retrieval& retrieval, const std::vector<ItemRows>& rows) {
  if (rows.size() != retrieval.queries.size()) return Error{ErrorCode::internal_server_error, {}};
  if (retrieval.is_collection) return make_collection_reply(retrieval, rows);
  return make_leaf_reply(retrieval, rows.front());
}

}  // namespace pubsub
