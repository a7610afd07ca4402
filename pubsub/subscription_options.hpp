// What a subscriber may set on one subscription, and the form that shows it. XEP-0060 §6.3,
// §16.4.2; XEP-0248 §6.1; further fields as docs/protocol.md says.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <boost/system/result.hpp>

#include "pubsub/data_form.hpp"
#include "pubsub/error.hpp"
#include "pubsub/vocabulary.hpp"

namespace pubsub {

/// XEP-0248 §6.1: what a subscription to a collection is about.
enum class SubscriptionType : std::uint8_t { all, items, nodes };

/// RFC 6121 §5.2.2: of the messages that bring notifications.
enum class MessageType : std::uint8_t { headline, normal, chat };

/// The presence states of pubsub#show-values, as bits; "online" is availability without <show/>.
enum class Show : std::uint8_t { away = 1, chat = 2, dnd = 4, online = 8, xa = 16 };
using Shows = std::uint8_t;
inline constexpr Shows all_shows = 31;

std::string_view to_text(MessageType type);

struct SubscriptionOptions
    : boost::intrusive_ref_counter<SubscriptionOptions, boost::thread_unsafe_counter> {
  static constexpr std::chrono::seconds shortest_heartbeat{30};
  static constexpr std::chrono::seconds longest_heartbeat{86'400};

  bool deliver = true;
  bool digest = false;  ///< at most one message per node in `digest_frequency`
  std::chrono::milliseconds digest_frequency{std::chrono::hours(24)};
  bool include_body = false;
  /// XEP-0060 §12.4: ends when its holder becomes unavailable.
  bool is_temporary = false;
  Shows shows = all_shows;
  // XEP-0248 §6.1: deviates - the defaults are `all`: who knows nothing of collections gets what
  // the address means
  SubscriptionType type = SubscriptionType::all;
  std::optional<std::uint32_t> depth;    ///< absent: all
  std::optional<Disclosure> disclosure;  ///< absent: nothing was asked for
  std::optional<std::chrono::seconds> heartbeat;
  MessageType message_type = MessageType::headline;
  std::shared_ptr<const Choice> choice;  ///< null: everything
};

using OptionsPointer = boost::intrusive_ptr<const SubscriptionOptions>;

struct SubmittedOptions {
  OptionsPointer options;
  /// pubsub#expire was sent: the new end of the lease, or none at all.
  bool has_expire = false;
  std::optional<WallTime> expires;
};

/// Keeps one object for all subscriptions with equal options, and forgets those that nobody has.
class OptionsPool {
 public:
  explicit OptionsPool(const Vocabulary& vocabulary);

  const OptionsPointer& defaults() const { return defaults_; }
  /// `fields` on top of `base` (XEP-0004: what is not sent stays as it is). Unknown fields are
  /// ignored; a bad value is invalid_options and named. On a leaf, type and depth mean nothing. A
  /// lease is cut to a year (XEP-0060 §12.18).
  boost::system::result<SubmittedOptions, Error> submit(const SubscriptionOptions& base,
                                                        const FormFields& fields, NodeKind kind,
                                                        WallTime now);
  /// Those that differ from the default: what is kept.
  FormFields to_kept_fields(const SubscriptionOptions& options) const;

  /// Appends the form's fields with what they are now; `is_form`: with type, label and choices.
  void append_fields(xmpp_schemas::XmlWriter& writer, const SubscriptionOptions& options,
                     const std::optional<WallTime>& expires, NodeKind kind, bool is_form) const;

 private:
  OptionsPointer intern(std::unique_ptr<SubscriptionOptions> options);

  const Vocabulary& vocabulary_;
  OptionsPointer defaults_;
  std::map<FormFields, OptionsPointer> pool_;
  std::size_t sweep_at_ = 64;
};

}  // namespace pubsub
