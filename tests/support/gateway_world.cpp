#include "tests/support/gateway_world.hpp"

#include <gloox/parser.h>
#include <gloox/tag.h>
#include <gloox/taghandler.h>

#include <iterator>
#include <sstream>
#include <stdexcept>

#include "xmpp_schemas/xml_writer.hpp"

namespace tests {
namespace {

component::Config make_config() {
  component::Config config;
  config.xmpp.domain = "mail.example.com";
  config.xmpp.users_domain = "example.com";
  component::SourceConfig source;
  source.name = "imap";
  source.url_host = "imap.example.com";
  source.mail_domain = "example.com";
  source.master_user = "gateway";
  source.accounts = {"juliet"};
  config.sources.push_back(source);
  return config;
}

struct Reader final : gloox::TagHandler {
  std::function<void(const gloox::Tag&)> then;
  void handleTag(gloox::Tag* tag) override {
    if (tag != nullptr) then(*tag);
  }
};

std::string stamped(std::string stanzas, const std::string& from) {
  for (const auto* name : {"<iq ", "<message ", "<presence "}) {
    const std::string start = name;
    for (auto at = stanzas.find(start); at != std::string::npos; at = stanzas.find(start, at + 1)) {
      stanzas.insert(at + start.size(), "from='" + from + "' ");
    }
  }
  return stanzas;
}

}  // namespace

class GatewayWorld::FakeSources final : public component::Sources {
 public:
  void configure(const component::Config&) override {}
  bool watch(const mapping::AccountAddress& address) override {
    watched.push_back(address.name);
    return true;
  }
  void unwatch(const mapping::AccountAddress&) override {}
  void pause(bool) override {}
  std::vector<component::SourceHealth> health() const override { return {}; }
  void stop() override {}
  void tell(const component::SourceConfig&, const mapping::AccountAddress&,
            std::vector<sources::Act>, std::function<void()> then) override {
    then();
  }

  std::vector<std::string> watched;
};

GatewayWorld::GatewayWorld() : config_(make_config()) {
  start();
}

void GatewayWorld::start() {
  component::World world{environment, output, store_, nullptr, log_, {}, [] {}};
  world.make_sources = [this](events::Sink& sink, component::KnownFinder) {
    sink_ = &sink;
    auto made = std::make_unique<FakeSources>();
    sources_ = made.get();
    return made;
  };
  gateway_ = std::make_unique<component::Gateway>(config_, world);
  gateway_->start([] {});
  store_.run();
  connect();
}

GatewayWorld::~GatewayWorld() = default;

void GatewayWorld::connect() {
  output.up = true;
  gateway_->on_stream_up();
}

void GatewayWorld::restart() {
  disconnect();
  store_.run();
  gateway_.reset();
  environment.forget_timers();
  start();
}

void GatewayWorld::policy(const std::string& words) {
  std::istringstream in(words);
  std::string key;
  in >> key;
  const std::vector<std::string> values{std::istream_iterator<std::string>(in), {}};
  if (key == "auditors") {
    config_.policy.auditors = values;
  } else if (key == "access_models") {
    config_.policy.access_models = values;
  } else if (key == "federation") {
    config_.policy.federation = values == std::vector<std::string>{"true"};
  } else {
    throw std::runtime_error("the policy does not know: " + words);
  }
  gateway_->reconfigure(config_);
}

void GatewayWorld::control(const std::string& line) {
  (void)gateway_->on_control(line);
}

void GatewayWorld::disconnect() {
  output.up = false;
  gateway_->on_stream_down();
}

void GatewayWorld::mail_store(const std::string& words) {
  auto news = mail_store_.act(words, environment.wall_now());
  if (auto* report = std::get_if<events::Report>(&news)) {
    sink_->on_report(std::move(*report));
  } else {
    sink_->on_sight(std::get<events::SightChange>(news));
  }
}

void GatewayWorld::client_sends(const std::string& who, const std::string& stanzas,
                                std::size_t octets) {
  struct Into final : component::StanzaFramer::Sink {
    explicit Into(GatewayWorld& of) : world(of) {}
    GatewayWorld& world;
    void on_prologue(std::string_view) override {}
    void on_stanza(std::string_view text) override {
      Reader reader;
      reader.then = [this](const gloox::Tag& tag) { world.gateway_->on_stanza(tag); };
      gloox::Parser parser(&reader);
      std::string copy(text);
      parser.feed(copy);
    }
    void on_skipped(std::string_view head, component::StanzaFramer::Fault why) override {
      world.gateway_->on_skipped(head, why);
    }
    void on_stream_end() override {}
    void on_broken(component::StanzaFramer::Fault) override {
      throw std::runtime_error("no XML stream");
    }
  } into(*this);
  component::StanzaFramer framer;
  std::string name = who;
  name.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(name.front())));
  const auto from = name.find('@') != std::string::npos ? name : name + "@example.com/desk";
  const auto all = "<stream:stream>" + stamped(stanzas, from);
  for (std::size_t at = 0; at < all.size(); at += octets)
    framer.on_octets(std::string_view(all).substr(at, octets), into);
}

/// What the XMPP server does with a message to ourselves: it sends it back.
std::string GatewayWorld::take_barriers() {
  std::string rest;
  const std::string barrier = "<message from='mail.example.com' to='mail.example.com' id='";
  auto text = std::move(output.sent);
  output.sent.clear();
  for (auto at = text.find(barrier); at != std::string::npos; at = text.find(barrier)) {
    const auto end = text.find("/>", at) + 2;
    const auto id = text.substr(at + barrier.size(), end - 3 - at - barrier.size());
    gloox::Tag back("message");
    back.addAttribute("from", "mail.example.com");
    back.addAttribute("to", "mail.example.com");
    back.addAttribute("id", id);
    text.erase(at, end - at);
    gateway_->on_stanza(back);
  }
  return text;
}

std::string GatewayWorld::settle() {
  std::string sent;
  for (int quiet = 0; quiet < 3;) {
    const auto ran = store_.run();
    environment.advance(std::chrono::milliseconds(100));
    const auto more = take_barriers();
    sent += more;
    quiet = ran == 0 && more.empty() ? quiet + 1 : 0;
  }
  return sent;
}

}  // namespace tests
