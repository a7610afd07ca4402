// One request element as the parsers see it, and what they all read from it. XEP-0060.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <gloox/tag.h>
#include <boost/system/result.hpp>

#include "pubsub/error.hpp"
#include "pubsub/request.hpp"

namespace pubsub {

/// One request element, with the <pubsub/> around it for its companions (<options/>, <set/>).
struct RequestInput {
  const gloox::Tag& element;
  const gloox::Tag& pubsub;
  const NodeId& implied_node;
};

using ParsedRequest = boost::system::result<Request, Error>;

struct ParsedJid {
  std::string full, bare;
};

/// The node attribute, else the node that the address implies; may be empty.
NodeId node_of(const RequestInput& input);
boost::system::result<NodeId, Error> required_node(const RequestInput& input);
boost::system::result<ParsedJid, Error> parse_jid(const std::string& text);
boost::system::result<PageRequest, Error> page_of(const RequestInput& input);
/// The form in an element; bad-request if there is none.
boost::system::result<Submission, Error> form_of(const gloox::Tag& element,
                                                 std::string_view form_type);

// The requests of subscribers, XEP-0060 chapters 5 and 6.
ParsedRequest parse_subscribe(const RequestInput& input);
ParsedRequest parse_unsubscribe(const RequestInput& input);
ParsedRequest parse_get_options(const RequestInput& input);
ParsedRequest parse_set_options(const RequestInput& input);
ParsedRequest parse_default_options(const RequestInput& input);
ParsedRequest parse_items(const RequestInput& input);
ParsedRequest parse_subscriptions(const RequestInput& input);
ParsedRequest parse_affiliations(const RequestInput& input);

// The requests of owners, XEP-0060 §7.2 and chapter 8.
ParsedRequest parse_retract(const RequestInput& input);
ParsedRequest parse_get_configuration(const RequestInput& input);
ParsedRequest parse_set_configuration(const RequestInput& input);
ParsedRequest parse_default_configuration(const RequestInput& input);
ParsedRequest parse_purge(const RequestInput& input);
ParsedRequest parse_get_node_subscriptions(const RequestInput& input);
ParsedRequest parse_set_node_subscriptions(const RequestInput& input);
ParsedRequest parse_get_node_affiliations(const RequestInput& input);
ParsedRequest parse_set_node_affiliations(const RequestInput& input);

}  // namespace pubsub
