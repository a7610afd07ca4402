#include "component/stream.hpp"

#include <string>
#include <vector>

#include <gloox/tag.h>

#include "tests/support/catch.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/unit/component/shell/scripted_server.hpp"

using namespace component;
using tests::run_until;
using namespace std::chrono_literals;

namespace {

struct Listener final : StreamListener {
  int ups = 0;
  int downs = 0;
  std::vector<std::string> stanzas;
  std::vector<std::string> skipped;
  std::vector<bool> pressure;
  std::function<void()> then_up = [] {};
  std::function<void()> then_stanza = [] {};
  void on_stream_up() override {
    ++ups;
    then_up();
  }
  void on_stanza(const gloox::Tag& stanza) override {
    stanzas.push_back(stanza.xml());
    then_stanza();
  }
  void on_skipped(std::string_view head, StanzaFramer::Fault) override {
    skipped.emplace_back(head);
  }
  void on_stream_down() override { ++downs; }
  void on_pressure(bool on) override { pressure.push_back(on); }
};

StreamTiming quick() {
  StreamTiming timing;
  timing.first_retry = 10ms;
  timing.longest_retry = 40ms;
  timing.handshake = 5s;
  timing.keep_alive = 5s;
  timing.established = 0ms;
  return timing;
}

struct World {
  explicit World(StreamTiming timing = quick(), TransportLimits limits = {},
                 std::string secret = "secret")
      : server(loop),
        stream(loop, {"mail.localhost", "127.0.0.1", std::move(secret), server.port()}, listener,
               log, timing, limits) {}

  void connect() {
    stream.start();
    REQUIRE(run_until(loop, [this] { return stream.is_up(); }));
  }
  bool until(const std::function<bool()>& it_is_so) { return run_until(loop, it_is_so); }

  boost::asio::io_context loop;
  tests::RecordingLog log;
  Listener listener;
  tests::ScriptedServer server;
  Stream stream;
};

}  // namespace

TEST_CASE("the handshake is the hash of stream id and secret", "[XEP-0114:3]") {
  World world;
  world.connect();
  CHECK(world.listener.ups == 1);
  CHECK(world.server.received.find("xmlns='jabber:component:accept'") != std::string::npos);
  CHECK(world.server.received.find("to='mail.localhost'") != std::string::npos);
  CHECK(world.log.count("stream_up mail.localhost 127.0.0.1") == 1);
}

TEST_CASE("stanzas come in whole and go out as they are", "[XEP-0114:3]") {
  World world;
  world.connect();
  world.server.say(
      "<iq type='get' id='1' from='a@b' to='mail.localhost'><query xmlns='x'/></iq> <mess");
  world.server.say("age from='a@b'><body>hi</body></message>");
  REQUIRE(world.until([&] { return world.listener.stanzas.size() == 2; }));
  CHECK(world.listener.stanzas[1].find("<body>hi</body>") != std::string::npos);

  world.stream.send("<message id='a'/>");
  world.stream.begin_append() += "<message id='b'/>";
  world.stream.end_append();
  CHECK(world.until(
      [&] { return world.server.received.ends_with("<message id='a'/><message id='b'/>"); }));
  CHECK(world.until([&] { return world.stream.queued() == 0; }));
}

