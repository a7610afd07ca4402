// Takes every stanza that the XMPP server hands over and sees to it that each IQ request gets
// exactly one reply, from the address that was asked. It decides who is addressed and who asks;
// what the answer is, disco/ and pubsub/ say. RFC 6120 §8.2.3, docs/protocol.md.
#pragma once

#include <gloox/tag.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "component/archives.hpp"
#include "component/commands.hpp"
#include "component/committer.hpp"
#include "component/demand.hpp"
#include "component/environment.hpp"
#include "component/iq.hpp"
#include "component/item_reader.hpp"
#include "component/log.hpp"
#include "component/presence.hpp"
#include "component/rate_limit.hpp"
#include "disco/responder.hpp"
#include "mapping/address_map.hpp"
#include "pubsub/access.hpp"
#include "pubsub/service.hpp"

namespace component {

class Router {
 public:
  struct Rooms {
    Environment& environment;
    StanzaOutput& output;
    store::Store& store;
    Committer& committer;
    Demand& demand;
    const mapping::AddressMap& addresses;
    const pubsub::Access& access;
    pubsub::Service& pubsub;
    const disco::Responder& disco;
    Commands& commands;
    Presence& presence;
    Log& log;
  };

  Router(std::string domain, double requests_per_second, Rooms rooms);
  void set_requests_per_second(double rate) { rate_limit_.set_rate(rate); }

  void on_iq(const gloox::Tag& iq);
  /// A stanza that the framer skipped: `head` is its beginning. A request is answered all the same.
  void on_skipped(std::string_view head, std::string_view fault);

  /// A message that is no notification of ours come back: an owner's answer to a form, or nothing.
  void on_message(const gloox::Tag& message);
  /// To whom the plan says, what the plan says. XEP-0060 §6.1.7
  void send_last_items(pubsub::Retrieval retrieval) {
    items_.send_last_items(std::move(retrieval));
  }

  std::uint64_t requests() const { return requests_; }

 private:
  struct Asked;
  struct Route;

  void route(std::shared_ptr<Asked> asked);
  void when_watched(std::shared_ptr<Asked> asked);
  void dispatch(const std::shared_ptr<Asked>& asked);
  std::string alias_of_component(const Asked& asked) const;
  pubsub::Target target_of(const Asked& asked) const;

  void disco_info(const std::shared_ptr<Asked>& asked);
  void disco_items(const std::shared_ptr<Asked>& asked);
  void pubsub_request(const std::shared_ptr<Asked>& asked);
  void log_auditor(const Asked& asked);
  void list_commands(const std::shared_ptr<Asked>& asked, const std::string& account);
  bool answer_presence(const std::string& account, const pubsub::FormFields& fields);
  void archive(const std::shared_ptr<Asked>& asked);
  void command(const std::shared_ptr<Asked>& asked);
  void last_activity(const std::shared_ptr<Asked>& asked);
  void version(const std::shared_ptr<Asked>& asked);
  void ping(const std::shared_ptr<Asked>& asked);
  void vcard(const std::shared_ptr<Asked>& asked);
  using MakeReply =
      std::function<pubsub::Reply(const pubsub::Retrieval&, const std::vector<pubsub::ItemRows>&)>;
  void retrieve(const std::shared_ptr<Asked>& asked, pubsub::Retrieval retrieval,
                MakeReply make_reply);
  void reply(const Asked& asked, const pubsub::Reply& reply);

  std::string domain_;
  RateLimit rate_limit_;
  Rooms rooms_;
  ItemReader items_;
  Archives archives_;
  std::chrono::steady_clock::time_point started_;
  std::uint64_t requests_ = 0;
};

}  // namespace component
