#include "pubsub/answers.hpp"

#include <utility>

#include "pubsub/policy.hpp"

namespace pubsub {

using xmpp_schemas::XmlWriter;

Outcome refuse(ErrorCode code, std::string text) {
  return refuse(Error{code, std::move(text)});
}

Outcome refuse(Error error) {
  return {{}, Reply(std::move(error)), {}};
}

Outcome succeed(std::string xml) {
  return {{}, Reply(Result{std::move(xml)}), {}};
}

std::string_view to_text(SubscriptionState state) {
  switch (state) {
    case SubscriptionState::none:
      return "none";
    case SubscriptionState::pending:
      return "pending";
    case SubscriptionState::unconfigured:
      return "unconfigured";
    case SubscriptionState::subscribed:
      return "subscribed";
  }
  return "none";
}

void append_subscription(XmlWriter& writer, const Subscription& subscription,
                         SubscriptionState state) {
  writer.open("subscription").attribute("node", subscription.node());
  writer.attribute("jid", subscription.jid()).attribute("subid", subscription.subid());
  writer.attribute("subscription", to_text(state)).close();
}

Outcome make_listing(std::string_view xmlns, std::string_view element,
                     const std::optional<NodeId>& node, const PageList& list,
                     const PageRequest& request) {
  const auto page = cut_page(list, request, list.count, max_answer_octets);
  if (!page) return refuse(page.error());
  std::string xml;
  XmlWriter writer(xml);
  writer.open("pubsub", xmlns).open(element);
  if (node) writer.attribute("node", *node);
  writer.raw(page->xml).close();
  append_page_set(writer, list, *page, request);
  writer.close();
  return succeed(std::move(xml));
}

Outcome make_listing(std::string_view xmlns, std::string_view element,
                     const std::optional<NodeId>& node, const std::vector<PageEntry>& entries,
                     const PageRequest& request) {
  return make_listing(xmlns, element, node, to_list(entries), request);
}

}  // namespace pubsub
