// Plays tests/transcripts/imap/*.txt against Session: whole, one octet at a time, and with a
// disconnect after every step.
//   S: a line of the server    C: a line that must have been sent    E: an event    A: another
//   action    T: a timer expires
// What was not announced by C:, E: or A: is a failure, and so is what is missing.
#include <algorithm>
#include <array>
#include <deque>
#include <filesystem>
#include <fstream>

#include "sources/imap/session.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/sources/session/step_text.hpp"

namespace {

namespace imap = sources::imap;

struct Line {
  std::size_t number;
  char kind;
  std::string text;
};

struct Transcript {
  std::string name;
  imap::SessionConfig config;
  std::vector<Line> lines;
};

/// "size headers structure content=5": references beyond as many octets as the content has.
events::DataWanted parse_wanted(const std::string& text) {
  events::DataWanted wanted;
  const auto has = [&](const char* word) { return text.find(word) != std::string::npos; };
  wanted.message_size = has("size");
  wanted.headers = has("headers");
  wanted.body_structure = has("structure");
  const auto content = text.find("content=");
  if (content == std::string::npos) return wanted;
  wanted.content_octets = std::stoul(text.substr(content + std::string_view("content=").size()));
  wanted.reference_beyond = wanted.content_octets;
  wanted.reference_start = "imap://juliet@h/INBOX;UIDVALIDITY=5";
  wanted.reference_end = ";URLAUTH=authuser";
  return wanted;
}

void configure(imap::SessionConfig& config, const std::string& setting) {
  const auto colon = setting.find(": ");
  REQUIRE(colon != std::string::npos);
  const auto key = setting.substr(0, colon), value = setting.substr(colon + 2);
  if (key == "user") {
    config.user = value;
  } else if (key == "tls") {
    config.tls = value == "starttls"   ? imap::Tls::starttls
                 : value == "implicit" ? imap::Tls::implicit
                                       : imap::Tls::none;
  } else if (key == "wanted") {
    config.data_wanted = [value](const std::string&) { return parse_wanted(value); };
  } else {
    FAIL("unknown setting " << key);
  }
}

Transcript read(const std::filesystem::path& path) {
  Transcript transcript{path.filename().string(), {}, {}};
  transcript.config = {"imap",   "juliet",        "juliet",
                       "secret", imap::Tls::none, std::chrono::seconds(300)};
  // what most of them were written for: an owner who wants no structure
  transcript.config.data_wanted = [](const std::string&) {
    return events::DataWanted{true, true, false, 0, {}, {}, {}};
  };
  std::ifstream file(path);
  std::string text;
  for (std::size_t number = 1; std::getline(file, text); ++number) {
    if (text.empty() || text.starts_with("##")) continue;
    if (text.size() >= 3 && text[1] == ':' && text[2] == ' ') {
      transcript.lines.push_back({number, text[0], text.substr(3)});
    } else {
      configure(transcript.config, text);
    }
  }
  return transcript;
}

constexpr std::array<std::pair<const char*, imap::Timer>, 7> timers{
    {{"deadline", imap::Timer::deadline},
     {"poll", imap::Timer::poll},
     {"rearm", imap::Timer::rearm},
     {"probe", imap::Timer::probe},
     {"rights", imap::Timer::rights},
     {"quota", imap::Timer::quota},
     {"mdn_sent", imap::Timer::mdn_sent}}};
constexpr std::array<const char*, 6> reasons{"none",    "connect",  "auth",
                                             "timeout", "overflow", "protocol"};

/// One connection: what it did and was not yet asked for.
class Play {
 public:
  Play(const Transcript& transcript, sources::Account& account)
      : session_(transcript.config, account) {
    take(session_.on_connected(now_));
  }

  void server_says(const std::string& line, bool is_bytewise) {
    const auto octets = line + "\r\n";
    if (!is_bytewise) return take(session_.on_octets(octets, now_));
    for (const char octet : octets) take(session_.on_octets({&octet, 1}, now_));
  }
  void timer_expires(const std::string& name) {
    now_.steady += std::chrono::seconds(30);
    for (const auto& [text, timer] : timers) {
      if (name == text) return take(session_.on_timer(timer, now_));
    }
    FAIL("unknown timer " << name);
  }
  void tls_is_up() { take(session_.on_tls_established(now_)); }

  std::deque<std::string> sent, events, others;
  bool is_closed = false;

 private:
  void take(const imap::Actions& actions) {
    for (const auto& action : actions) {
      CHECK_FALSE(is_closed);  // nothing comes after Close
      if (const auto* send = std::get_if<imap::Send>(&action)) {
        std::size_t begin = 0;
        for (auto end = send->octets.find("\r\n"); end != std::string::npos;
             end = send->octets.find("\r\n", begin)) {
          sent.push_back((send->secret ? "(secret) " : "") +
                         send->octets.substr(begin, end - begin));
          begin = end + 2;
        }
        CHECK(begin == send->octets.size());
      } else if (const auto* emit = std::get_if<imap::Emit>(&action)) {
        CHECK(emit->report.account == "juliet");
        CHECK(emit->report.source == "imap");
        for (auto& text : tests::events_in(emit->report.steps)) events.push_back(text);
        for (const auto& rights : emit->report.rights) events.push_back(tests::to_text(rights));
        for (const auto& mdn : emit->report.mdn_sent) events.push_back(tests::to_text(mdn));
        if (emit->report.completes_snapshot) others.push_back("snapshot");
      } else if (std::holds_alternative<imap::InSight>(action)) {
        others.push_back("in sight");
      } else if (std::holds_alternative<imap::StartTls>(action)) {
        others.push_back("start tls");
      } else if (const auto* close = std::get_if<imap::Close>(&action)) {
        is_closed = true;
        others.push_back(std::string("close ") + reasons[static_cast<std::size_t>(close->reason)] +
                         (close->is_final_for_now ? " final" : ""));
      }
    }
  }

