// What requests, a start and an event cost in a large service: percentiles of requests on an
// account with 15,000 nodes, memory of a subscription, time to load, work per event.
#include <gloox/parser.h>
#include <gloox/tag.h>
#include <gloox/taghandler.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "disco/responder.hpp"
#include "pubsub/notifier.hpp"
#include "pubsub/request_parser.hpp"
#include "pubsub/service.hpp"

namespace {

/// u7@example.com owns u7@mail.example.com.
class ByRule final : public pubsub::Access {
 public:
  bool is_owner(const std::string& account, std::string_view bare) const override {
    return account.compare(0, account.find('@'), bare.substr(0, bare.find('@'))) == 0;
  }
  std::vector<std::string> accounts_of(const std::string& bare) const override {
    return {bare.substr(0, bare.find('@')) + "@mail.example.com"};
  }
  std::vector<std::string> owners_of(const std::string& account) const override {
    return {account.substr(0, account.find('@')) + "@example.com"};
  }
  bool is_auditor(std::string_view bare) const override { return bare == "auditor@example.com"; }
  bool is_welcome(std::string_view) const override { return true; }
  bool shares_presence(const std::string&, std::string_view) const override { return false; }
  std::optional<pubsub::Shows> shows_of(const std::string&, std::string_view) const override {
    return std::nullopt;
  }
};

class NoWords final : public pubsub::Vocabulary {
 public:
  const std::vector<Field>& fields() const override { return fields_; }
  boost::system::result<std::shared_ptr<const pubsub::Choice>, pubsub::Error> parse(
      const pubsub::FormFields&) const override {
    return std::shared_ptr<const pubsub::Choice>();
  }
  std::string body_of(const pubsub::NodeSpec&, const pubsub::Payload&,
                      const pubsub::Audience&) const override {
    return {};
  }
  bool speaks_first(const pubsub::NodeSpec&) const override { return false; }

 private:
  std::vector<Field> fields_;
};

class Counted final : public pubsub::IdSource {
 public:
  std::string random_id() override { return "0123456789abcdef" + std::to_string(100000 + ++last_); }

