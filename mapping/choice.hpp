// What a subscriber chose of what is published, and what that makes of a payload: which events, of
// them which parameters, and the tags that are added. RFC 5423 §4.2, §5 and §5 `tags`;
// draft-dusseault-email-notif-model-00 §3.7 (spam).
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "events/flag_set.hpp"
#include "mapping/payload_reader.hpp"
#include "pubsub/vocabulary.hpp"

namespace mapping {

enum class SpamChoice { all, none, only };

/// The parameter value that stands for all mail header fields together.
inline constexpr std::string_view headers_parameter = "headers";

/// An empty set: no limit.
struct Wishes {
  std::set<std::string, std::less<>> event_types;  ///< RFC 5423 §4 and "vnd.…"; groups expanded
  bool has_full_flag_events = false;
  std::set<std::string, std::less<>> parameters;  ///< RFC 5423 §5, "headers" and "vnd.…"
  std::size_t max_content_octets = 0;
  events::FlagSet flag_names;
  SpamChoice spam = SpamChoice::all;
  std::set<std::string, std::less<>> tags;
  friend bool operator==(const Wishes&, const Wishes&) = default;
};

/// <status/>, <source/> and what is no payload of ours pass as they are.
class MailChoice final : public pubsub::Choice {
 public:
  explicit MailChoice(Wishes wishes) : wishes_(std::move(wishes)) {}

  bool wants(const pubsub::NodeSpec& leaf, const pubsub::Payload& payload) const override;
  void append(std::string& out, const pubsub::NodeSpec& leaf, const pubsub::Payload& payload,
              const pubsub::Audience& audience) const override;
  pubsub::FormFields to_fields() const override;
  const Wishes& wishes() const { return wishes_; }

 private:
  bool wants_type(std::string_view event) const;
  bool wants_flags(const PayloadElement& event) const;
  bool wants_spam(const pubsub::NodeSpec& leaf, const PayloadElement& event) const;
  void append_content(std::string& out, const XmlElement& content) const;
  bool wants_parameter(std::string_view event, const XmlElement& parameter) const;
  void append_parameters(std::string& out, const PayloadElement& event,
                         const pubsub::Audience& audience) const;
  void append_tags(std::string& out, const XmlElement* present) const;

  Wishes wishes_;
};

}  // namespace mapping