TEST_CASE("a stanza of 300 KB passes in both directions", "[RFC6120:13.12]") {
  World world;
  world.connect();
  const auto large = "<message from='a@b'><body>" + std::string(300'000, 'x') + "</body></message>";
  world.stream.send(large);
  CHECK(world.until([&] { return world.server.received.ends_with(large); }));
  // said in parts: a blocking write of it all would wait for a reader on this very thread
  for (std::size_t at = 0; at < large.size(); at += 10'000) {
    world.server.say(large.substr(at, 10'000));
    world.loop.poll();
  }
  REQUIRE(world.until([&] { return !world.listener.stanzas.empty(); }));
  CHECK(world.listener.stanzas[0].size() > 300'000);
}

TEST_CASE("a bad stanza costs itself and not the stream", "[RFC6120:11.3]") {
  World world;
  world.connect();
  world.server.say(
      "<iq id='1'><!-- --></iq><iq id='2'><a></b></iq><iq id='3'>\x80</iq><iq id='4'/>");
  REQUIRE(world.until([&] { return !world.listener.stanzas.empty(); }));
  CHECK(world.listener.skipped.size() == 3);
  CHECK(world.listener.skipped[1] == "<iq id='2'><a></b></iq>");
  CHECK(world.listener.stanzas[0].find('4') != std::string::npos);
  CHECK(world.stream.is_up());
}

TEST_CASE("what the admin must change is said once for each attempt, and attempts go on",
          "[RFC6120:4.9.3]") {
  struct Row {
    std::string answer;
    std::string part;
  };
  const auto error = [](const std::string& condition) {
    return "<stream:error><" + condition +
           " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>";
  };
  const std::vector<Row> rows = {
      {error("not-authorized"), "not-authorized the server does not accept [xmpp] secret"},
      {error("host-unknown"),
       "host-unknown the server has no component with the name in [xmpp] domain"},
      {error("conflict"), "conflict another component with this domain is connected"},
      {error("invalid-namespace"), "invalid-namespace is [xmpp] port the server's component port"},
      {"<handshake type='error'/>", "the handshake was answered with an error is [xmpp] port"},
  };
  for (const auto& row : rows) {
    INFO(row.answer);
    World world;
    world.server.on_handshake = [&](const std::string&) { world.server.say(row.answer); };
    world.stream.start();
    CHECK(world.until([&] { return world.server.connections >= 3; }));
    CHECK(world.log.has(row.part));
    CHECK(world.log.count("stream_refused") >= 2);
    CHECK(world.listener.ups == 0);
    CHECK(world.listener.downs == 0);
  }
}

TEST_CASE("a wrong secret is refused by the server", "[XEP-0114:3]") {
  World world(quick(), {}, "wrong");
  world.stream.start();
  CHECK(world.until([&] { return world.log.has("not-authorized"); }));
  CHECK_FALSE(world.stream.is_up());
}

TEST_CASE("what is no component port is told apart", "[XEP-0114:3]") {
  for (const std::string answer :
       {"HTTP/1.1 400 Bad Request\r\n\r\n", "\x15\x03\x01", "<html><body>"}) {
    INFO(answer);
    World world;
    world.server.on_header = [&](int) {
      world.server.say(answer);
      world.server.close();
    };
    world.stream.start();
    CHECK(world.until([&] { return world.log.has("is [xmpp] port the server's component port"); }));
  }
}

TEST_CASE("nobody listens", "[XEP-0114:3]") {
  boost::asio::io_context loop;
  tests::RecordingLog log;
  Listener listener;
  std::uint16_t port = 0;
  {
    tests::ScriptedServer gone(loop);
    port = gone.port();
  }
  Stream stream(loop, {"mail.localhost", "127.0.0.1", "secret", port}, listener, log, quick());
  stream.start();
  CHECK(run_until(loop, [&] { return log.count("stream_refused nothing listens") >= 2; }));
}

TEST_CASE("a server that never answers the handshake is given up", "[XEP-0114:3]") {
  auto timing = quick();
  timing.handshake = 50ms;
  World world(timing);
  world.server.on_header = [](int) {};
  world.stream.start();
  CHECK(world.until([&] {
    return world.log.has("does not answer the handshake") && world.server.connections >= 2;
  }));
}

TEST_CASE("a lost stream comes back, at once if it had proved itself", "[RFC6120:3.3]") {
  for (const bool by_reset : {false, true}) {
    World world;
    world.connect();
    by_reset ? world.server.reset() : world.server.close();
    REQUIRE(world.until([&] { return world.listener.ups == 2; }));
    CHECK(world.listener.downs == 1);
    CHECK(world.log.has("stream_retry 0"));
    CHECK(world.log.count("stream_down") == 1);
  }
}

TEST_CASE("a stream that ends young is not replaced at once", "[RFC6120:3.3]") {
  auto timing = quick();
  timing.established = 1h;
  World world(timing);
  world.listener.then_up = [&] { world.server.close(); };
  world.stream.start();
  REQUIRE(world.until([&] { return world.listener.ups >= 3; }));
  CHECK_FALSE(world.log.has("stream_retry 0"));
}

TEST_CASE("who stands by asks every two seconds at the latest", "[RFC6120:4.9.3.3][operations]") {
  auto timing = quick();
  timing.first_retry = timing.longest_retry = 1h;
  timing.longest_retry_if_occupied = 30ms;
  World world(timing);
  world.server.on_handshake = [&](const std::string&) {
    world.server.say(
        "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
        "</stream:stream>");
  };
  world.stream.start();
  CHECK(world.until([&] { return world.server.connections >= 3; }));
  CHECK(StreamTiming().longest_retry_if_occupied == 2s);
}

TEST_CASE("the end of the stream counts without the end of the connection", "[RFC6120:4.4]") {
  World world;
  world.connect();
  world.server.say("</stream:stream>");
  REQUIRE(world.until([&] { return world.listener.downs == 1; }));
  CHECK(world.until([&] { return world.listener.ups == 2; }));
}

TEST_CASE("a stream error after the handshake names its condition", "[RFC6120:4.9.3]") {
  World world;
  world.connect();
  world.server.say(
      "<stream:error><system-shutdown "
      "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>");
  CHECK(world.until([&] { return world.log.has("stream_down stream error system-shutdown"); }));
  CHECK(world.until([&] { return world.listener.ups == 2; }));
}

TEST_CASE("a dead link is dropped without waiting for its queue", "[RFC6120:4.6.1]") {
  World world;
  world.connect();
  world.server.reads = false;
  for (int i = 0; i < 40; ++i)
    world.stream.send("<message>" + std::string(500'000, 'x') + "</message>");
  world.loop.poll();
  CHECK(world.stream.queued() > 1'000'000);
  world.server.reads = true;
  world.stream.declare_dead();
  CHECK_FALSE(world.stream.is_up());
  CHECK(world.listener.downs == 1);
  CHECK(world.stream.queued() == 0);
  CHECK(world.until([&] { return world.listener.ups == 2; }));
}

TEST_CASE("pressure begins and ends, and nothing is lost", "[stream]") {
  TransportLimits limits;
  limits.low = 10'000;
  limits.high = 100'000;
  World world(quick(), limits);
  world.connect();
  world.server.reads = false;
  std::size_t sent = 0;
  const auto before = world.server.received.size();
  while (world.listener.pressure.empty() && sent < 100'000'000) {
    const auto stanza = "<message>" + std::string(50'000, 'x') + "</message>";
    world.stream.send(stanza);
    sent += stanza.size();
    world.loop.poll();
  }
  CHECK(world.listener.pressure == std::vector<bool>{true});
  world.server.read_on();
  REQUIRE(world.until([&] { return world.listener.pressure.size() == 2; }));
  CHECK_FALSE(world.listener.pressure[1]);
  // the read that was under way when reading paused counts too
  CHECK(world.until([&] { return world.server.received.size() == before + sent; }));
}

TEST_CASE("a queue beyond its bound ends the link", "[stream]") {
  TransportLimits limits;
  limits.hard = 1'000'000;
  World world(quick(), limits);
  world.connect();
  world.stream.send("<message>" + std::string(1'100'000, 'x') + "</message>");
  CHECK(world.until([&] { return world.log.has("the queue is full"); }));
  CHECK(world.until([&] { return world.listener.ups == 2; }));
}

TEST_CASE("white space keeps the link alive", "[RFC6120:4.6.1]") {
  auto timing = quick();
  timing.keep_alive = 10ms;
  World world(timing);
  world.connect();
  CHECK(world.until([&] { return world.server.received.ends_with("</handshake>  "); }));
}

TEST_CASE("stop() ends the stream in order, after what was queued", "[RFC6120:4.4]") {
  World world;
  world.connect();
  const auto large = "<message>" + std::string(3'000'000, 'x') + "</message>";
  world.stream.send(large);
  bool stopped = false;
  world.stream.stop([&] { stopped = true; });
  CHECK_FALSE(world.stream.is_up());
  REQUIRE(world.until([&] { return world.server.peer_closed; }));
  CHECK(world.server.received.ends_with(large + "</stream:stream>"));
  world.server.close();
  CHECK(world.until([&] { return stopped; }));
  CHECK(world.listener.downs == 0);
  CHECK(world.server.connections == 1);
}

TEST_CASE("stop() inside a callback drops what was read behind it", "[stream]") {
  World world;
  world.connect();
  world.listener.then_stanza = [&] { world.stream.stop(); };
  world.server.say("<iq id='1'/><iq id='2'/>");
  REQUIRE(world.until([&] { return world.server.peer_closed; }));
  CHECK(world.listener.stanzas.size() == 1);
}

TEST_CASE("what is sent while down goes nowhere", "[stream]") {
  World world;
  world.stream.send("<message id='early'/>");
  world.stream.begin_append() += "<message id='early'/>";
  world.stream.end_append();
  world.connect();
  world.stream.send("<message id='late'/>");
  CHECK(world.until([&] { return world.server.received.ends_with("<message id='late'/>"); }));
  CHECK(world.server.received.find("early") == std::string::npos);
}
