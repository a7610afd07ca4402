// The vocabulary of mail for the PubSub service: which options a subscriber has, and how an event
// reads as one line. pubsub/vocabulary.hpp says what is asked of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pubsub/vocabulary.hpp"

namespace mapping {

class MailVocabulary final : public pubsub::Vocabulary {
 public:
  MailVocabulary();

  const std::vector<Field>& fields() const override { return fields_; }
  boost::system::result<std::shared_ptr<const pubsub::Choice>, pubsub::Error> parse(
      const pubsub::FormFields& fields) const override;
  std::string body_of(const pubsub::NodeSpec& leaf, const pubsub::Payload& payload,
                      const pubsub::Audience& audience) const override;
  bool speaks_first(const pubsub::NodeSpec& leaf) const override;

 private:
  std::vector<Field> fields_;
};

}  // namespace mapping
