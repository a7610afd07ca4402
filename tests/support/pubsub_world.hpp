// A PubSub service with one account, juliet@mail.example.com, that is asked in XML and answers in
// XML. For tests.
#pragma once

#include <gloox/parser.h>
#include <gloox/tag.h>
#include <gloox/taghandler.h>

#include <limits>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "pubsub/notifier.hpp"
#include "pubsub/request_parser.hpp"
#include "pubsub/service.hpp"
#include "store/memory_rows.hpp"

namespace support {

using TagPointer = std::unique_ptr<gloox::Tag>;

inline TagPointer parse_xml(std::string xml) {
  struct Taker : gloox::TagHandler {
    TagPointer taken;
    void handleTag(gloox::Tag* tag) override { taken.reset(tag->clone()); }
  } taker;
  gloox::Parser parser(&taker);
  parser.feed(xml);
  return std::move(taker.taken);
}

class Owners final : public pubsub::Access {
 public:
  std::set<std::pair<std::string, std::string>> pairs;  ///< account, bare JID of an owner

  bool is_owner(const std::string& account, const std::string& bare) const override {
    return pairs.contains({account, bare});
  }
  std::vector<std::string> accounts_of(const std::string& bare) const override {
    std::vector<std::string> accounts;
    for (const auto& [account, owner] : pairs) {
      if (owner == bare) accounts.push_back(account);
    }
    return accounts;
  }
  std::vector<std::string> owners_of(const std::string& account) const override {
    std::vector<std::string> owners;
    for (const auto& [owned, owner] : pairs) {
      if (owned == account) owners.push_back(owner);
    }
    return owners;
  }
};

class CountedIds final : public pubsub::IdSource {
 public:
  std::string random_id() override { return "s" + std::to_string(++last_); }

 private:
  int last_ = 0;
};

inline const std::string account = "juliet@mail.example.com";
inline const pubsub::Asker juliet{"juliet@example.com/balcony", "juliet@example.com"};
inline const pubsub::Asker mallory{"mallory@evil.example/cave", "mallory@evil.example"};
inline const pubsub::WallTime noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} +
                                   std::chrono::hours(12)};

/// The store's rows, written at once.
class Rows {
 public:
  void carry_out(const std::vector<pubsub::Write>& writes) {
    store::Transaction transaction;
    transaction.writes = writes;
    if (!rows_.apply(transaction)) throw std::logic_error("a sequence was given twice");
  }
  pubsub::Loaded load() const { return rows_.load().pubsub; }
  pubsub::ItemRows read(const pubsub::ItemQuery& query) const { return rows_.read_items(query); }
  std::vector<pubsub::Notice> notices(std::uint64_t after = 0) const {
    return rows_.read_notices(after, std::numeric_limits<std::size_t>::max());
  }

 private:
  store::MemoryRows rows_;
};

struct World {
  Owners owners;
  CountedIds ids;
  pubsub::Policy policy;
  Rows rows;
  std::unique_ptr<pubsub::Service> service;
  pubsub::WallTime now = noon;
  std::vector<std::string> last_items;  ///< what the latest request had sent after its reply

  World(const World&) = delete;
  World& operator=(const World&) = delete;
  explicit World(pubsub::Policy with = {}) : policy(with) {
    owners.pairs.insert({account, juliet.bare});
    service = std::make_unique<pubsub::Service>(policy, owners, ids);
  }

  void restart() {
    service = std::make_unique<pubsub::Service>(policy, owners, ids);
    service->load(rows.load());
  }

  /// The notices that it brings.
  std::vector<pubsub::Notice> apply(std::vector<pubsub::Change> changes) {
    const std::uint64_t before = service->last_sequence();
    rows.carry_out(service->apply({account, std::move(changes)}, now));
    return rows.notices(before);
  }

  void collection(const pubsub::NodeId& id, std::vector<pubsub::NodeId> parents = {}) {
    apply({pubsub::PutNode{
        spec(id, pubsub::NodeKind::collection, pubsub::Holding::nothing, std::move(parents))}});
  }
  std::vector<pubsub::Notice> leaf(const pubsub::NodeId& id, std::vector<pubsub::NodeId> parents,
                                   pubsub::Holding holding = pubsub::Holding::history) {
    return apply({pubsub::PutNode{spec(id, pubsub::NodeKind::leaf, holding, std::move(parents))}});
  }
  static pubsub::NodeSpec spec(const pubsub::NodeId& id, pubsub::NodeKind kind,
                               pubsub::Holding holding, std::vector<pubsub::NodeId> parents) {
    pubsub::NodeSpec node;
    node.id = id;
    node.kind = kind;
    node.holding = holding;
    node.parents = std::move(parents);
    node.name = "Name of " + id;
    return node;
  }
  pubsub::Notice publish(const pubsub::NodeId& node, const std::string& xml) {
    return apply({pubsub::PublishItem{node, {{pubsub::Disclosure::counts, xml}}, now}}).back();
  }

  /// <pubsub/> content in, the reply's payload or <error/> out.
  std::string ask(const std::string& type, const std::string& content,
                  const pubsub::Asker& asker = juliet,
                  const std::string& xmlns = "http://jabber.org/protocol/pubsub") {
    const auto tag = parse_xml("<pubsub xmlns='" + xmlns + "'>" + content + "</pubsub>");
    const auto request = pubsub::parse_request(*tag, type == "set");
    if (!request) return pubsub::to_error_xml(request.error());
    auto outcome = service->on_request({account, account}, asker, *request, now);
    rows.carry_out(outcome.writes);
    last_items.clear();
    if (outcome.last_items)
      last_items = service->last_items(*outcome.last_items, read(*outcome.last_items));
    if (const auto* plan = std::get_if<pubsub::Retrieval>(&outcome.answer)) {
      return to_xml(service->finish(*plan, read(*plan)));
    }
    return to_xml(std::get<pubsub::Reply>(outcome.answer));
  }
  std::vector<pubsub::ItemRows> read(const pubsub::Retrieval& plan) const {
    std::vector<pubsub::ItemRows> all;
    for (const auto& query : plan.queries) all.push_back(rows.read(query));
    return all;
  }
  static std::string to_xml(const pubsub::Reply& reply) {
    if (const auto* result = std::get_if<pubsub::Result>(&reply)) return result->payload;
    return pubsub::to_error_xml(std::get<pubsub::Error>(reply));
  }

  std::string subscribe(const pubsub::NodeId& node, const std::string& jid = "juliet@example.com",
                        const std::string& options = {}) {
    return ask("set", "<subscribe node='" + node + "' jid='" + jid + "'/>" + options);
  }
  std::string send(const pubsub::Notice& notice, bool is_delayed = false) const {
    std::string out;
    pubsub::FanOut fan_out(*service, notice, is_delayed);
    while (!fan_out.step(out, 1)) {
    }
    return out;
  }
};

inline std::string options_form(const std::string& fields) {
  return "<options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'>"
         "<value>http://jabber.org/protocol/pubsub#subscribe_options</value></field>" +
         fields + "</x></options>";
}

/// <error/> as RFC 6120 and XEP-0060 write it.
inline std::string error_xml(const std::string& type, const std::string& condition,
                             const std::string& application = {}, const std::string& feature = {}) {
  std::string xml =
      "<error type='" + type + "'><" + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>";
  if (!application.empty()) {
    xml += "<" + application + " xmlns='http://jabber.org/protocol/pubsub#errors'";
    if (!feature.empty()) xml += " feature='" + feature + "'";
    xml += "/>";
  }
  return xml + "</error>";
}
inline const std::string not_found = error_xml("cancel", "item-not-found");

}  // namespace support
