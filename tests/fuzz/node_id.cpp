// Fuzz target: a mailbox's name becomes a node id and comes back the same; of a node id only the
// canonical spelling is accepted. XEP-0060 §4.6.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mapping/node_id.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  for (const char separator : {'/', '.', '\0', static_cast<char>(data[0])}) {
    const auto name = mapping::parse_mailbox_name(input, separator);
    if (!name) continue;
    for (const bool is_subtree : {false, true}) {
      const mapping::NodeRef ref{mapping::Tree::status, name->levels(), is_subtree};
      const auto back = mapping::parse_node_id(mapping::to_node_id(ref));
      if (!back || *back != ref) std::abort();
    }
  }
  if (const auto ref = mapping::parse_node_id(input)) {
    if (mapping::to_node_id(*ref) != input) std::abort();  // one node, one id
  }
  return 0;
}
