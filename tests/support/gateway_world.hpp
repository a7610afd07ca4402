// A whole gateway without sockets, disk or clock: the mail store is told what to report, stanzas go
// in and out as text.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "component/gateway.hpp"
#include "store/memory_store.hpp"
#include "tests/support/fake_mail_store.hpp"
#include "tests/support/manual_environment.hpp"
#include "tests/support/recording_log.hpp"

namespace tests {

class RecordingOutput final : public component::StanzaOutput {
 public:
  bool is_up() const override { return up; }
  void send(std::string_view stanzas) override {
    if (up) sent += stanzas;
  }
  std::string& begin_append() override { return sent; }
  void end_append() override {}
  void declare_dead() override { ++deaths; }

  bool up = false;
  std::string sent;
  int deaths = 0;
};

class GatewayWorld {
 public:
  GatewayWorld();
  ~GatewayWorld();

  /// Words of a transcript's "Mail store:" step: see FakeMailStore.
  void mail_store(const std::string& words);
  /// Stanzas as the XMPP server would hand them over, `from` stamped; in pieces of `octets` octets.
  void client_sends(const std::string& who, const std::string& stanzas, std::size_t octets);
  /// Lets everything that is due happen, and gives what was sent since the last call. Barriers are
  /// answered, not shown.
  std::string settle();

  /// Words of a transcript's "Policy:" step: a key of [policy] and its values, as SIGHUP takes it.
  void policy(const std::string& words);
  /// A line of the control socket.
  void control(const std::string& line);
  void disconnect();
  void connect();
  /// The program ends at once and starts again, with what the store has.
  void restart();

  RecordingOutput output;
  ManualEnvironment environment;

 private:
  class FakeSources;

  std::string take_barriers();
  void start();

  component::Config config_;
  FakeMailStore mail_store_;
  store::MemoryStore store_;
  RecordingLog log_;
  FakeSources* sources_ = nullptr;  // owned by the gateway
  events::Sink* sink_ = nullptr;
  std::unique_ptr<component::Gateway> gateway_;
};

}  // namespace tests
