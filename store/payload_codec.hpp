// Values of pubsub/ that are lists <-> one blob of a row. The first octet is the version of the
// form; then come counts and lengths as base-128 numbers (low group first) and the octets
// themselves. What is not exactly that is refused.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/system/result.hpp>

#include "pubsub/store.hpp"

namespace store {

using Fields = std::vector<std::pair<std::string, std::string>>;
using MultiFields = std::vector<std::pair<std::string, std::vector<std::string>>>;

std::string encode(const pubsub::Payload& payload);
std::string encode(const std::vector<pubsub::Recipient>& recipients);
std::string encode(const std::vector<pubsub::NodeId>& nodes);
std::string encode(const Fields& fields);
std::string encode(const MultiFields& fields);

[[nodiscard]] boost::system::result<pubsub::Payload> decode_payload(std::string_view blob);
[[nodiscard]] boost::system::result<std::vector<pubsub::Recipient>> decode_recipients(
    std::string_view blob);
[[nodiscard]] boost::system::result<std::vector<pubsub::NodeId>> decode_nodes(
    std::string_view blob);
[[nodiscard]] boost::system::result<Fields> decode_fields(std::string_view blob);
[[nodiscard]] boost::system::result<MultiFields> decode_multi_fields(std::string_view blob);

}  // namespace store