 private:
  int last_ = 0;
};

struct Stage {
  ByRule access;
  NoWords vocabulary;
  Counted ids;
  pubsub::Service service{pubsub::Policy{}, access, vocabulary, ids};
  disco::Responder responder{service, {"Mail events"}};
};

const pubsub::WallTime now{std::chrono::hours(24 * 365 * 56)};

std::string account_of(int i) {
  return "u" + std::to_string(i) + "@mail.example.com";
}

void add_node(pubsub::Loaded& loaded, const std::string& account, const std::string& id,
              std::vector<std::string> parents, pubsub::Holding holding) {
  pubsub::NodeRecord node;
  node.account = account;
  node.spec.id = id;
  node.spec.parents = std::move(parents);
  node.spec.holding = holding;
  node.spec.is_audited = true;
  const bool is_collection = holding == pubsub::Holding::nothing;
  node.spec.kind = is_collection ? pubsub::NodeKind::collection : pubsub::NodeKind::leaf;
  loaded.nodes.push_back(std::move(node));
}

void add_mailbox(pubsub::Loaded& loaded, const std::string& account, const std::string& name) {
  add_node(loaded, account, "mail_events/" + name, {"mail_events", "mail_events/" + name + "/"},
           pubsub::Holding::history);
  add_node(loaded, account, "mail_events/" + name + "/", {"mail_events"}, pubsub::Holding::nothing);
  add_node(loaded, account, "mail_status/" + name, {"mail_status"}, pubsub::Holding::state);
}

/// `accounts` accounts of two mailboxes, `each` subscriptions on the first one's events.
pubsub::Loaded make_service(int accounts, int each) {
  pubsub::Loaded loaded;
  for (int i = 1; i <= accounts; ++i) {
    const auto account = account_of(i);
    add_node(loaded, account, "mail_events", {}, pubsub::Holding::nothing);
    add_mailbox(loaded, account, "INBOX");
    for (int k = 0; k < each; ++k) {
      pubsub::SubscriptionRecord record;
      record.account = record.service = account;
      record.node = "mail_events/INBOX";
      record.jid = "u" + std::to_string(i) + "@example.com/phone" + std::to_string(k);
      record.subid = "0123456789abcdef" + std::to_string(i) + "-" + std::to_string(k);
      record.seen = now;
      loaded.subscriptions.push_back(std::move(record));
    }
  }
  return loaded;
}

double seconds_since(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

std::unique_ptr<gloox::Tag> parse_xml(std::string xml) {
  struct Taker : gloox::TagHandler {
    std::unique_ptr<gloox::Tag> taken;
    void handleTag(gloox::Tag* tag) override { taken.reset(tag->clone()); }
  } taker;
  gloox::Parser parser(&taker);
  parser.feed(xml);
  return std::move(taker.taken);
}

/// Time of this thread on a processor, so that a busy machine does not show.
double thread_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

void report(const char* what, const std::function<void(int)>& act) {
  std::vector<double> times;
  for (int i = 0; i < 1000; ++i) {
    const double start = thread_milliseconds();
    act(i);
    times.push_back(thread_milliseconds() - start);
  }
  std::sort(times.begin(), times.end());
  std::printf("%-44s median %7.3f ms   99th percentile %7.3f ms\n", what, times[500], times[990]);
}

const std::string open_pubsub = "<pubsub xmlns='http://jabber.org/protocol/pubsub'>";

pubsub::Outcome ask(Stage& stage, const pubsub::Target& target, const pubsub::Asker& asker,
                    const std::string& content) {
  const auto tag = parse_xml(open_pubsub + content + "</pubsub>");
  const auto request = pubsub::parse_request(*tag, content.starts_with("<subscribe"));
  return stage.service.on_request(target, asker, *request, now);
}

void requests(Stage& stage) {
  const auto account = account_of(0);
  const pubsub::Target target{account, account};
  const pubsub::Asker owner{"u0@example.com/desk", "u0@example.com"};
  const pubsub::Asker auditor{"auditor@example.com/desk", "auditor@example.com"};
  const auto leaf = [](int i) { return "'mail_events/box" + std::to_string(10000 + i * 4) + "'"; };
  report("subscribe", [&](int i) {
    ask(stage, target, owner,
        "<subscribe node=" + leaf(i) + " jid='u0@example.com/r" + std::to_string(i % 900) + "'/>");
  });
  report("items of a leaf",
         [&](int i) { ask(stage, target, owner, "<items node=" + leaf(i) + "/>"); });
  report("items of the collection of everything",
         [&](int) { ask(stage, target, owner, "<items node='mail_events'/>"); });
  report("the same, after a node has come each time", [&](int i) {
    pubsub::NodeSpec spec;
    spec.id = "mail_events/new" + std::to_string(i);
    spec.parents = {"mail_events"};
    spec.holding = pubsub::Holding::history;
    stage.service.apply({account, {pubsub::PutNode{spec}}}, now);
    ask(stage, target, owner, "<items node='mail_events'/>");
  });
  report("disco#info of a leaf", [&](int i) {
    stage.responder.info(target, "mail_events/box" + std::to_string(10000 + i * 4), owner);
  });
  report("disco#items of the account",
         [&](int) { stage.responder.items(target, {}, nullptr, owner); });
  report("disco#items of the collection", [&](int i) {
    const auto query = parse_xml(
        "<query xmlns='http://jabber.org/protocol/disco#items'><set "
        "xmlns='http://jabber.org/protocol/rsm'><after>mail_events/box" +
        std::to_string(10000 + i * 4) + "</after></set></query>");
    stage.responder.items(target, "mail_events", query.get(), owner);
  });
  report("disco#items of the component, to an owner", [&](int) {
    stage.responder.items({{}, "mail.example.com"}, {}, nullptr, owner);
  });
  report("disco#items of an account, to an auditor", [&](int i) {
    stage.responder.items(target, i % 2 ? "mail_events" : "", nullptr, auditor);
  });
}

void component_items(Stage& stage, int accounts) {
  const pubsub::Asker auditor{"auditor@example.com/desk", "auditor@example.com"};
  const auto start = std::clock();
  for (int i = 0; i < 10; ++i)
    stage.responder.items({{}, "mail.example.com"}, {}, nullptr, auditor);
  std::printf("disco#items of %d accounts, to an auditor: %.1f ms\n", accounts,
              seconds_since(start) * 100);
}

/// Thread time of one item on a node of 10 subscriptions, sending included, in microseconds.
double event_cost(Stage& stage) {
  const pubsub::Payload payload{{pubsub::Disclosure::counts, "<MessageNew xmlns='urn:x'/>"}};
  std::string out;
  const auto start = std::clock();
  constexpr int events = 5000;
  for (int i = 0; i < events; ++i) {
    const auto account = account_of(1 + i % 100);
    for (auto& write : stage.service.apply(
             {account, {pubsub::PublishItem{"mail_events/INBOX", payload, now}}}, now)) {
      const auto* notice = std::get_if<pubsub::AppendNotice>(&write);
      if (notice == nullptr) continue;
      pubsub::FanOut fan_out(stage.service, notice->notice, false);
      while (!fan_out.step(out, 100)) {
      }
      out.clear();
    }
  }
  return seconds_since(start) / events * 1e6;
}

std::size_t in_use() {
  return mallinfo2().uordblks;
}

}  // namespace

int main() {
  {
    Stage stage;
    auto loaded = make_service(20000, 10);
    const auto account = account_of(0);
    add_node(loaded, account, "mail_events", {}, pubsub::Holding::nothing);
    add_node(loaded, account, "mail_status", {}, pubsub::Holding::nothing);
    for (int i = 0; i < 5000; ++i) add_mailbox(loaded, account, "box" + std::to_string(10000 + i));
    stage.service.load(std::move(loaded));
    std::printf("15,000 nodes in the account, 200,000 subscriptions in the service:\n");
    requests(stage);
    component_items(stage, 20001);
  }
  Stage small;
  small.service.load(make_service(100, 10));
  const double cost_of_small = event_cost(small);
  std::size_t without = 0;
  {
    const auto before = in_use();
    Stage bare;
    bare.service.load(make_service(100000, 0));
    without = in_use() - before;
  }
  const auto before = in_use();
  Stage large;
  auto loaded = make_service(100000, 10);
  const auto start = std::clock();
  large.service.load(std::move(loaded));
  std::printf("load of 1,000,000 subscriptions: %.2f s\n", seconds_since(start));
  loaded = {};
  const auto with = in_use() - before;
  std::printf("memory of one subscription: %.0f octets\n",
              static_cast<double>(with - without) / 1e6);
  component_items(large, 100000);
  const double cost_of_large = event_cost(large);
  std::printf("one event to 10: %.1f us at 1,000 subscriptions, %.1f us at 1,000,000 (x %.2f)\n",
              cost_of_small, cost_of_large, cost_of_large / cost_of_small);
}
