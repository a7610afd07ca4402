#include "pubsub/result_page.hpp"

#include <algorithm>
#include <charconv>

#include "xmpp_schemas/namespaces.hpp"

namespace pubsub {

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

boost::system::result<PageRequest, Error> parse_page_request(const gloox::Tag* set) {
  PageRequest request;
  if (set == nullptr) return request;
  request.is_present = true;
  for (const gloox::Tag* child : set->children()) {
    if (child->name() == "max") {
      const auto max = parse_decimal(child->cdata());
      if (!max) return Error{ErrorCode::bad_request, "<max/> is no number"};
      request.max = static_cast<std::size_t>(*max);
    } else if (child->name() == "after") {
      request.after = child->cdata();
    } else if (child->name() == "before") {
      request.before = child->cdata();
    } else if (child->name() == "index") {
      // XEP-0059 §2.6: todo - pages by index; uids are ordered numbers or names, so a client can
      // jump without it
      return Error{ErrorCode::feature_not_implemented, "pages by <index/>"};
    }
  }
  if (request.after && request.before)
    return Error{ErrorCode::bad_request, "<after/> beside <before/>"};
  return request;
}

namespace {

std::optional<std::size_t> position_of(const std::vector<PageEntry>& entries,
                                       const std::string& uid) {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.uid == uid; });
  if (found == entries.end()) return std::nullopt;
  return static_cast<std::size_t>(found - entries.begin());
}

}  // namespace

boost::system::result<Page, Error> cut_page(const std::vector<PageEntry>& entries,
                                            const PageRequest& request, std::size_t most,
                                            std::size_t octets) {
  const std::size_t limit = std::min(most, request.max.value_or(most));
  const bool is_backwards = request.before.has_value();
  Page page{0, entries.size()};
  if (request.after) {
    const auto position = position_of(entries, *request.after);
    if (!position) return Error{ErrorCode::item_not_found, {}};  // XEP-0059 §2.4
    page.begin = *position + 1;
  } else if (is_backwards && !request.before->empty()) {
    const auto position = position_of(entries, *request.before);
    if (!position) return Error{ErrorCode::item_not_found, {}};  // XEP-0059 §2.4
    page.end = *position;
  }
  std::size_t taken = 0;
  std::size_t size = 0;
  const std::size_t available = page.end - page.begin;
  while (taken < std::min(limit, available)) {
    const auto& entry = is_backwards ? entries[page.end - 1 - taken] : entries[page.begin + taken];
    size += entry.xml.size();
    if (size > octets && taken > 0) break;
    ++taken;
  }
  if (is_backwards) {
    page.begin = page.end - taken;
  } else {
    page.end = page.begin + taken;
  }
  return page;
}

void append_page(xmpp_schemas::XmlWriter& writer, const std::vector<PageEntry>& entries,
                 const Page& page, const PageRequest& request) {
  for (std::size_t i = page.begin; i < page.end; ++i) writer.raw(entries[i].xml);
  append_page_set(writer, entries, page, request);
}

void append_page_set(xmpp_schemas::XmlWriter& writer, const std::vector<PageEntry>& entries,
                     const Page& page, const PageRequest& request) {
  const bool is_whole = page.end - page.begin == entries.size();
  if (entries.empty() || (!request.is_present && is_whole)) return;
  PageSummary summary;
  summary.count = entries.size();
  if (page.begin < page.end) {
    summary.index = page.begin;
    summary.first = entries[page.begin].uid;
    summary.last = entries[page.end - 1].uid;
  }
  append_set(writer, summary);
}

void append_set(xmpp_schemas::XmlWriter& writer, const PageSummary& summary) {
  writer.open("set", xmpp_schemas::ns::rsm);
  if (!summary.first.empty()) {
    writer.open("first")
        .attribute("index", std::to_string(summary.index))
        .text(summary.first)
        .close();
    writer.leaf("last", summary.last);
  }
  writer.leaf("count", std::to_string(summary.count)).close();
}

}  // namespace pubsub
