// What a PubSub node is here: identity, kind, place in the graph, and what it holds. XEP-0060 §2,
// XEP-0248 §2.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pubsub {

using WallTime = std::chrono::system_clock::time_point;

/// XEP-0060 §4.6.2. Compared octet by octet: no Unicode normalisation, no case folding.
using NodeId = std::string;

/// XEP-0248 §2
enum class NodeKind : std::uint8_t { leaf, collection };

/// What a leaf holds. history: items 1, 2, 3 … kept up to a limit. state: one item with id
/// "current", sent at once on subscribing (XEP-0060 §12.18, pubsub#send_last_published_item).
enum class Holding : std::uint8_t { nothing, history, state };

/// How much of a payload an entity may see; a part is shown to whoever has at least its level.
/// `actor` is not a step of the ladder: such parts go to owners and auditors at any level, and to
/// nobody else.
enum class Disclosure : std::uint8_t { counts, envelope, content, actor };

/// A payload, cut where what may be seen changes; the parts one after the other are the whole
/// element.
struct Part {
  Disclosure disclosure = Disclosure::counts;
  std::string xml;
  friend bool operator==(const Part&, const Part&) = default;
};
using Payload = std::vector<Part>;

/// Who a rendering is for.
struct Audience {
  Disclosure level = Disclosure::counts;
  bool sees_actor = false;  ///< owners and auditors
  friend bool operator==(const Audience&, const Audience&) = default;
};

/// In NodeSpec::readers.
inline constexpr std::string_view everybody = "*";

struct NodeSpec {
  NodeId id;
  NodeKind kind = NodeKind::leaf;
  Holding holding = Holding::nothing;
  std::vector<NodeId> parents;  ///< the collections that hold it; empty only for roots
  std::string name;             ///< for people: disco name and default title
  /// Discovery of a collection names it; a collection that has no children yet can be subscribed to
  /// all the same.
  bool is_listed = true;
  /// Bare JIDs, sorted, that the rights of the mail store let read this leaf; "*": everybody.
  std::vector<std::string> readers;
  /// Auditors may see it.
  bool is_audited = false;
  /// Nobody but owners and auditors ever sees it, whatever is granted.
  bool is_closed = false;
  /// Further fields of the node's meta-data form (XEP-0060 §5.4), e.g. "{urn:…}uidvalidity".
  std::vector<std::pair<std::string, std::string>> meta_data;
  friend bool operator==(const NodeSpec&, const NodeSpec&) = default;
};

}  // namespace pubsub