  sources::Moment now_{};
  imap::Session session_;
};

void expect(std::deque<std::string>& done, const std::string& expected) {
  REQUIRE_FALSE(done.empty());
  CHECK(done.front() == expected);
  done.pop_front();
}

void step(Play& play, const Line& line, bool is_bytewise) {
  switch (line.kind) {
    case 'S':
      return play.server_says(line.text, is_bytewise);
    case 'C':
      return expect(play.sent, line.text);
    case 'E':
      return expect(play.events, line.text);
    case 'A':
      expect(play.others, line.text);
      if (line.text == "start tls") play.tls_is_up();
      return;
    case 'T':
      return play.timer_expires(line.text);
    default:
      FAIL("unknown line " << line.kind);
  }
}

void play_whole(Transcript transcript, bool is_bytewise) {
  transcript.config.memory = std::make_shared<imap::SessionMemory>();
  sources::Account account("juliet");
  Play play(transcript, account);
  for (const auto& line : transcript.lines) {
    INFO(transcript.name << ":" << line.number << ": " << line.text
                         << (is_bytewise ? " (octet by octet)" : ""));
    step(play, line, is_bytewise);
    // nothing may be sent or told that the transcript does not have before the server's next line
    const bool is_last = &line == &transcript.lines.back();
    const bool is_before_server = !is_last && (&line)[1].kind == 'S';
    if (is_last || is_before_server) {
      CHECK(play.sent == std::deque<std::string>{});
      CHECK(play.events == std::deque<std::string>{});
      CHECK(play.others == std::deque<std::string>{});
      play.sent.clear();
      play.events.clear();
      play.others.clear();
    }
  }
}

/// The connection goes after `steps` lines; the next one begins from the start with the model as it
/// was left.
void play_with_disconnect(Transcript transcript, std::size_t steps) {
  transcript.config.memory = std::make_shared<imap::SessionMemory>();
  INFO(transcript.name << " disconnected after line " << steps);
  sources::Account account("juliet");
  {
    Play play(transcript, account);
    for (std::size_t i = 0; i < steps && !play.is_closed; ++i) {
      const auto& line = transcript.lines[i];
      if (line.kind == 'S') play.server_says(line.text, false);
      if (line.kind == 'T') play.timer_expires(line.text);
      if (line.text == "start tls") play.tls_is_up();
    }
  }
  Play next(transcript, account);
  next.server_says(transcript.lines.at(0).text, false);
  const auto& first = transcript.lines.at(1);
  if (first.kind == 'C' || first.kind == 'A') {
    auto& done = first.kind == 'C' ? next.sent : next.others;
    REQUIRE_FALSE(done.empty());
    CHECK(done.front() == first.text);
  }
  CHECK(next.events.empty());
}

}  // namespace

TEST_CASE("the session does what the transcripts say",
          "[RFC3501:3][RFC5465:3.1][RFC5465:5.4][RFC7162:3.2.5]") {
  std::size_t played = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/transcripts/imap")) {
    if (entry.path().extension() != ".txt") continue;
    const auto transcript = read(entry.path());
    play_whole(transcript, false);
    play_whole(transcript, true);
    for (std::size_t steps = 0; steps < transcript.lines.size(); ++steps)
      play_with_disconnect(transcript, steps);
    ++played;
  }
  CHECK(played >= 17);
}

TEST_CASE("hostile servers end the connection, not the gateway", "[RFC3501:7]") {
  const std::vector<std::string> hostile{
      "",       "* ",    "* OK\r\n* 99999999999 EXISTS",     "+ go on",           "a9 OK",
      "* LIST", "* BYE", "* OK x\r\n* STATUS A (UIDNEXT 0)", std::string(1, '\0')};
  for (const auto& text : hostile) {
    INFO(text);
    sources::Account account("juliet");
    const Transcript transcript{
        "", {"imap", "juliet", "juliet", "secret", imap::Tls::none, {}}, {}};
    Play play(transcript, account);
    play.server_says(text, true);
    CHECK(play.is_closed);
  }
  sources::Account account("juliet");
  const Transcript transcript{"", {"imap", "juliet", "juliet", "secret", imap::Tls::none, {}}, {}};
  Play play(transcript, account);
  play.server_says(std::string(200'000, 'x'), false);
  CHECK(play.is_closed);
}

TEST_CASE("what is longer than a response may be is done without the next time",
          "[RFC3501:7.4.2][RFC3501:6.4.5]") {
  const auto transcript = read("tests/transcripts/imap/content_as_far_as_it_is_wanted.txt");
  const auto play_up_to_fetch = [&] {
    sources::Account account("juliet");
    Play play(transcript, account);
    for (const auto& line : transcript.lines) {
      if (line.text.starts_with("* 1 FETCH")) break;
      if (line.kind == 'S') play.server_says(line.text, false);
    }
    play.server_says("* 1 FETCH (BODYSTRUCTURE " + std::string(100'000, '('), false);
    CHECK(play.is_closed);
    return play.sent;
  };
  const auto has_structure = [](const std::string& command) {
    return command.find("BODYSTRUCTURE") != std::string::npos;
  };
  const auto first = play_up_to_fetch();
  CHECK(std::any_of(first.begin(), first.end(), has_structure));
  CHECK(transcript.config.memory->without_body_structure == std::set<std::string>{"INBOX"});
  const auto second = play_up_to_fetch();
  CHECK(second.size() == first.size());
  CHECK(std::none_of(second.begin(), second.end(), has_structure));
}
