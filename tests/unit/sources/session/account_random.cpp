// Random acts on a small mail store, random looks, restarts: the steps alone, and the events alone,
// must bring a mirror to the store's state, and a look that finds nothing new must tell nothing.
#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>
#include <utility>

#include "sources/account.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sources/session/step_text.hpp"

namespace {

using Messages = std::map<std::uint32_t, events::FlagSet>;
using Mailboxes = std::map<std::string, Messages>;

/// RFC 3501 as far as it concerns a watcher. Names: "A", "A/B"; no levels without a mailbox.
struct Store {
  struct Mailbox {
    std::uint32_t uidvalidity;
    std::uint32_t uidnext = 1;
    Messages messages;
  };
  std::map<std::string, Mailbox> mailboxes{{"INBOX", {1, 1, {}}}};
  std::set<std::string> subscribed;
  std::uint32_t last_uidvalidity = 1;

  Mailboxes contents() const {
    Mailboxes all;
    for (const auto& [name, mailbox] : mailboxes) all[name] = mailbox.messages;
    return all;
  }
};

bool is_beneath(const std::string& name, const std::string& top) {
  return name.starts_with(top + "/");
}

/// What a subscriber of the events alone believes.
struct EventMirror {
  Mailboxes mailboxes;
  std::set<std::string> subscribed;

  void operator()(const events::MessageNew& e) {
    mailboxes.at(e.mailbox.name)[e.uid.value()] = e.flag_names;
  }
  void operator()(const events::MessageAppend& e) {
    mailboxes.at(e.mailbox.name)[e.uid.value()] = e.flag_names;
  }
  void operator()(const events::MessageExpunge& e) {
    for (const auto& range : e.uidset.ranges()) {
      for (auto uid = range.first; uid <= range.last; ++uid)
        CHECK(mailboxes.at(e.mailbox.name).erase(uid) == 1);
    }
    CHECK(e.counts.messages == mailboxes.at(e.mailbox.name).size());
  }
  void add(const events::MessageSetChange& e, const events::FlagSet& flags) {
    for (auto& [uid, known] : mailboxes.at(e.mailbox.name)) {
      if (!e.uidset.contains(*events::Uid::from(uid))) continue;
      for (const auto& flag : flags.names()) known.add(flag);
    }
  }
  void operator()(const events::MessageRead& e) { add(e, events::FlagSet::from_text("\\Seen")); }
  void operator()(const events::MessageTrash& e) {
    add(e, events::FlagSet::from_text("\\Deleted"));
  }
  void operator()(const events::FlagsSet& e) { add(e, e.flag_names); }
  void operator()(const events::FlagsClear& e) {
    for (auto& [uid, known] : mailboxes.at(e.mailbox.name)) {
      if (e.uidset.contains(*events::Uid::from(uid))) known = known.minus(e.flag_names);
    }
  }
  void operator()(const events::MailboxCreate& e) {
    CHECK(mailboxes.emplace(e.mailbox.name, Messages{}).second);
  }
  void operator()(const events::MailboxDelete& e) { CHECK(mailboxes.erase(e.mailbox.name) == 1); }
  void operator()(const events::MailboxRename& e) {
    const auto from = e.old_mailbox.name, to = e.mailbox.name;
    if (from == "INBOX") {
      mailboxes[to] = std::exchange(mailboxes["INBOX"], {});
      return;
    }
    Mailboxes moved;
    for (auto& [name, messages] : mailboxes) {
      const bool is_moved = name == from || is_beneath(name, from);
      moved[is_moved ? to + name.substr(from.size()) : name] = std::move(messages);
    }
    mailboxes = std::move(moved);
  }
  void operator()(const events::MailboxSubscribe& e) {
    CHECK(subscribed.insert(e.mailbox.name).second);
  }
  void operator()(const events::MailboxUnSubscribe& e) {
    CHECK(subscribed.erase(e.mailbox.name) == 1);
  }
  template <class Kind>
  void operator()(const Kind&) {
    FAIL("no event of IMAP");
  }
};

/// What the gateway keeps: the steps without the events.
struct StepMirror {
  std::map<std::string, events::MailboxState> states;
  Mailboxes mailboxes;
  std::set<std::string> subscribed;

