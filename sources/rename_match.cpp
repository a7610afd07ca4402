#include "sources/rename_match.hpp"

#include <algorithm>
#include <utility>

namespace sources {
namespace {

constexpr const char* inbox = "INBOX";

bool has_selectable(const Tree& tree, const std::string& name, events::UidValidity uidvalidity) {
  const auto found = tree.find(name);
  return found != tree.end() && found->second.is_selectable &&
         found->second.uidvalidity == uidvalidity;
}

/// The mailboxes of `tree` that `other` does not have under the same name, by UIDVALIDITY.
std::map<events::UidValidity, std::vector<std::string>> only_in(const Tree& tree,
                                                                const Tree& other) {
  std::map<events::UidValidity, std::vector<std::string>> found;
  for (const auto& [name, state] : tree) {
    if (!state.is_selectable || !state.uidvalidity) continue;
    if (!has_selectable(other, name, *state.uidvalidity)) found[*state.uidvalidity].push_back(name);
  }
  for (auto& [uidvalidity, names] : found) {
    std::stable_sort(names.begin(), names.end(),
                     [](const auto& a, const auto& b) { return a.size() < b.size(); });
  }
  return found;
}

class Matcher {
 public:
  Matcher(const Tree& before, const Tree& now, const std::map<std::string, std::string>& hints)
      : before_(before),
        now_(now),
        hints_(hints),
        leavers_(only_in(before, now)),
        arrivers_(only_in(now, before)) {}

  std::vector<Move> match() {
    for (auto& [uidvalidity, from] : leavers_) {
      const auto to = arrivers_.find(uidvalidity);
      if (to == arrivers_.end()) continue;
      match_hinted(from, to->second);
      if (from.size() == 1 && to->second.size() == 1) {
        if (may_be(from[0], to->second[0]) && is_telling(uidvalidity, from[0], to->second[0])) {
          accept(from, 0, to->second, 0);
        }
      } else if (from.size() == to->second.size()) {
        match_subtree(from, to->second);
      }
    }
    match_beneath();
    match_levels();
    return std::move(moves_);
  }

 private:
  using Names = std::vector<std::string>;

  bool may_be(const std::string& from, const std::string& to) const {
    if (to == inbox) return false;
    const auto& old_state = before_.at(from);
    const auto& new_state = now_.at(to);
    return !old_state.uidnext || !new_state.uidnext || *new_state.uidnext >= *old_state.uidnext;
  }

  /// Some stores give one UIDVALIDITY to many mailboxes; then it must be the same contents too.
  bool is_telling(events::UidValidity uidvalidity, const std::string& from,
                  const std::string& to) const {
    const bool is_shared = std::any_of(now_.begin(), now_.end(), [&](const auto& row) {
      return row.first != to && row.second.is_selectable && row.second.uidvalidity == uidvalidity;
    });
    const auto& old_state = before_.at(from);
    const auto& new_state = now_.at(to);
    return !is_shared ||
           (old_state.uidnext == new_state.uidnext && old_state.messages == new_state.messages);
  }

  /// A mailbox that was renamed several times between two looks: follow the names back.
  std::optional<std::string> old_name(const std::string& name) const {
    auto current = hints_.find(name);
    for (std::size_t steps = 0; current != hints_.end() && steps <= hints_.size(); ++steps) {
      if (before_.contains(current->second)) return current->second;
      current = hints_.find(current->second);
    }
    return std::nullopt;
  }

  void accept(Names& from, std::size_t at_from, Names& to, std::size_t at_to) {
    moves_.push_back({from[at_from], to[at_to]});
    from.erase(from.begin() + static_cast<std::ptrdiff_t>(at_from));
    to.erase(to.begin() + static_cast<std::ptrdiff_t>(at_to));
  }

  void match_hinted(Names& from, Names& to) {
    for (std::size_t i = to.size(); i-- > 0;) {
      const auto old = old_name(to[i]);
      if (!old || !may_be(*old, to[i])) continue;
      const auto at = std::find(from.begin(), from.end(), *old);
      if (at != from.end()) accept(from, static_cast<std::size_t>(at - from.begin()), to, i);
    }
  }

  /// One UIDVALIDITY for a mailbox and its children (made in the same second): they moved together,
  /// or it is unclear.
  void match_subtree(Names& from, Names& to) {
    if (from.empty()) return;
    const auto top_from = from[0], top_to = to[0];
    const char separator = before_.at(top_from).separator;
    if (top_from == inbox || !may_be(top_from, top_to)) return;
    std::vector<Move> found{{top_from, top_to}};
    for (std::size_t i = 1; i < from.size(); ++i) {
      const auto moved = move_beneath(from[i], top_from, top_to, separator);
      if (!moved || std::find(to.begin(), to.end(), *moved) == to.end()) return;
      found.push_back({from[i], *moved});
    }
    moves_.insert(moves_.end(), found.begin(), found.end());
    from.clear();
    to.clear();
  }

