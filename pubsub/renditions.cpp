#include "pubsub/renditions.hpp"

#include "pubsub/rendering.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace pubsub {

std::string to_item_id(Holding holding, std::uint64_t number) {
  return holding == Holding::state ? std::string(current_item) : std::to_string(number);
}

bool append_item(std::string& out, const NodeSpec& leaf, std::string_view item_id,
                 const Payload& payload, const SubscriptionOptions& options,
                 const Audience& audience) {
  const Choice* choice = options.choice.get();
  if (choice != nullptr && !choice->wants(leaf, payload)) return false;
  std::string shown;
  if (choice != nullptr) {
    choice->append(shown, leaf, payload, audience);
  } else {
    append_payload(shown, payload, without_content(audience));
  }
  xmpp_schemas::XmlWriter(out).open("item").attribute("id", item_id).raw(shown).close();
  return true;
}

void append_body(std::string& out, const Vocabulary& vocabulary, const NodeSpec& leaf,
                 const Payload& payload, const SubscriptionOptions& options,
                 const Audience& audience) {
  if (!options.include_body) return;
  const std::string body = vocabulary.body_of(leaf, payload, audience);
  if (!body.empty()) xmpp_schemas::XmlWriter(out).leaf("body", body);
}

std::optional<Renditions::Index> Renditions::of(const SubscriptionOptions& options,
                                                const Audience& audience) {
  const auto [at, is_new] = known_.try_emplace(Key{&options, audience});
  if (is_new) at->second = render(options, audience);
  return at->second;
}

std::optional<Renditions::Index> Renditions::render(const SubscriptionOptions& options,
                                                    const Audience& audience) {
  std::string item;
  const auto id = to_item_id(leaf_.holding, notice_.number);
  if (!append_item(item, leaf_, id, notice_.payload, options, audience)) return std::nullopt;
  Form form{options.message_type, {}};
  append_body(form.content, vocabulary_, leaf_, notice_.payload, options, audience);
  xmpp_schemas::XmlWriter event(form.content);
  event.open("event", xmpp_schemas::ns::pubsub_event).open("items").attribute("node", leaf_.id);
  event.raw(item).close().close();
  const std::string text = std::string(to_text(form.type)) + form.content;
  const auto [at, is_new] = by_text_.try_emplace(text, static_cast<Index>(forms_.size()));
  if (is_new) forms_.push_back(std::move(form));
  return at->second;
}

}  // namespace pubsub
