// Values of pubsub/ that are lists, and writes that other gateways must hear of <-> one blob of a
// row. The first octet is the version of the
// form; then come counts and lengths as base-128 numbers (low group first) and the octets
// themselves. What is not exactly that is refused.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/system/result.hpp>

#include "pubsub/store.hpp"
#include "store/store.hpp"

namespace store {

using Fields = std::vector<std::pair<std::string, std::string>>;
using MultiFields = std::vector<std::pair<std::string, std::vector<std::string>>>;

std::string encode(const pubsub::Payload& payload);
std::string encode(const std::vector<pubsub::Recipient>& recipients);
std::string encode(const std::vector<pubsub::NodeId>& nodes);
std::string encode(const Fields& fields);
std::string encode(const MultiFields& fields);
std::string encode(const pubsub::SubscriptionRecord& record);
std::string encode(const pubsub::RemoveSubscription& write);
std::string encode(const pubsub::AffiliationRecord& record);
std::string encode(const pubsub::MoveNodeRows& write);
std::string encode(const pubsub::ForgetNodeRows& write);
std::string encode(const ContactRecord& record);

[[nodiscard]] boost::system::result<pubsub::Payload> decode_payload(std::string_view blob);
[[nodiscard]] boost::system::result<std::vector<pubsub::Recipient>> decode_recipients(
    std::string_view blob);
[[nodiscard]] boost::system::result<std::vector<pubsub::NodeId>> decode_nodes(
    std::string_view blob);
[[nodiscard]] boost::system::result<Fields> decode_fields(std::string_view blob);
[[nodiscard]] boost::system::result<MultiFields> decode_multi_fields(std::string_view blob);
/// Any of the records and writes above but a contact.
[[nodiscard]] boost::system::result<pubsub::Write> decode_write(std::string_view blob);
[[nodiscard]] boost::system::result<ContactRecord> decode_contact(std::string_view blob);

}  // namespace store
