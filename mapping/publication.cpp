#include "mapping/publication.hpp"

#include <algorithm>
#include <utility>

#include "mapping/imap_url.hpp"
#include "mapping/message_waiting.hpp"
#include "mapping/report_order.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace mapping {
namespace {

events::MailboxState unseen_inbox() {
  events::MailboxState state;
  state.name = "INBOX";
  return state;
}

bool is_another(const events::MailboxState& was, const events::MailboxState& is) {
  return was.uidvalidity && is.uidvalidity && was.uidvalidity != is.uidvalidity;
}

}  // namespace

Publication::Publication(std::string account, std::string account_jid, PublicationContext context)
    : account_(std::move(account)),
      account_jid_(std::move(account_jid)),
      context_(std::move(context)) {}

pubsub::AccountChanges Publication::apply(const events::Report& report, pubsub::WallTime now) {
  now_ = now;
  changes_.clear();
  is_told_ = report.is_told;
  ensure_roots();
  names_.set_personal_prefix(report.personal_prefix);
  for (const auto& step : report.steps) {
    const auto* is = std::get_if<events::MailboxIs>(&step);
    if (is != nullptr) names_.announce(is->state.name);
  }
  const HasLeaf has = [this](const std::string& name) { return has_leaf(name); };
  for (const auto& turn : in_publication_order(report.steps, has)) {
    if (turn.step != nullptr) {
      take(*turn.step);
    } else {
      rename(turn.renames, report.steps);
    }
  }
  for (const auto& rights : report.rights) put_readers(rights);
  for (const auto& mdn_sent : report.mdn_sent) put_mdn_sent(mdn_sent);
  for (const auto& state : report.shown) {
    if (has_leaf(state.name)) put_mailbox(state);
  }
  return {account_jid_, std::exchange(changes_, {})};
}

pubsub::AccountChanges Publication::on_sight(const events::SightChange& change,
                                             pubsub::WallTime now) {
  now_ = now;
  changes_.clear();
  ensure_roots();
  const auto [known, is_new] = sights_.try_emplace(change.source, change);
  if (is_new || known->second.sight != change.sight || known->second.reason != change.reason) {
    known->second = change;
    changes_.emplace_back(
        pubsub::PublishItem{std::string(root_of(Tree::account)), to_source_payload(change), now});
  }
  if (published_stale_ != is_stale()) {
    published_stale_ = is_stale();
    // RFC 3501 §5.1: every account has an INBOX; until it was seen, all that can be said of it is
    // that nobody knows
    if (is_stale() && mailboxes_.empty()) put_mailbox(unseen_inbox());
    for (auto& [name, mailbox] : mailboxes_) {
      if (mailbox.state.is_selectable) publish_state(mailbox, true);
    }
  }
  return {account_jid_, std::exchange(changes_, {})};
}

void Publication::restore(const events::KnownAccount& known, bool stale, const Readers& readers,
                          const std::map<pubsub::NodeId, bool>& mdn_sent) {
  has_roots_ = true;
  names_.set_personal_prefix(known.personal_prefix);
  for (const auto& mailbox : known.mailboxes) names_.announce(mailbox.name);
  for (const auto& mailbox : known.mailboxes) put_mailbox(mailbox);
  for (auto& [name, mailbox] : mailboxes_) {
    mailbox.last_key.clear();
    const auto leaf = leaf_of(Tree::events, name);
    const auto stored = readers.find(leaf);
    const auto kept = mdn_sent.find(leaf);
    if (stored == readers.end() && kept == mdn_sent.end()) continue;
    if (stored != readers.end()) mailbox.readers = stored->second;
    if (kept != mdn_sent.end()) mailbox.keeps_mdn_sent = kept->second;
    tree_.put(*names_.find(name), facts_of(mailbox));
  }
  if (stale) published_stale_ = true;
  changes_.clear();
}

