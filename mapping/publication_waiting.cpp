// What a contact list shows of an account. RFC 6121 §4.7.2.2.
#include "mapping/node_id.hpp"
#include "mapping/publication.hpp"

namespace mapping {
namespace {

/// What lies there is no news, or is there a second time.
bool is_counted(events::SpecialUse use) {
  switch (use) {
    case events::SpecialUse::none:
    case events::SpecialUse::archive:
      return true;
    case events::SpecialUse::all:
    case events::SpecialUse::drafts:
    case events::SpecialUse::flagged:
    case events::SpecialUse::junk:
    case events::SpecialUse::sent:
    case events::SpecialUse::trash:
      return false;
  }
  return false;
}

}  // namespace

AccountWaiting Publication::waiting() const {
  AccountWaiting waiting;
  waiting.is_current = !published_stale_.value_or(is_stale());
  for (const auto& [name, mailbox] : mailboxes_) {
    const auto& state = mailbox.state;
    const bool is_known = state.is_selectable && state.unseen && is_counted(state.special_use);
    if (is_known && names_.find(state.name) != nullptr)
      waiting.unseen.emplace_back(leaf_of(Tree::status, state.name), *state.unseen);
  }
  return waiting;
}

}  // namespace mapping
