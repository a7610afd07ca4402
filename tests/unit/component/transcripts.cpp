// Plays every transcript of tests/transcripts/xmpp against a whole gateway: in one piece, one octet
// at a time, and with the stream lost after every step.
#include <algorithm>
#include <filesystem>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/gateway_world.hpp"
#include "tests/support/transcript.hpp"
#include "tests/support/xml_text.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/validator.hpp"

namespace {

namespace ns = xmpp_schemas::ns;
using Kind = tests::TranscriptStep::Kind;

std::vector<std::string> transcript_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator("tests/transcripts/xmpp")) {
    files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// `*` in the expectation stands for any characters within one value.
bool matches(std::string_view expected, std::string_view given) {
  while (!expected.empty() && expected.front() != '*') {
    if (given.empty() || given.front() != expected.front()) return false;
    expected.remove_prefix(1);
    given.remove_prefix(1);
  }
  if (expected.empty()) return given.empty();
  for (std::size_t i = 0; i <= given.size(); ++i) {
    if (matches(expected.substr(1), given.substr(i))) return true;
    if (i < given.size() && (given[i] == '\'' || given[i] == '<' || given[i] == '\n')) return false;
  }
  return false;
}

/// A gateway as a transcript sees it: the n-th random id that is shown is called subid-n.
class Stage {
 public:
  void sends(const std::string& who, std::string text, std::size_t octets) {
    for (std::size_t i = ids_.size(); i > 0; --i) {
      const std::string name = "subid-" + std::to_string(i);
      for (const auto* end : {"'", "<"}) replace(text, name + end, ids_[i - 1] + end);
    }
    world.client_sends(who, text, octets);
  }
  /// What the gateway sent; every stanza and every payload is as its schema says.
  std::string settle() {
    const auto sent = world.settle();
    for (const auto& stanza : tests::elements_of(sent)) {
      must_be_valid(stanzas_, without_guests(stanza));
    }
    for (const auto& payload : tests::elements_in(sent, xmpp_schemas::ns::message_store))
      must_be_valid(payloads_, payload);
    return named(sent);
  }

  tests::GatewayWorld world;

 private:
  static void replace(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  }
  /// What the schemas of their hosts do not foresee: the forms of XEP-0128 in disco#info, which are
  /// checked by themselves, the options that XEP-0060 §6.3.7 shows after <subscription/>, <c/> of
  /// XEP-0115, and <set/>, whose schema has another order than XEP-0059's examples.
  static std::string without_guests(std::string stanza) {
    if (stanza.find(xmpp_schemas::ns::disco_info) != std::string::npos) {
      const auto form = take_out(stanza, "<x xmlns=\"jabber:x:data\"", "</x>");
      if (!form.empty()) must_be_valid(stanzas_, form);
    }
    const auto options = take_out(stanza, "<options><x", "</options>");
    if (!options.empty())
      must_be_valid(stanzas_, tests::elements_in(options, ns::data_forms).at(0));
    take_out(stanza, "<c xmlns=\"http://jabber.org/protocol/caps\"", "/>");
    take_out(stanza, "<set xmlns=\"http://jabber.org/protocol/rsm\"/", ">");
    take_out(stanza, "<set xmlns=\"http://jabber.org/protocol/rsm\"", "</set>");
    return stanza;
  }
  static std::string take_out(std::string& stanza, const std::string& start,
                              const std::string& end) {
    const auto at = stanza.find(start);
    if (at == std::string::npos) return {};
    const auto part = stanza.substr(at, stanza.find(end, at) + end.size() - at);
    stanza.erase(at, part.size());
    return part;
  }
  static void must_be_valid(const xmpp_schemas::Validator& schema, const std::string& xml) {
    const auto verdict = schema.validate(xml);
    INFO(xml << "\n" << verdict.reason);
    CHECK(verdict.valid);
  }
  std::string named(const std::string& sent) {
    const std::string start = "random-";
    std::string out;
    std::size_t done = 0;
    for (auto at = sent.find(start); at != std::string::npos; at = sent.find(start, done)) {
      const auto end = sent.find_first_not_of("0123456789", at + start.size());
      const auto id = sent.substr(at, end - at);
      auto known = std::find(ids_.begin(), ids_.end(), id);
      if (known == ids_.end()) known = ids_.insert(ids_.end(), id);
      out += sent.substr(done, at - done) + "subid-" + std::to_string(known - ids_.begin() + 1);
      done = end;
    }
    return out + sent.substr(done);
  }

  static inline const xmpp_schemas::Validator stanzas_{"all.xsd"};
  static inline const xmpp_schemas::Validator payloads_{"message-store.xsd"};
  std::vector<std::string> ids_;
};

std::chrono::seconds to_duration(const std::string& words) {
  std::istringstream in(words);
  int number = 0;
  std::string unit;
  in >> number >> unit;
  if (unit.starts_with("second")) return std::chrono::seconds(number);
  if (unit.starts_with("minute")) return std::chrono::minutes(number);
  if (unit.starts_with("hour")) return std::chrono::hours(number);
  throw std::runtime_error("how long is that: " + words);
}

void play(const std::string& file, std::size_t octets) {
  Stage stage;
  for (const auto& step : tests::read_transcript(file)) {
    INFO(file << ":" << step.line);
    switch (step.kind) {
      case Kind::mail_store:
        stage.world.mail_store(step.text);
        break;
      case Kind::time:
        CHECK(stage.settle().empty());
        stage.world.environment.advance(to_duration(step.text));
        break;
      case Kind::policy:
        stage.world.policy(step.text);
        break;
      case Kind::control:
        stage.world.control(step.text);
        break;
      case Kind::restart:
        stage.world.restart();
        break;
      case Kind::breaks:
        stage.world.disconnect();
        break;
      case Kind::returns:
        stage.world.connect();
        break;
      case Kind::sends:
        CHECK(stage.settle().empty());
        stage.sends(step.who, step.text, octets);
        break;
      case Kind::expects: {
        const auto sent = stage.settle();
        const auto expected = tests::to_canonical(step.text);
        const auto given = tests::to_canonical(sent);
        INFO(sent);
        if (!matches(expected, given)) CHECK(expected == given);
        break;
      }
      case Kind::expects_nothing:
        CHECK(stage.settle().empty());
        break;
    }
  }
  CHECK(tests::to_canonical(stage.settle()).empty());  // an unexpected stanza is a failure
}

bool expects_new_mail(const tests::TranscriptStep* step) {
  return step != nullptr && step->kind == Kind::expects &&
         step->text.find("<MessageNew") != std::string::npos;
}

// After every step that is shown the stream is lost and comes back.
void play_with_losses(const std::string& file) {
  Stage stage;
  const auto steps = tests::read_transcript(file);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& step = steps[i];
    const auto* next = i + 1 < steps.size() ? &steps[i + 1] : nullptr;
    INFO(file << ":" << step.line);
    if (step.kind == Kind::sends) {
      stage.sends(step.who, step.text, 1 << 20);
      const bool is_answered = next != nullptr && next->kind == Kind::expects;
      CHECK(stage.settle().empty() != is_answered);  // each request, whatever was before
    }
    if (step.kind == Kind::time) stage.world.environment.advance(to_duration(step.text));
    if (step.kind == Kind::policy) stage.world.policy(step.text);
    if (step.kind == Kind::control) stage.world.control(step.text);
    if (step.kind == Kind::restart) stage.world.restart();
    if (step.kind != Kind::sends) stage.settle();
    if (step.kind != Kind::mail_store) continue;
    stage.world.disconnect();
    stage.world.mail_store(step.text);
    CHECK(stage.settle().empty());
    stage.world.connect();
    const auto sent = stage.settle();
    if (expects_new_mail(next)) CHECK(sent.find("<MessageNew") != std::string::npos);
  }
}

}  // namespace

TEST_CASE("the transcripts hold", "[XEP-0060:6.1][XEP-0060:7.1.2][XEP-0030:3][XEP-0059:2]") {
  for (const auto& file : transcript_files()) {
    DYNAMIC_SECTION(file << " whole") {
      play(file, 1 << 20);
    }
    DYNAMIC_SECTION(file << " one octet at a time") {
      play(file, 1);
    }
  }
}

TEST_CASE("a stream that is lost after every step loses nothing that was published",
          "[XEP-0060:7.1.2]") {
  for (const auto& file : transcript_files()) {
    DYNAMIC_SECTION(file) {
      play_with_losses(file);
    }
  }
}
