// A PubSub service with one account, juliet@mail.example.com, that is asked in XML and answers in
// XML. For tests.
#pragma once

#include <gloox/parser.h>
#include <gloox/tag.h>
#include <gloox/taghandler.h>

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pubsub/notifier.hpp"
#include "pubsub/rendering.hpp"
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

  std::set<std::string, std::less<>> auditors;
  std::set<std::string, std::less<>> contacts;  ///< who shares presence with every account
  std::set<std::string, std::less<>> unwelcome;
  std::map<std::string, pubsub::Shows, std::less<>> shows;  ///< by JID, of whom it is known

  bool is_owner(const std::string& account, std::string_view bare) const override {
    return pairs.contains({account, std::string(bare)});
  }
  bool is_auditor(std::string_view bare) const override { return auditors.contains(bare); }
  bool is_welcome(std::string_view bare) const override { return !unwelcome.contains(bare); }
  bool shares_presence(const std::string&, std::string_view bare) const override {
    return contacts.contains(bare);
  }
  std::optional<pubsub::Shows> shows_of(const std::string&, std::string_view jid) const override {
    const auto known = shows.find(jid);
    return known == shows.end() ? std::nullopt : std::optional<pubsub::Shows>(known->second);
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

/// A choice of one word that must stand in the payload; tags what it lets through.
class WordVocabulary final : public pubsub::Vocabulary {
 public:
  struct Word final : pubsub::Choice {
    std::string word;
    bool wants(const pubsub::NodeSpec&, const pubsub::Payload& payload) const override {
      return payload.front().xml.find(word) != std::string::npos;
    }
    void append(std::string& out, const pubsub::NodeSpec&, const pubsub::Payload& payload,
                const pubsub::Audience& audience) const override {
      pubsub::append_payload(out, payload, audience);
    }
    pubsub::FormFields to_fields() const override { return {{"word", {word}}}; }
  };

  const std::vector<Field>& fields() const override { return fields_; }
  boost::system::result<std::shared_ptr<const pubsub::Choice>, pubsub::Error> parse(
      const pubsub::FormFields& fields) const override {
    std::shared_ptr<Word> chosen;
    for (const auto& [var, values] : fields) {
      if (var != "word" || values.empty() || values.front().empty()) continue;
      if (values.front() == "bad") return pubsub::Error{pubsub::ErrorCode::invalid_options, "word"};
      chosen = std::make_shared<Word>();
      chosen->word = values.front();
    }
    return std::shared_ptr<const pubsub::Choice>(chosen);
  }
  std::string body_of(const pubsub::NodeSpec& leaf, const pubsub::Payload&,
                      const pubsub::Audience& audience) const override {
    return leaf.name + (audience.level == pubsub::Disclosure::counts ? "" : " in full");
  }
  bool speaks_first(const pubsub::NodeSpec& leaf) const override {
    return leaf.id.ends_with("INBOX");
  }

 private:
  std::vector<Field> fields_{{"word", "text-single", "A word", {}, {""}}};
};

inline const std::string account = "juliet@mail.example.com";
inline const pubsub::Asker juliet{"juliet@example.com/balcony", "juliet@example.com"};
inline const pubsub::Asker romeo{"romeo@example.net/orchard", "romeo@example.net"};
inline const pubsub::Asker nurse{"nurse@example.com/ward", "nurse@example.com"};
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
  WordVocabulary vocabulary;
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
    service = std::make_unique<pubsub::Service>(policy, owners, vocabulary, ids);
  }

  void restart() {
    service = std::make_unique<pubsub::Service>(policy, owners, vocabulary, ids);
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
    for (const auto& plan : outcome.last_items) {
      for (auto& message : service->last_items(plan, read(plan)))
        last_items.push_back(std::move(message));
    }
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
  /// What an owner asks, as Juliet.
  std::string own(const std::string& type, const std::string& content,
                  const pubsub::Asker& asker = juliet) {
    return ask(type, content, asker, "http://jabber.org/protocol/pubsub#owner");
  }
  std::string grant(const pubsub::NodeId& node, const std::string& bare,
                    const std::string& affiliation) {
    return own("set", "<affiliations node='" + node + "'><affiliation jid='" + bare +
                          "' affiliation='" + affiliation + "'/></affiliations>");
  }
  std::string configure(const pubsub::NodeId& node, const std::string& var,
                        const std::string& value) {
    return own("set", "<configure node='" + node + "'><x xmlns='jabber:x:data' type='submit'>" +
                          "<field var='" + var + "'><value>" + value +
                          "</value></field></x></configure>");
  }
  std::string items(const pubsub::NodeId& node, const pubsub::Asker& asker = juliet) {
    return ask("get", "<items node='" + node + "'/>", asker);
  }
  /// Everything that was put into the journal after that entry, as it goes out.
  std::string sent_after(std::uint64_t sequence) const {
    std::string out;
    for (const auto& notice : rows.notices(sequence)) out += send(notice);
    return out;
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
