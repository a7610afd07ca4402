// Who, as XMPP addresses, the rights of the mail store let read a mailbox. RFC 4314 §2
// (identifiers).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mapping/address_map.hpp"
#include "pubsub/node.hpp"

namespace mapping {

/// What pubsub::NodeSpec::readers holds, by node.
using Readers = std::map<pubsub::NodeId, std::vector<std::string>>;

/// The owners of the accounts that `identifiers` name, without those of the account at
/// `account_jid` itself; "anyone" is pubsub::everybody. Sorted; names of nobody are left out.
std::vector<std::string> to_readers(const std::vector<std::string>& identifiers,
                                    const AddressMap& addresses, const std::string& account_jid);

}  // namespace mapping
