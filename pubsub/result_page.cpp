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

PageList to_list(const std::vector<PageEntry>& entries) {
  return {entries.size(), [&entries](std::size_t i) { return std::string_view(entries[i].uid); },
          [&entries](std::string& out, std::size_t i) { out += entries[i].xml; }};
}

namespace {

std::optional<std::size_t> position_of(const PageList& list, std::string_view uid) {
  for (std::size_t i = 0; i < list.count; ++i) {
    if (list.uid(i) == uid) return i;
  }
  return std::nullopt;
}

/// Writes as much of begin .. end as may be sent, from the side that was asked for.
void fill(Page& page, const PageList& list, bool is_backwards, std::size_t limit,
          std::size_t octets) {
  std::vector<std::string> elements;
  std::size_t size = 0;
  const std::size_t available = page.end - page.begin;
  while (elements.size() < std::min(limit, available)) {
    std::string element;
    const std::size_t taken = elements.size();
    list.append(element, is_backwards ? page.end - 1 - taken : page.begin + taken);
    size += element.size();
    if (size > octets && taken > 0) break;
    elements.push_back(std::move(element));
  }
  if (is_backwards) {
    page.begin = page.end - elements.size();
    std::reverse(elements.begin(), elements.end());
  } else {
    page.end = page.begin + elements.size();
  }
  for (const auto& element : elements) page.xml += element;
}

}  // namespace

boost::system::result<Page, Error> cut_page(const PageList& list, const PageRequest& request,
                                            std::size_t most, std::size_t octets) {
  const bool is_backwards = request.before.has_value();
  Page page{0, list.count, {}};
  if (request.after) {
    const auto position = position_of(list, *request.after);
    if (!position) return Error{ErrorCode::item_not_found, {}};  // XEP-0059 §2.4
    page.begin = *position + 1;
  } else if (is_backwards && !request.before->empty()) {
    const auto position = position_of(list, *request.before);
    if (!position) return Error{ErrorCode::item_not_found, {}};  // XEP-0059 §2.4
    page.end = *position;
  }
  fill(page, list, is_backwards, std::min(most, request.max.value_or(most)), octets);
  return page;
}

boost::system::result<Page, Error> cut_page(const std::vector<PageEntry>& entries,
                                            const PageRequest& request, std::size_t most,
                                            std::size_t octets) {
  return cut_page(to_list(entries), request, most, octets);
}

void append_page(xmpp_schemas::XmlWriter& writer, const PageList& list, const Page& page,
                 const PageRequest& request) {
  writer.raw(page.xml);
  append_page_set(writer, list, page, request);
}

void append_page_set(xmpp_schemas::XmlWriter& writer, const PageList& list, const Page& page,
                     const PageRequest& request) {
  const bool is_whole = page.end - page.begin == list.count;
  if (list.count == 0 || (!request.is_present && is_whole)) return;
  PageSummary summary;
  summary.count = list.count;
  if (page.begin < page.end) {
    summary.index = page.begin;
    summary.first = list.uid(page.begin);
    summary.last = list.uid(page.end - 1);
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
