// Thousands of random acts: after each, who is told what is as a naive reading of docs/protocol.md
// has it - nobody who may not read a leaf hears of its items, nothing above the disclosure is in
// them, and nothing is missing.
#include <algorithm>
#include <iterator>
#include <map>
#include <random>

#include "tests/support/catch.hpp"
#include "tests/support/pubsub_world.hpp"
#include "tests/unit/pubsub/property_oracle.hpp"

using namespace oracle;
using namespace support;

namespace {

std::string between(const std::string& text, const std::string& start, const std::string& end) {
  const auto at = text.find(start) + start.size();
  return text.substr(at, text.find(end, at) - at);
}

Delivery given(const std::string& sent) {
  Delivery delivery;
  for (auto at = sent.find("<message "); at != std::string::npos;
       at = sent.find("<message ", at + 1)) {
    const auto message = sent.substr(at, sent.find("</message>", at) - at);
    const auto payload = "<e" + between(message, "<e ", "</item>").insert(0, " ");
    std::set<std::string> headers;
    const std::string start = "<header name='";
    for (auto h = message.find(start); h != std::string::npos; h = message.find(start, h + 1)) {
      const auto header = message.substr(h);
      headers.insert(between(header, start, "'") + " " + between(header, "'>", "</header>"));
    }
    const auto [entry, is_new] =
        delivery.insert({{between(message, "to='", "'"), payload}, headers});
    REQUIRE(is_new);  // one message per JID and rendering
  }
  return delivery;
}

// The acts
// ---------------------------------------------------------------------------------------------

class Play {
 public:
  explicit Play(unsigned seed) : random_(seed) {
    world_.owners.auditors.insert("nurse@example.com");
    for (const auto& id : collections) put(id);
    for (std::size_t i = 0; i < 6; ++i) put(leaf_names[i]);
  }

  void step() {
    const std::vector<void (Play::*)()> acts{
        &Play::grant,       &Play::grant,     &Play::choose_model, &Play::choose_limit,
        &Play::set_readers, &Play::subscribe, &Play::subscribe,    &Play::subscribe,
        &Play::unsubscribe, &Play::approve,   &Play::rename,       &Play::remove_or_create,
        &Play::contact,     &Play::unwelcome, &Play::set_policy,   &Play::restart,
        &Play::retrieve,    &Play::publish,   &Play::publish,      &Play::publish};
    const auto before = world_.service->last_sequence();
    ended_by_itself_.clear();
    (this->*acts[number(acts.size())])();
    check_ends(before);
  }

  std::size_t delivered = 0;

 private:
  std::size_t number(std::size_t below) { return random_() % below; }
  std::string one_of(const Names& names) { return names[number(names.size())]; }
  std::string any_node() {
    auto at = oracle_.nodes.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(number(oracle_.nodes.size())));
    return at->first;
  }
  std::string any_leaf() {
    auto node = any_node();
    while (is_collection(node)) node = any_node();
    return node;
  }

  static pubsub::NodeSpec spec_of(const std::string& id, const Names& readers) {
    Names parents;
    if (id != "mail") {
      const auto chain = chain_of(id);
      for (const auto& above : chain) {
        const bool is_own = above == id + '/';
        const bool is_next = above != id && levels_of(above) < levels_of(id);
        if (is_own || is_next) parents.push_back(above);
        if (is_next) break;
      }
    }
    const bool is_leaf = !is_collection(id);
    auto node = World::spec(id, is_leaf ? pubsub::NodeKind::leaf : pubsub::NodeKind::collection,
                            is_leaf ? pubsub::Holding::history : pubsub::Holding::nothing, parents);
    node.readers = readers;
    node.is_audited = true;
    return node;
  }
  void put(const std::string& id) {
    world_.apply({pubsub::PutNode{spec_of(id, {})}});
    oracle_.nodes[id] = {};
  }

