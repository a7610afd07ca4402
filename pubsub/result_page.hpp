// Result Set Management: what page is asked for, which part of a list it is, and the <set/> that
// says so. XEP-0059.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gloox/tag.h>
#include <boost/system/result.hpp>

#include "pubsub/error.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace pubsub {

struct PageRequest {
  bool is_present = false;  ///< there was a <set/>
  std::optional<std::size_t> max;
  std::optional<std::string> after;
  std::optional<std::string> before;  ///< empty text: the last page (XEP-0059 §2.5)
  friend bool operator==(const PageRequest&, const PageRequest&) = default;
};

/// `set` may be null. Malformed: bad-request; <index/>: feature-not-implemented, as XEP-0059 §2.6
/// allows.
boost::system::result<PageRequest, Error> parse_page_request(const gloox::Tag* set);

/// A list in its fixed order, of which only the page is ever written.
struct PageList {
  std::size_t count = 0;
  std::function<std::string_view(std::size_t)> uid;
  std::function<void(std::string&, std::size_t)> append;  ///< of that element, ready to be sent
};

/// One element, where all are written anyway.
struct PageEntry {
  std::string uid;
  std::string xml;
};
/// `entries` must outlive it.
PageList to_list(const std::vector<PageEntry>& entries);

struct Page {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string xml;  ///< of its elements
};

/// Which elements to send: what was asked for, at most `most` of them and `octets` octets (but one
/// at least). An unknown uid: item-not-found (XEP-0059 §2.4).
boost::system::result<Page, Error> cut_page(const PageList& list, const PageRequest& request,
                                            std::size_t most, std::size_t octets);
boost::system::result<Page, Error> cut_page(const std::vector<PageEntry>& entries,
                                            const PageRequest& request, std::size_t most,
                                            std::size_t octets);

/// Appends the page's elements; a <set/> follows if one was asked for or not everything is there.
void append_page(xmpp_schemas::XmlWriter& writer, const PageList& list, const Page& page,
                 const PageRequest& request);

/// That <set/> alone.
void append_page_set(xmpp_schemas::XmlWriter& writer, const PageList& list, const Page& page,
                     const PageRequest& request);

struct PageSummary {
  std::string_view first, last;  ///< uids; empty: the page is empty
  std::uint64_t index = 0;
  std::uint64_t count = 0;
};
void append_set(xmpp_schemas::XmlWriter& writer, const PageSummary& summary);

/// Decimal digits without sign or leading zeros.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

}  // namespace pubsub