  void operator()(const events::MailboxIs& step) {
    states[step.state.name] = step.state;
    mailboxes[step.state.name];
  }
  void operator()(const events::MailboxGone& step) {
    CHECK(states.erase(step.name) == 1);
    mailboxes.erase(step.name);
  }
  void operator()(const events::MailboxMoved& step) {
    CHECK_FALSE(states.contains(step.to));
    auto state = states.extract(step.from);
    REQUIRE_FALSE(state.empty());
    state.key() = step.to;
    state.mapped().name = step.to;
    states.insert(std::move(state));
    mailboxes[step.to] = std::move(mailboxes[step.from]);
    mailboxes.erase(step.from);
  }
  void operator()(const events::MessagesAre& step) {
    auto& messages = mailboxes.at(step.mailbox);
    if (step.all) messages.clear();
    for (const auto& range : step.removed.ranges()) {
      for (auto uid = range.first; uid <= range.last; ++uid) messages.erase(uid);
    }
    for (const auto& [uid, flags] : step.set) messages[uid.value()] = flags;
  }
  void operator()(const events::SubscriptionIs& step) {
    if (step.subscribed) {
      subscribed.insert(step.mailbox);
    } else {
      subscribed.erase(step.mailbox);
    }
  }
  void operator()(const events::Event&) {}

  events::KnownAccount known() const {
    events::KnownAccount account{"juliet", "", {}, {}, {subscribed.begin(), subscribed.end()}};
    for (const auto& [name, state] : states) account.mailboxes.push_back(state);
    for (const auto& [name, messages] : mailboxes) {
      account.messages.emplace_back(name, events::MessageFlags{});
      for (const auto& [uid, flags] : messages) {
        account.messages.back().second.emplace_back(*events::Uid::from(uid), flags);
      }
    }
    return account;
  }
};

class Run {
 public:
  explicit Run(unsigned seed) : random_(seed) {}

  void play() {
    look(true);
    events_.mailboxes = store_.contents();
    events_.subscribed = store_.subscribed;
    for (int round = 0; round < 60; ++round) {
      bool may_rename = true;
      for (auto acts = pick(5); acts > 0; --acts) may_rename = act(may_rename) && may_rename;
      if (pick(6) == 0) account_ = sources::Account(steps_.known());  // killed and started again
      look(false);
      CHECK(events_.mailboxes == store_.contents());
      CHECK(events_.subscribed == store_.subscribed);
      CHECK(steps_.mailboxes == store_.contents());
      CHECK(steps_.subscribed == store_.subscribed);
      CHECK(account_.out_of_date().empty());
      CHECK(look(false) == 0);
    }
  }

 private:
  unsigned pick(std::size_t n) { return static_cast<unsigned>(random_() % n); }
  std::string pick_name() { return std::array{"A", "B", "A/x", "B/x", "A/x/y", "C"}[pick(6)]; }
  std::string pick_mailbox() {
    return std::next(store_.mailboxes.begin(), pick(store_.mailboxes.size()))->first;
  }
  events::FlagSet pick_flags() {
    events::FlagSet flags;
    for (const auto* flag : {"\\Seen", "\\Deleted", "\\Flagged", "work", "$MDNSent"}) {
      if (pick(3) == 0) flags.add(flag);
    }
    return flags;
  }

