// Plays every transcript of tests/transcripts/xmpp against a whole gateway: in one piece, one octet
// at a time, and with the stream lost after every step.
#include <algorithm>
#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/gateway_world.hpp"
#include "tests/support/transcript.hpp"
#include "tests/support/xml_text.hpp"

namespace {

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

void play(const std::string& file, std::size_t octets) {
  tests::GatewayWorld world;
  for (const auto& step : tests::read_transcript(file)) {
    INFO(file << ":" << step.line);
    switch (step.kind) {
      case Kind::mail_store:
        world.mail_store(step.text);
        break;
      case Kind::sends:
        world.client_sends(step.who, step.text, octets);
        break;
      case Kind::expects: {
        const auto expected = tests::to_canonical(step.text);
        const auto given = tests::to_canonical(world.settle());
        if (!matches(expected, given)) CHECK(expected == given);
        break;
      }
      case Kind::expects_nothing:
        CHECK(world.settle().empty());
        break;
    }
  }
  CHECK(tests::to_canonical(world.settle()).empty());  // an unexpected stanza is a failure
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
      tests::GatewayWorld world;
      for (const auto& step : tests::read_transcript(file)) {
        if (step.kind == Kind::sends) {
          world.client_sends(step.who, step.text, 1 << 20);
          CHECK_FALSE(world.settle().empty());  // each request is answered, whatever was before
        }
        if (step.kind != Kind::mail_store) continue;
        world.disconnect();
        world.mail_store(step.text);
        CHECK(world.settle().empty());
        world.connect();
        const auto sent = world.settle();
        if (step.text.rfind("new message", 0) == 0)
          CHECK(sent.find("<MessageNew") != std::string::npos);
      }
    }
  }
}
