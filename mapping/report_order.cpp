#include "mapping/report_order.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "mapping/mailbox_name.hpp"

namespace mapping {
namespace {

using events::Step;

/// A leaf that comes into being or ends at one step.
struct Turnover {
  std::size_t at;
  bool appears;
  bool is_rename;
};

struct Position {
  std::size_t at;
  int side;  // -1 before, 0 in place of, 1 after the step at `at`
  friend auto operator<=>(const Position&, const Position&) = default;
};

class Order {
 public:
  Order(const std::vector<Step>& steps, const HasLeaf& has_leaf)
      : steps_(steps), has_leaf_(has_leaf) {
    for (std::size_t i = 0; i < steps.size(); ++i) note_turnover(i);
    join_renames();
  }

  std::vector<Turn> turns() const {
    std::vector<std::pair<Position, std::size_t>> order;
    for (std::size_t i = 0; i < steps_.size(); ++i) order.emplace_back(position_of(i), i);
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Turn> turns;
    std::optional<std::size_t> batch;
    for (const auto& [position, i] : order) {
      const auto* moved = std::get_if<events::MailboxMoved>(&steps_[i]);
      if (moved == nullptr) {
        turns.push_back({{}, &steps_[i]});
        batch.reset();
      } else if (batch == position.at) {
        turns.back().renames.push_back(moved);
      } else {
        turns.push_back({{moved}, nullptr});
        batch = position.at;
      }
    }
    return turns;
  }

 private:
  void note(const std::string& name, Turnover turnover) {
    turnovers_[to_store_key(name)].push_back(turnover);
  }

  void note_turnover(std::size_t i) {
    if (const auto* is = std::get_if<events::MailboxIs>(&steps_[i])) {
      note(is->state.name, {i, is->state.is_selectable, false});
    } else if (const auto* gone = std::get_if<events::MailboxGone>(&steps_[i])) {
      note(gone->name, {i, false, false});
    } else if (const auto* moved = std::get_if<events::MailboxMoved>(&steps_[i])) {
      note(moved->from, {i, false, true});
      note(moved->to, {i, true, true});
    }
  }

  const std::vector<Turnover>& turnovers_of(const std::string& name) const {
    static const std::vector<Turnover> none;
    const auto found = turnovers_.find(to_store_key(name));
    return found == turnovers_.end() ? none : found->second;
  }

  bool ends_between(const std::string& name, std::size_t first, std::size_t last) const {
    const auto& all = turnovers_of(name);
    return std::any_of(all.begin(), all.end(), [&](const Turnover& turnover) {
      return turnover.at > first && turnover.at < last && !turnover.appears;
    });
  }

  /// Renames go together as long as none starts where another arrives; else each sees what the one
  /// before it left.
  void join_renames() {
    std::optional<std::size_t> first;
    std::set<std::string> from;
    std::set<std::string> to;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const auto* moved = std::get_if<events::MailboxMoved>(&steps_[i]);
      if (moved == nullptr) continue;
      const bool joins = first && !to.contains(moved->from) && !from.contains(moved->to) &&
                         !ends_between(moved->to, *first, i);
      if (!joins) {
        first = i;
        from.clear();
        to.clear();
      }
      from.insert(moved->from);
      to.insert(moved->to);
      batch_[i] = *first;
    }
  }

  std::size_t place_of(std::size_t i) const {
    const auto found = batch_.find(i);
    return found == batch_.end() ? i : found->second;
  }

  /// Where the leaf comes into being of which step i speaks too early; absent: it is there already.
  std::optional<std::size_t> appearance_after(const std::string& name, std::size_t i) const {
    bool is_there = has_leaf_(name);
    bool ends = false;
    for (const auto& turnover : turnovers_of(name)) {
      if (turnover.at < i) {
        is_there = turnover.appears;
      } else if (!turnover.appears) {
        ends = true;
      } else if (!is_there || ends) {
        return place_of(turnover.at);
      }
    }
    return std::nullopt;
  }

  /// Where the leaf ended of whose end step i speaks too late.
  std::optional<std::size_t> end_before(const std::string& name, std::size_t i) const {
    std::optional<std::size_t> end;
    for (const auto& turnover : turnovers_of(name)) {
      if (turnover.at >= i) break;
      const bool is_end = !turnover.appears && !turnover.is_rename;
      end = is_end ? std::optional(turnover.at) : std::nullopt;
    }
    return end;
  }

  Position position_of_event(const events::Event& event, std::size_t i) const {
    std::optional<std::size_t> at;
    if (const auto* create = std::get_if<events::MailboxCreate>(&event.kind)) {
      at = appearance_after(create->mailbox.name, i);
    } else if (const auto* rename = std::get_if<events::MailboxRename>(&event.kind)) {
      at = appearance_after(rename->mailbox.name, i);
    } else if (const auto* removal = std::get_if<events::MailboxDelete>(&event.kind)) {
      if (const auto end = end_before(removal->mailbox.name, i)) return {*end, -1};
    }
    return at ? Position{*at, 1} : Position{i, 0};
  }

  Position position_of(std::size_t i) const {
    if (const auto batch = batch_.find(i); batch != batch_.end()) return {batch->second, 0};
    if (const auto* event = std::get_if<events::Event>(&steps_[i])) {
      return position_of_event(*event, i);
    }
    const auto* is = std::get_if<events::MailboxIs>(&steps_[i]);
    if (is == nullptr || has_leaf_(is->state.name)) return {i, 0};
    // the state of a mailbox that is only now renamed to this name
    for (const auto& turnover : turnovers_of(is->state.name)) {
      if (turnover.at < i && turnover.appears) return {i, 0};
      if (turnover.at <= i) continue;
      if (turnover.appears && turnover.is_rename) return {place_of(turnover.at), 1};
      if (!turnover.appears) break;
    }
    return {i, 0};
  }

  const std::vector<Step>& steps_;
  const HasLeaf& has_leaf_;
  std::map<std::string, std::vector<Turnover>> turnovers_;
  std::map<std::size_t, std::size_t> batch_;  ///< rename -> first rename of those that go together
};

}  // namespace

std::vector<Turn> in_publication_order(const std::vector<Step>& steps, const HasLeaf& has_leaf) {
  return Order(steps, has_leaf).turns();
}

}  // namespace mapping
