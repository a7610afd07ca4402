// In which order the steps of a report are published. Sources agree on the steps, not on whether an
// event stands before or after the change of the tree that it names; subscribers must see a created
// leaf before its first item, and the last item of a leaf before its end.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "events/report.hpp"

namespace mapping {

/// Either renames that belong together (one RENAME moves a mailbox and its children), or one other
/// step.
struct Turn {
  std::vector<const events::MailboxMoved*> renames;
  const events::Step* step = nullptr;
};

using HasLeaf = std::function<bool(const std::string& store_name)>;

/// The turns point into `steps`. `has_leaf` tells of the time before the report.
std::vector<Turn> in_publication_order(const std::vector<events::Step>& steps,
                                       const HasLeaf& has_leaf);

}  // namespace mapping
