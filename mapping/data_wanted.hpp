// Which data of new messages a subscription asks for: what no subscriber would be shown need not be
// fetched. docs/protocol.md "Disclosure", subscription options.
#pragma once

#include "events/data_wanted.hpp"
#include "pubsub/vocabulary.hpp"

namespace mapping {

/// Adds what a subscriber with that choice (null: no choice) and of that audience is shown of an
/// arrival. `has_body`: also as a text for people.
void add_wanted(events::DataWanted& wanted, const pubsub::Choice* choice,
                const pubsub::Audience& audience, bool has_body);

}  // namespace mapping