  void grant() {
    const auto node = any_node();
    const auto bare = one_of(guests);
    const auto affiliation = one_of({"member", "member", "outcast", "none"});
    world_.grant(node, bare, affiliation);
    oracle_.grants.erase({node, bare});
    if (affiliation != "none") oracle_.grants[{node, bare}] = affiliation;
    for (auto& each : oracle_.subscriptions) {  // XEP-0060 §8.9.2: what waited is decided
      if (each.node == node && each.bare() == bare && affiliation == "member")
        each.is_pending = false;
    }
  }
  void choose_model() {
    const auto node = any_node();
    Names models{"whitelist", "authorize", "presence"};
    if (oracle_.is_open_allowed) models.push_back("open");
    const auto model = one_of(models);
    world_.configure(node, "pubsub#access_model", model);
    // Where "open" is not allowed any more, it shows as it was chosen.
    oracle_.nodes[node].model = model;
  }
  void choose_limit() {
    const auto node = any_node();
    const auto limit = one_of({"counts", "envelope", "content", ""});
    world_.configure(node, disclosure_field, limit);
    oracle_.nodes[node].limit = limit;
  }
  void set_readers() {
    const auto leaf = any_leaf();
    Names readers;
    for (const auto& bare : guests) {
      if (number(4) == 0) readers.push_back(bare);
    }
    if (number(8) == 0) readers.insert(readers.begin(), "*");
    std::sort(readers.begin(), readers.end());
    world_.apply({pubsub::PutNode{spec_of(leaf, readers)}});
    oracle_.nodes[leaf].readers = readers;
  }
  void subscribe() {
    if (oracle_.subscriptions.size() > 60) return unsubscribe();
    Subscribed wanted;
    const std::string bare = number(5) == 0 ? owner : one_of(guests);
    wanted.node = any_node();
    wanted.jid = number(3) == 0 ? bare + "/x" : bare;
    std::string fields;
    const auto field = [&](const std::string& var, const std::string& value) {
      fields += "<field var='" + var + "'><value>" + value + "</value></field>";
    };
    if (number(2) == 0)
      field(disclosure_field, wanted.asked = one_of({"counts", "envelope", "content"}));
    if ((wanted.wants_content = number(4) == 0)) field("word", "urn:e");
    if (is_collection(wanted.node) && number(3) == 0)
      field("pubsub#subscription_depth", wanted.depth = one_of({"1", "2"}));
    if (is_collection(wanted.node) && number(4) == 0)
      field("pubsub#subscription_type", wanted.type = one_of({"items", "nodes"}));
    const auto reply = world_.ask(
        "set",
        "<subscribe node='" + wanted.node + "' jid='" + wanted.jid + "'/>" + options_form(fields),
        {bare + "/x", bare});
    check_reply(wanted, reply);
    if (reply.starts_with("<error")) return;
    wanted.subid = between(reply, "subid='", "'");
    wanted.is_pending = reply.find("'pending'") != std::string::npos;
    std::erase_if(oracle_.subscriptions,
                  [&](const auto& each) { return each.subid == wanted.subid; });
    oracle_.subscriptions.push_back(wanted);
  }
  void check_reply(const Subscribed& wanted, const std::string& reply) {
    INFO(wanted.jid << " subscribes to " << wanted.node);
    const auto bare = wanted.bare();
    REQUIRE((reply == not_found) == !oracle_.sees(wanted.node, bare));
    if (reply.find("too-many-subscriptions") != std::string::npos) return;
    const bool may = oracle_.may_hold(wanted.node, bare, oracle_.is_approved(wanted.node, bare));
    REQUIRE((reply.find("'subscribed'") != std::string::npos) == may);
  }
  void unsubscribe() {
    if (oracle_.subscriptions.empty()) return;
    const auto each = oracle_.subscriptions[number(oracle_.subscriptions.size())];
    const auto reply = world_.ask(
        "set",
        "<unsubscribe node='" + each.node + "' jid='" + each.jid + "' subid='" + each.subid + "'/>",
        {each.bare() + "/x", each.bare()});
    REQUIRE(reply.find("subscription='none'") != std::string::npos);
    ended_by_itself_.insert(each.subid);
  }
  void approve() {
    for (auto& each : oracle_.subscriptions) {
      if (!each.is_pending) continue;
      world_.own("set", "<subscriptions node='" + each.node + "'><subscription jid='" + each.jid +
                            "' subid='" + each.subid + "' subscription='subscribed'/>" +
                            "</subscriptions>");
      each.is_pending = false;
      return;
    }
  }
  void rename() {
    const auto from = any_leaf();
    const auto to = one_of(leaf_names);
    if (oracle_.nodes.contains(to)) return;
    world_.apply({pubsub::MoveNode{from, spec_of(to, oracle_.nodes[from].readers)}});
    auto moved = oracle_.nodes.extract(from);
    moved.key() = to;
    oracle_.nodes.insert(std::move(moved));
    for (const auto& bare : guests) {
      auto grant = oracle_.grants.extract({from, bare});
      if (!grant) continue;
      grant.key() = {to, bare};
      oracle_.grants.insert(std::move(grant));
    }
    for (auto& each : oracle_.subscriptions) {
      if (each.node == from) each.node = to;
    }
  }
  void remove_or_create() {
    const auto leaf = one_of(leaf_names);
    if (!oracle_.nodes.contains(leaf)) return put(leaf);
    const auto leaves = oracle_.nodes.size() - collections.size();
    if (leaves < 4) return;
    world_.apply({pubsub::DeleteNode{leaf}});
    oracle_.nodes.erase(leaf);
    for (const auto& bare : guests) oracle_.grants.erase({leaf, bare});
    for (const auto& each : oracle_.subscriptions) {
      if (each.node == leaf) ended_by_itself_.insert(each.subid);
    }
  }
  static void toggle(std::set<std::string>& set, const std::string& member) {
    if (set.erase(member) == 0) set.insert(member);
  }
  void look_again() { world_.rows.carry_out(world_.service->end_lost_subscriptions(world_.now)); }
  void contact() {
    toggle(oracle_.contacts, one_of(guests));
    world_.owners.contacts = {oracle_.contacts.begin(), oracle_.contacts.end()};
    look_again();
  }
  void unwelcome() {
    if (number(2) == 0 && !oracle_.unwelcome.empty()) {
      oracle_.unwelcome.clear();
    } else if (number(3) == 0) {
      toggle(oracle_.unwelcome, one_of(guests));
    }
    world_.owners.unwelcome = {oracle_.unwelcome.begin(), oracle_.unwelcome.end()};
    look_again();
  }
  void set_policy() {
    oracle_.is_open_allowed = number(2) == 0;
    oracle_.policy = static_cast<Disclosure>(number(3));
    world_.policy.disclosure = oracle_.policy;
    world_.policy.access_models.erase(pubsub::AccessModel::open);
    if (oracle_.is_open_allowed) world_.policy.access_models.insert(pubsub::AccessModel::open);
    world_.service->set_policy(world_.policy);
    look_again();
  }
  void restart() { world_.restart(); }

