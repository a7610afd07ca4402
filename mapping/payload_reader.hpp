// Reads back what mapping/payload writes, without a tree: one element, its children, the level at
// which each is shown. Our own canonical XML only; whatever else comes is refused, never guessed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pubsub/node.hpp"

namespace mapping {

/// Points into the text that was read.
struct XmlElement {
  std::string_view name;
  std::string_view attributes;  ///< as written
  std::string_view inside;      ///< as written
  std::string_view whole;
};

/// The value of an attribute, unescaped; absent: there is none of that name.
std::optional<std::string> find_attribute(const XmlElement& element, std::string_view name);
/// Elements one after the other; absent: there is anything else, or between them.
std::optional<std::vector<XmlElement>> read_elements(std::string_view xml);
/// Character data as a reader of the XML sees it; references that we never write stay as they are.
std::string unescape(std::string_view xml);

struct PayloadChild {
  XmlElement element;
  pubsub::Disclosure disclosure = pubsub::Disclosure::counts;
};

struct PayloadElement {
  XmlElement root;         ///< `inside` and `whole` are empty: they lie in several parts
  std::string_view start;  ///< the start tag, or all of an element without children
  std::string_view end;    ///< the end tag; empty: it has no children
  std::vector<PayloadChild> children;

  /// The first child of that name; nullptr: there is none.
  const PayloadChild* find(std::string_view name) const;
};

/// Absent: the parts are no element whose tags everybody may see and in which each child lies
/// within one part. The result points into `payload`.
std::optional<PayloadElement> read_payload(const pubsub::Payload& payload);
std::optional<PayloadElement> read_payload(pubsub::Payload&&) = delete;

}  // namespace mapping
