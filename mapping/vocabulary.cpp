#include "mapping/vocabulary.hpp"

#include <utility>

#include "mapping/body_text.hpp"
#include "mapping/choice.hpp"
#include "mapping/choice_fields.hpp"
#include "mapping/node_id.hpp"

namespace mapping {

MailVocabulary::MailVocabulary() : fields_(choice_fields()) {}

boost::system::result<std::shared_ptr<const pubsub::Choice>, pubsub::Error> MailVocabulary::parse(
    const pubsub::FormFields& fields) const {
  auto wishes = parse_wishes(fields);
  if (!wishes) return wishes.error();
  std::shared_ptr<const pubsub::Choice> choice;
  if (*wishes != Wishes()) choice = std::make_shared<MailChoice>(*std::move(wishes));
  return choice;
}

std::string MailVocabulary::body_of(const pubsub::NodeSpec& leaf, const pubsub::Payload& payload,
                                    const pubsub::Audience& audience) const {
  return to_body_text(leaf, payload, audience);
}

bool MailVocabulary::speaks_first(const pubsub::NodeSpec& leaf) const {
  return leaf.id == to_node_id({Tree::status, {"INBOX"}, false});
}

}  // namespace mapping
