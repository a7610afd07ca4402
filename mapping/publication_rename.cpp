// Publication: a RENAME, which moves the nodes of a mailbox and of everything beneath it. RFC 5423
// §4.4 MailboxRename, RFC 3501 §6.3.5.
#include <algorithm>
#include <utility>

#include "mapping/publication.hpp"

namespace mapping {
namespace {

bool is_at_or_beneath(std::string_view name, std::string_view top, char separator) {
  return name.starts_with(top) && (name.size() == top.size() || name[top.size()] == separator);
}

/// The nodes of one place, there or not.
void add_moves(std::map<std::string, std::string>& moves, const std::vector<std::string>& from,
               const std::vector<std::string>& to) {
  for (const auto tree : {Tree::events, Tree::status}) {
    for (const bool is_subtree : {true, false}) {
      moves.emplace(to_node_id({tree, from, is_subtree}), to_node_id({tree, to, is_subtree}));
    }
  }
}

}  // namespace

std::vector<Publication::Root> Publication::roots_of(
    const std::vector<events::Step>& report) const {
  std::vector<Root> roots;
  for (const auto& step : report) {
    const auto* event = std::get_if<events::Event>(&step);
    const auto* rename = event ? std::get_if<events::MailboxRename>(&event->kind) : nullptr;
    if (rename == nullptr || to_store_key(rename->old_mailbox.name) == "INBOX") continue;
    roots.push_back({rename->old_mailbox.name, rename->mailbox.name});
  }
  return roots;
}

/// RFC 3501 §6.3.5: the messages of INBOX went to a new mailbox; INBOX stays, and so does what is
/// beneath it.
void Publication::split_inbox(const events::MailboxMoved& step) {
  auto* inbox = find(step.from);
  if (inbox == nullptr) return;
  auto moved = inbox->state;
  moved.name = step.to;
  moved.special_use = events::SpecialUse::none;
  // what is there now is told by the next state of each
  inbox->state.uidvalidity.reset();
  inbox->state.uidnext.reset();
  inbox->state.highestmodseq.reset();
  inbox->state.messages.reset();
  inbox->state.unseen.reset();
  if (!has_leaf(step.to)) put_mailbox(moved);
}

/// Takes the renamed mailboxes out of the table of names; their nodes are still where they were.
std::vector<Publication::Rename> Publication::take_renamed(
    const std::vector<const events::MailboxMoved*>& steps, const std::vector<Root>& roots) {
  std::map<std::string, std::string> pairs;
  for (const auto* step : steps) {
    if (to_store_key(step->from) == "INBOX") {
      split_inbox(*step);
    } else if (find(step->from) == nullptr) {
      ensure_mailbox({account_, step->to, {}});  // left out under its old name
    } else if (step->from != step->to) {
      pairs.emplace(step->from, step->to);
    }
  }
  // RFC 3501 §6.3.5: levels that are no mailboxes go along with what is beneath them
  for (const auto& [name, mailbox] : mailboxes_) {
    if (mailbox.state.is_selectable) continue;
    for (const auto& root : roots) {
      const bool goes_along = is_at_or_beneath(name, root.from, mailbox.state.separator) &&
                              std::any_of(pairs.begin(), pairs.end(), [&](const auto& pair) {
                                return is_at_or_beneath(pair.first, name, mailbox.state.separator);
                              });
      if (goes_along) pairs.emplace(name, root.to + name.substr(root.from.size()));
    }
  }
  for (const auto& [from, to] : pairs) {
    if (!pairs.contains(to) && has_leaf(to)) remove_mailbox(to);
  }
  std::vector<Rename> renames;
  for (const auto& [from, to] : pairs) {
    const auto* place = names_.find(from);
    if (place == nullptr) continue;
    renames.push_back({from, to, *place, mailboxes_.at(from)});
  }
  for (const auto& rename : renames) {
    names_.release(rename.from);
    mailboxes_.erase(rename.from);
  }
  return renames;
}

/// Old node id -> new one: those of each mailbox, and of the implied levels between it and what was
/// renamed.
std::map<std::string, std::string> Publication::node_moves(const std::vector<Rename>& renames,
                                                           const std::vector<MailboxName>& places,
                                                           const std::vector<Root>& roots) const {
  std::map<std::string, std::string> moves;
  for (std::size_t i = 0; i < renames.size(); ++i) {
    auto from = renames[i].old_place.levels();
    auto to = places[i].levels();
    add_moves(moves, from, to);
    const auto separator = renames[i].mailbox.state.separator;
    for (const auto& root : roots) {
      if (!is_at_or_beneath(renames[i].from, root.from, separator)) continue;
      const auto beneath = std::string_view(renames[i].from).substr(root.from.size());
      auto levels = std::count(beneath.begin(), beneath.end(), separator);
      for (; levels > 0 && from.size() > 1 && to.size() > 1; --levels) {
        from.pop_back();
        to.pop_back();
        add_moves(moves, from, to);
      }
      break;
    }
  }
  return moves;
}

void Publication::rename(const std::vector<const events::MailboxMoved*>& steps,
                         const std::vector<events::Step>& report) {
  const auto roots = roots_of(report);
  auto renames = take_renamed(steps, roots);
  std::vector<MailboxName> places;
  std::vector<Rename> placed;
  std::set<std::string> touched;
  std::vector<MailboxName> left;
  const auto touch = [&](const MailboxName& place) {
    for (auto& path : paths_to(place)) touched.insert(std::move(path));
  };
  for (auto& rename : renames) {
    touch(rename.old_place);
    left.push_back(rename.old_place);
    auto place = names_.claim(rename.to, rename.mailbox.state.separator);
    if (!place) {
      report_problem(rename.to, place.error().message());
      continue;
    }
    touch(*place);
    places.push_back(*place);
    placed.push_back(std::move(rename));
  }
  const auto before = nodes_at(touched);
  for (const auto& place : left) tree_.remove(place);
  for (std::size_t i = 0; i < placed.size(); ++i) {
    auto& mailbox = placed[i].mailbox;
    mailbox.state.name = to_store_key(placed[i].to);
    tree_.put(places[i], facts_of(mailbox));
    mailboxes_[mailbox.state.name] = mailbox;
  }
  const auto moves = node_moves(placed, places, roots);
  for (auto& change : difference(before, nodes_at(touched), moves)) {
    changes_.push_back(std::move(change));
  }
}

}  // namespace mapping
