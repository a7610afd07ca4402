#include "pubsub/order.hpp"

#include <optional>

#include "pubsub/data_form.hpp"
#include "xmpp_schemas/namespaces.hpp"

namespace pubsub {
namespace {

boost::system::result<Order, Error> parse_one(const gloox::Tag& order) {
  const std::string& by = order.findAttribute("by");
  if (by.empty()) return Error{ErrorCode::bad_request, "<order/> has no 'by'"};
  if (by != "creation" && by != "modification")  // XEP-0413 §4.6
    return Error{ErrorCode::feature_not_implemented, "order by " + by};
  if (!order.hasAttribute("desc")) return Order::ascending;  // XEP-0413 §4.4
  const auto descending = parse_boolean(order.findAttribute("desc"));
  if (!descending) return Error{ErrorCode::bad_request, "'desc' is no boolean"};
  return *descending ? Order::descending : Order::ascending;
}

}  // namespace

// XEP-0413 §7: further ones decide between equals, which there are none of.
boost::system::result<Order, Error> parse_order(const gloox::Tag& parent) {
  std::optional<Order> first;
  for (const gloox::Tag* child : parent.children()) {
    if (child->name() != "order" || child->xmlns() != xmpp_schemas::ns::order_by) continue;
    const auto order = parse_one(*child);
    if (!order) return order.error();
    if (!first) first = *order;
  }
  return first.value_or(Order::unsaid);
}

}  // namespace pubsub