std::vector<pubsub::NodeSpec> Publication::nodes() const {
  std::vector<pubsub::NodeSpec> all;
  if (has_roots_) all = root_nodes();
  for (auto& node : tree_.all_nodes()) all.push_back(std::move(node));
  return all;
}

const events::MailboxState* Publication::find_mailbox(std::string_view node_id) const {
  const auto ref = parse_node_id(node_id);
  if (!ref || ref->is_subtree || ref->levels.empty()) return nullptr;
  const auto* name = names_.find_by_path(node_id.substr(root_of(ref->tree).size() + 1));
  const auto found = name == nullptr ? mailboxes_.end() : mailboxes_.find(*name);
  const bool is_leaf = found != mailboxes_.end() && found->second.state.is_selectable;
  return is_leaf ? &found->second.state : nullptr;
}

std::string Publication::event_leaf_of(const std::string& store_name) const {
  return has_leaf(store_name) ? leaf_of(Tree::events, to_store_key(store_name)) : std::string();
}

std::string Publication::url_of(const std::string& store_name) const {
  const auto found = mailboxes_.find(to_store_key(store_name));
  if (found == mailboxes_.end() || !found->second.state.uidvalidity) return {};
  const auto& state = found->second.state;
  return to_text(ImapUrl{std::string(cut_domain(account_, context_.mail_domain)),
                         context_.url_host,
                         state.name,
                         state.uidvalidity,
                         {}});
}

std::vector<Publication::LeftOut> Publication::take_problems() {
  return std::exchange(problems_, {});
}

void Publication::ensure_roots() {
  if (std::exchange(has_roots_, true)) return;
  for (auto& node : root_nodes()) changes_.emplace_back(pubsub::PutNode{std::move(node)});
}

void Publication::take(const events::Step& step) {
  std::visit([this](const auto& one) { take_step(one); }, step);
}

MailboxFacts Publication::facts_of(const Mailbox& mailbox) {
  auto facts = mapping::facts_of(mailbox.state);
  facts.readers = mailbox.readers;
  facts.keeps_mdn_sent = mailbox.keeps_mdn_sent;
  return facts;
}

void Publication::put_mailbox(const events::MailboxState& state) {
  const auto place = names_.claim(state.name, state.separator);
  if (!place) return report_problem(state.name, place.error().message());
  const auto key = to_store_key(state.name);
  const auto paths = paths_to(*place);
  const std::set<std::string> touched(paths.begin(), paths.end());
  const auto before = nodes_at(touched);
  auto& mailbox = mailboxes_[key];
  // a mailbox with children that is deleted stays as a level (RFC 5423 §4.4 MailboxDelete)
  if (mailbox.state.name == key && mailbox.state.is_selectable && !state.is_selectable) {
    publish_gone(mailbox);
    mailbox.last_key.clear();
    mailbox.readers.clear();
    mailbox.keeps_mdn_sent.reset();
  }
  // RFC 3501 §2.3.1.1: another mailbox by the same name, on which nobody has rights yet
  if (is_another(mailbox.state, state)) {
    mailbox.readers.clear();
    mailbox.keeps_mdn_sent.reset();
  }
  mailbox.state = state;
  mailbox.state.name = key;
  tree_.put(*place, facts_of(mailbox));
  for (auto& change : difference(before, nodes_at(touched))) changes_.push_back(std::move(change));
  if (state.is_selectable) publish_state(mailbox, false);
}

/// The rights of what has no node mean nothing.
void Publication::put_readers(const events::RightsAre& rights) {
  auto* mailbox = find(rights.mailbox);
  const auto* place = names_.find(to_store_key(rights.mailbox));
  if (mailbox == nullptr || place == nullptr || context_.addresses == nullptr) return;
  auto readers = to_readers(rights.readers, *context_.addresses, account_jid_);
  if (readers == mailbox->readers) return;
  mailbox->readers = std::move(readers);
  put_facts(*mailbox, *place);
}