  void publish() {
    const auto leaf = any_leaf();
    const auto notice = world_.apply({pubsub::PublishItem{leaf, payload(), world_.now}}).back();
    const auto sent = given(world_.send(notice));
    INFO("published at " << leaf);
    REQUIRE(sent == expected(oracle_, leaf));
    delivered += sent.size();
  }
  static pubsub::Payload payload() {
    return {{Disclosure::counts, "<e xmlns='urn:e'>"},
            {Disclosure::actor, "<actor/>"},
            {Disclosure::envelope, "<envelope/>"},
            {Disclosure::content, "<content/>"},
            {Disclosure::counts, "</e>"}};
  }
  void retrieve() {
    const auto node = any_node();
    const auto bare = one_of(guests);
    const auto reply = world_.items(node, {bare + "/elsewhere", bare});
    const bool is_ambiguous = reply.find("subid-required") != std::string::npos;
    INFO(bare << " retrieves " << node);
    REQUIRE((reply == not_found) == !oracle_.sees(node, bare));
    if (is_ambiguous) return;
    const bool may = oracle_.may_hold(node, bare, oracle_.is_approved(node, bare));
    REQUIRE(reply.starts_with("<pubsub") == may);
    REQUIRE(reply.find("<content/>") == std::string::npos);
  }

  /// Subscriptions end when they must, and only then; who loses one is told.
  void check_ends(std::uint64_t before) {
    std::set<std::string> left;
    for (const auto& record : world_.rows.load().subscriptions) left.insert(record.subid);
    // An approval that ends may take others with it.
    auto& ours = oracle_.subscriptions;
    std::set<std::string> lost;
    for (bool has_changed = true; has_changed;) {
      has_changed = std::erase_if(ours, [&](const Subscribed& each) {
                      if (ended_by_itself_.contains(each.subid)) return true;
                      const bool is_kept = each.is_pending
                                               ? oracle_.may_wait(each.node, each.bare())
                                               : oracle_.may_hold(each.node, each.bare(), true);
                      if (!is_kept) lost.insert(each.subid);
                      return !is_kept;
                    }) > 0;
    }
    std::set<std::string> should_be_left;
    for (const auto& each : ours) should_be_left.insert(each.subid);
    REQUIRE(left == should_be_left);
    std::set<std::string> told;
    for (const auto& notice : world_.rows.notices(before)) {
      if (notice.kind == pubsub::NoticeKind::unsubscribed)
        told.insert(notice.recipients.front().subids.front());
    }
    REQUIRE(told == lost);
  }

  std::mt19937 random_;
  World world_;
  Oracle oracle_;
  std::set<std::string> ended_by_itself_;
};

}  // namespace

TEST_CASE("whatever happens, everybody is told what he may know and no more",
          "[XEP-0060:4.5][XEP-0060:7.1.2][XEP-0248:6.1]") {
  std::size_t delivered = 0;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    Play play(seed);
    for (int step = 0; step < 1000; ++step) {
      INFO("seed " << seed << ", step " << step);
      play.step();
    }
    delivered += play.delivered;
  }
  REQUIRE(delivered > 1000);  // else nothing was tried
}
