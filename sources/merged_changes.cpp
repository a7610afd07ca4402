#include "sources/merged_changes.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

namespace sources {
namespace {

using events::Event;

events::MessageSetChange* change_of(Event& event) {
  return std::visit(
      [](auto& kind) -> events::MessageSetChange* {
        if constexpr (std::is_base_of_v<events::MessageSetChange, std::decay_t<decltype(kind)>>) {
          return &kind;
        } else {
          return nullptr;
        }
      },
      event.kind);
}

events::FlagSet flags_of(const Event& event) {
  if (const auto* set = std::get_if<events::FlagsSet>(&event.kind)) return set->flag_names;
  if (const auto* clear = std::get_if<events::FlagsClear>(&event.kind)) return clear->flag_names;
  return {};
}

bool overlap(const events::UidSet& one, const events::UidSet& other) {
  auto rest = one;
  rest.remove(other);
  return rest != one;
}

/// The event before `at` that the one there can be added to.
Event* partner_of(std::vector<events::Step>& steps, std::size_t at) {
  auto& event = std::get<Event>(steps[at]);
  const auto* change = change_of(event);
  while (at-- != 0) {
    auto* earlier = std::get_if<Event>(&steps[at]);
    auto* other = earlier != nullptr ? change_of(*earlier) : nullptr;
    if (earlier == nullptr) continue;
    if (other == nullptr) return nullptr;  // an arrival, or the mailbox is another
    if (other->mailbox != change->mailbox) continue;
    if (overlap(other->uidset, change->uidset)) return nullptr;
    if (earlier->kind.index() == event.kind.index() && flags_of(*earlier) == flags_of(event) &&
        earlier->circumstances == event.circumstances) {
      return earlier;
    }
  }
  return nullptr;
}

}  // namespace

void merge_changes(std::vector<events::Step>& steps) {
  for (std::size_t at = 0; at < steps.size();) {
    auto* event = std::get_if<Event>(&steps[at]);
    auto* change = event != nullptr ? change_of(*event) : nullptr;
    auto* partner = change != nullptr ? partner_of(steps, at) : nullptr;
    if (partner == nullptr) {
      ++at;
      continue;
    }
    auto& joined = *change_of(*partner);
    for (const auto& range : change->uidset.ranges())
      joined.uidset.add(*events::Uid::from(range.first), *events::Uid::from(range.last));
    joined.counts = change->counts;
    joined.modseq.reset();  // RFC 5423 §5: of one message only
    steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

}  // namespace sources