void Publication::put_mdn_sent(const events::MdnSentIs& mdn_sent) {
  auto* mailbox = find(mdn_sent.mailbox);
  const auto* place = names_.find(to_store_key(mdn_sent.mailbox));
  if (mailbox == nullptr || place == nullptr) return;
  mailbox->keeps_mdn_sent = mdn_sent.is_kept;
  put_facts(*mailbox, *place);
}

/// What its nodes show has changed, but not whether there are any.
void Publication::put_facts(const Mailbox& mailbox, const MailboxName& place) {
  const std::set<std::string> touched{to_path(place)};
  const auto before = nodes_at(touched);
  tree_.put(place, facts_of(mailbox));
  for (auto& change : difference(before, nodes_at(touched))) changes_.push_back(std::move(change));
}

void Publication::remove_mailbox(const std::string& store_name) {
  const auto key = to_store_key(store_name);
  left_out_.erase(key);
  const auto found = mailboxes_.find(key);
  const auto* place = names_.find(key);
  if (found == mailboxes_.end() || place == nullptr) return names_.release(key);
  if (found->second.state.is_selectable) publish_gone(found->second);
  const auto paths = paths_to(*place);
  const std::set<std::string> touched(paths.begin(), paths.end());
  const auto before = nodes_at(touched);
  tree_.remove(*place);
  for (auto& change : difference(before, nodes_at(touched))) changes_.push_back(std::move(change));
  mailboxes_.erase(found);
  names_.release(key);
}

void Publication::publish_state(Mailbox& mailbox, bool sight_only) {
  const auto* place = names_.find(mailbox.state.name);
  if (place == nullptr) return;
  const auto path = to_path(*place);
  if (is_told_) mailbox.is_told = true;
  // known by push alone: nobody says that the whole account is in sight, but this mailbox is
  const bool has_counts = mailbox.state.messages && mailbox.state.unseen;
  const bool stale = sights_.empty() && (mailbox.is_told || is_told_)
                         ? !has_counts
                         : published_stale_.value_or(is_stale());
  auto publish = to_publish_state(std::string(root_of(Tree::status)) + '/' + path, mailbox.state,
                                  stale ? WaitingState::stale : WaitingState::current, now_);
  if (publish.key == mailbox.last_key) return;
  mailbox.last_key = publish.key;
  publish.sight_only = sight_only;
  changes_.emplace_back(std::move(publish));
}

void Publication::publish_gone(const Mailbox& mailbox) {
  changes_.emplace_back(to_publish_state(leaf_of(Tree::status, mailbox.state.name), mailbox.state,
                                         WaitingState::gone, now_));
}

void Publication::report_problem(const std::string& store_name, const std::string& why) {
  if (!left_out_.insert(to_store_key(store_name)).second) return;
  problems_.push_back({xmpp_schemas::to_xml_characters(store_name), why});
}

bool Publication::has_leaf(const std::string& store_name) const {
  const auto found = mailboxes_.find(to_store_key(store_name));
  return found != mailboxes_.end() && found->second.state.is_selectable;
}

// the account is in sight while one of its sources sees it
bool Publication::is_stale() const {
  return !sights_.empty() && std::none_of(sights_.begin(), sights_.end(), [](const auto& source) {
    return source.second.sight == events::Sight::current;
  });
}

std::vector<pubsub::NodeSpec> Publication::nodes_at(const std::set<std::string>& paths) const {
  std::vector<pubsub::NodeSpec> nodes;
  for (const auto& path : paths) {
    for (auto& node : tree_.nodes_at(path)) nodes.push_back(std::move(node));
  }
  return nodes;
}

Publication::Mailbox* Publication::find(const std::string& store_name) {
  const auto found = mailboxes_.find(to_store_key(store_name));
  return found == mailboxes_.end() ? nullptr : &found->second;
}

std::string Publication::leaf_of(Tree tree, const std::string& store_name) const {
  const auto* place = names_.find(store_name);
  return place == nullptr ? std::string() : std::string(root_of(tree)) + '/' + to_path(*place);
}

}  // namespace mapping
