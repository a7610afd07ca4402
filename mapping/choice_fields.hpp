// A choice as fields of the subscription options form, and back. XEP-0060 §6.3, XEP-0068 §3.3; the
// table of docs/protocol.md.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "mapping/choice.hpp"
#include "pubsub/vocabulary.hpp"

namespace mapping {

inline constexpr std::size_t max_field_values = 100;
inline constexpr std::size_t max_content_limit = 32768;
inline constexpr std::size_t max_chosen_tags = 16;
inline constexpr std::size_t max_chosen_tag = 64;

/// In the order in which to_fields writes them; the names last as long as the program.
std::vector<pubsub::Vocabulary::Field> choice_fields();
/// Empty values are as none; of what is not there the default holds.
boost::system::result<Wishes, pubsub::Error> parse_wishes(const pubsub::FormFields& fields);
/// Without what is as by default.
pubsub::FormFields to_fields(const Wishes& wishes);

}  // namespace mapping