  /// What is still unclear is clear when it lies beneath something that moved.
  void match_beneath() {
    const auto tops = moves_;
    for (auto& [uidvalidity, from] : leavers_) {
      const auto to = arrivers_.find(uidvalidity);
      if (to == arrivers_.end()) continue;
      for (std::size_t i = from.size(); i-- > 0;) {
        for (const auto& top : tops) {
          if (top.from == inbox) continue;
          const auto moved =
              move_beneath(from[i], top.from, top.to, before_.at(top.from).separator);
          if (!moved) continue;
          const auto at = std::find(to->second.begin(), to->second.end(), *moved);
          if (at == to->second.end() || !may_be(from[i], *moved)) continue;
          accept(from, i, to->second, static_cast<std::size_t>(at - to->second.begin()));
          break;
        }
      }
    }
  }

  bool is_level_that_moved(const std::string& from, const std::string& to) const {
    const auto old_level = before_.find(from);
    const auto new_level = now_.find(to);
    return old_level != before_.end() && !old_level->second.is_selectable && !now_.contains(from) &&
           new_level != now_.end() && !new_level->second.is_selectable && !before_.contains(to);
  }

  /// Levels have no UIDVALIDITY: they moved when a mailbox above or beneath them did, in the same
  /// way.
  void match_levels() {
    std::map<std::string, std::string> levels;
    for (const auto& move : moves_) {
      if (move.from == inbox) continue;
      const char separator = before_.at(move.from).separator;
      if (separator == '\0') continue;
      for (const auto& [name, state] : before_) {
        const auto moved = move_beneath(name, move.from, move.to, separator);
        if (moved && is_level_that_moved(name, *moved)) levels.emplace(name, *moved);
      }
      auto from = move.from, to = move.to;
      while (true) {
        const auto cut_from = from.rfind(separator), cut_to = to.rfind(separator);
        if (cut_from == std::string::npos || cut_to == std::string::npos) break;
        if (from.substr(cut_from) != to.substr(cut_to)) break;
        from.resize(cut_from);
        to.resize(cut_to);
        if (!is_level_that_moved(from, to)) break;
        levels.emplace(from, to);
      }
    }
    for (const auto& [from, to] : levels) moves_.push_back({from, to});
  }

  const Tree& before_;
  const Tree& now_;
  const std::map<std::string, std::string>& hints_;
  std::map<events::UidValidity, Names> leavers_;
  std::map<events::UidValidity, Names> arrivers_;
  std::vector<Move> moves_;
};

/// RFC 5423 §4.4 MailboxRename: no events for children. A level has no node for events, so it is
/// nobody's top.
void mark_tops(std::vector<Move>& moves, const Tree& before) {
  for (auto& move : moves) {
    move.is_top = before.at(move.from).is_selectable &&
                  std::none_of(moves.begin(), moves.end(), [&](const Move& above) {
                    const auto& state = before.at(above.from);
                    return state.is_selectable && move_beneath(move.from, above.from, above.to,
                                                               state.separator) == move.to;
                  });
  }
}

/// A target must be free when it is moved to: its occupant moves first. Circles remain over.
std::vector<Move> in_order(std::vector<Move> pending) {
  std::sort(pending.begin(), pending.end(),
            [](const Move& a, const Move& b) { return a.from < b.from; });
  std::vector<Move> ordered;
  for (bool has_moved = true; has_moved;) {
    has_moved = false;
    for (std::size_t i = 0; i < pending.size();) {
      const bool is_occupied = std::any_of(pending.begin(), pending.end(), [&](const Move& other) {
        return other.from == pending[i].to;
      });
      if (is_occupied) {
        ++i;
        continue;
      }
      ordered.push_back(pending[i]);
      pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(i));
      has_moved = true;
    }
  }
  return ordered;
}

}  // namespace

std::optional<std::string> move_beneath(const std::string& name, const std::string& from,
                                        const std::string& to, char separator) {
  if (separator == '\0' || name.size() <= from.size() + 1) return std::nullopt;
  if (!name.starts_with(from) || name[from.size()] != separator) return std::nullopt;
  return to + name.substr(from.size());
}

Renames find_renames(const Tree& before, const Tree& now,
                     const std::map<std::string, std::string>& hints) {
  Renames renames;
  auto moves = Matcher(before, now, hints).match();
  for (auto move = moves.begin(); move != moves.end();) {
    if (move->from == inbox) {
      renames.inbox_to = move->to;
      move = moves.erase(move);
    } else {
      ++move;
    }
  }
  mark_tops(moves, before);
  renames.moves = in_order(std::move(moves));
  return renames;
}

}  // namespace sources
