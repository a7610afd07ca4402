// The distinct forms in which one publication goes out: what a subscriber chose and may see decides
// the form, equal forms are one. Rendered once each, however many receive it. XEP-0060 §7.1.2,
// §12.7; XEP-0248 §5.2 ("distinct rendering": one message per JID and form).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pubsub/store.hpp"
#include "pubsub/subscription_options.hpp"

namespace pubsub {

class Renditions {
 public:
  using Index = std::uint32_t;

  /// `leaf`: where the notice's item is published. Both must outlive this object.
  Renditions(const Vocabulary& vocabulary, const Notice& notice, const NodeSpec& leaf)
      : vocabulary_(vocabulary), notice_(notice), leaf_(leaf) {}

  /// Absent: a subscriber with these options does not want to hear of it.
  std::optional<Index> of(const SubscriptionOptions& options, const Audience& audience);

  struct Form {
    MessageType type = MessageType::headline;
    std::string content;  ///< <body/>, if one was asked for, and <event/>
  };
  const Form& form(Index index) const { return forms_[index]; }
  std::size_t size() const { return forms_.size(); }

 private:
  struct Key {
    const SubscriptionOptions* options;
    Audience audience;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const {
      const auto level = static_cast<std::size_t>(key.audience.level);
      return std::hash<const void*>()(key.options) * 8 + level * 2 +
             static_cast<std::size_t>(key.audience.sees_actor);
    }
  };
  std::optional<Index> render(const SubscriptionOptions& options, const Audience& audience);

  const Vocabulary& vocabulary_;
  const Notice& notice_;
  const NodeSpec& leaf_;
  std::unordered_map<Key, std::optional<Index>, Hash> known_;
  std::unordered_map<std::string, Index> by_text_;  // type and content
  std::vector<Form> forms_;
};

/// <item/> as the options say and the audience may see; false: it is not wanted.
bool append_item(std::string& out, const NodeSpec& leaf, std::string_view item_id,
                 const Payload& payload, const SubscriptionOptions& options,
                 const Audience& audience);
/// <body/>, if the options ask for one and there is something to say. XEP-0060 §12.7
void append_body(std::string& out, const Vocabulary& vocabulary, const NodeSpec& leaf,
                 const Payload& payload, const SubscriptionOptions& options,
                 const Audience& audience);

inline constexpr std::string_view current_item = "current";
/// The id of an item on the wire.
std::string to_item_id(Holding holding, std::uint64_t number);

}  // namespace pubsub
