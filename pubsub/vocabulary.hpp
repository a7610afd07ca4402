// What a subscriber may choose of what is published: given to the service from outside, since the
// service knows payloads only as XML. XEP-0060 §6.3, XEP-0068 §3.3 (fields in Clark notation).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "pubsub/data_form.hpp"
#include "pubsub/error.hpp"
#include "pubsub/node.hpp"

namespace pubsub {

/// One subscriber's choice: immutable, shared by all subscriptions that chose the same.
class Choice {
 public:
  virtual ~Choice() = default;

  /// Whether what is published there is of interest at all.
  virtual bool wants(const NodeSpec& leaf, const Payload& payload) const = 0;
  /// What of it the audience gets to see, as whole XML.
  virtual void append(std::string& out, const NodeSpec& leaf, const Payload& payload,
                      const Audience& audience) const = 0;
  /// The fields that differ from the default, in the order of Vocabulary::fields(); equal choices
  /// have equal fields.
  virtual FormFields to_fields() const = 0;
};

class Vocabulary {
 public:
  /// A field of the subscription options form and its default.
  struct Field {
    std::string_view var;
    std::string_view type;  ///< XEP-0004 §3.3
    std::string_view label;
    std::vector<std::string_view> options;  ///< of lists
    std::vector<std::string> defaults;
  };

  virtual const std::vector<Field>& fields() const = 0;
  /// Of the fields that it knows; others are ignored. Null: nothing was chosen that differs from
  /// the default, which is the payload as its audience sees it, but nothing of Disclosure::content:
  /// that is shown to whoever chooses it. A bad value: invalid_options, the text names field and
  /// value.
  virtual boost::system::result<std::shared_ptr<const Choice>, Error> parse(
      const FormFields& fields) const = 0;
  /// A short text for people: who, what about, where; as far as the audience may know. XEP-0060
  /// §12.7
  virtual std::string body_of(const NodeSpec& leaf, const Payload& payload,
                              const Audience& audience) const = 0;
  /// The state leaf speaks for its siblings where only one is to be heard; else the first by name.
  virtual bool speaks_first(const NodeSpec& leaf) const = 0;

 protected:
  ~Vocabulary() = default;
};

}  // namespace pubsub