  /// false: what follows in this round must not be a rename.
  bool act(bool may_rename) {
    auto& mailbox = store_.mailboxes.at(pick_mailbox());
    switch (pick(8)) {
      case 0:
      case 1:
        mailbox.messages[mailbox.uidnext++] = pick_flags();
        return true;
      case 2:
        for (auto& [uid, flags] : mailbox.messages) {
          if (pick(2) == 0) flags = pick_flags();
        }
        return true;
      case 3:
        std::erase_if(mailbox.messages, [&](const auto&) { return pick(3) == 0; });
        return true;
      case 4:
        store_.mailboxes.try_emplace(pick_name(), Store::Mailbox{++store_.last_uidvalidity, 1, {}});
        return true;
      case 5: {
        const auto name = pick_mailbox();
        if (name != "INBOX" && store_.mailboxes.erase(name) == 1) gone_.insert(name);
        return false;  // so that no rename is hidden behind it
      }
      case 6: {
        const auto name = pick(4) == 0 ? "Nowhere" : pick_mailbox();
        if (store_.subscribed.erase(name) == 0) store_.subscribed.insert(name);
        return true;
      }
      default:
        if (may_rename) rename(pick_mailbox(), pick_name());
        return false;
    }
  }

  void rename(const std::string& from, const std::string& to) {
    if (store_.mailboxes.contains(to) || is_beneath(to, from)) return;
    if (from == "INBOX") {
      store_.mailboxes[to] =
          std::exchange(store_.mailboxes["INBOX"], {++store_.last_uidvalidity, 1, {}});
      return look_after_rename();
    }
    std::map<std::string, Store::Mailbox> moved;
    for (const auto& [name, mailbox] : store_.mailboxes) {
      const bool is_moved = name == from || is_beneath(name, from);
      const auto target = is_moved ? to + name.substr(from.size()) : name;
      if (is_moved && store_.mailboxes.contains(target)) return;  // the server refuses
      moved[target] = mailbox;
    }
    store_.mailboxes = std::move(moved);
    look_after_rename();
  }
  void look_after_rename() { look(false); }

  std::size_t look(bool is_first) {
    sources::Listing listing;
    for (const auto& [name, mailbox] : store_.mailboxes) {
      events::MailboxState state;
      state.name = name;
      state.uidvalidity = events::UidValidity::from(mailbox.uidvalidity);
      state.uidnext = events::Uid::from(mailbox.uidnext);
      state.messages = static_cast<std::uint32_t>(mailbox.messages.size());
      listing.mailboxes.push_back(state);
    }
    listing.subscribed = {store_.subscribed.begin(), store_.subscribed.end()};
    listing.gone = std::exchange(gone_, {});
    auto count = take(account_.apply(listing, {}), is_first);
    // without MODSEQ flags may have changed anywhere: look everywhere
    for (const auto& [name, mailbox] : store_.mailboxes) {
      sources::MailboxLook look{name,
                                *events::UidValidity::from(mailbox.uidvalidity),
                                events::Uid::from(mailbox.uidnext),
                                {},
                                true,
                                {},
                                {}};
      for (const auto& [uid, flags] : mailbox.messages) {
        look.messages.push_back({*events::Uid::from(uid), flags, {}, {}, {}});
      }
      std::shuffle(look.messages.begin(), look.messages.end(), random_);
      count += take(account_.apply(look, {}), is_first);
    }
    return count;
  }

  std::size_t take(const std::vector<events::Step>& steps, bool is_first) {
    for (const auto& step : steps) {
      INFO(tests::to_text(step));
      std::visit(steps_, step);
      const auto* event = std::get_if<events::Event>(&step);
      if (!event) continue;
      CHECK_FALSE(is_first);
      std::visit(events_, event->kind);
    }
    return steps.size();
  }

  std::mt19937 random_;
  Store store_;
  sources::Account account_{"juliet"};
  std::set<std::string> gone_;
  StepMirror steps_;
  EventMirror events_;
};

}  // namespace

TEST_CASE("whatever happens, the events tell the whole of it once", "[RFC5423:4]") {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    Run(seed).play();
  }
}
