// Fuzz target: whatever the octets and however they are cut, the framer says the same, holds little
// and never crashes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "component/stanza_framer.hpp"

namespace {

using component::StanzaFramer;

struct Recorder final : StanzaFramer::Sink {
  std::string said;
  void note(char kind, std::string_view text) {
    said.push_back(kind);
    said.append(text);
    said.push_back('\n');
  }
  void on_prologue(std::string_view xml) override { note('p', xml); }
  void on_stanza(std::string_view xml) override { note('s', xml); }
  void on_skipped(std::string_view head, StanzaFramer::Fault why) override {
    if (head.size() > 64) std::abort();
    note(static_cast<char>('0' + static_cast<int>(why)), head);
  }
  void on_stream_end() override { note('e', {}); }
  void on_broken(StanzaFramer::Fault why) override {
    note(static_cast<char>('A' + static_cast<int>(why)), {});
  }
};

std::string frame(std::string_view text, std::size_t step) {
  StanzaFramer::Limits limits;
  limits.depth = 4;
  limits.octets = 256;
  limits.prologue = 128;
  limits.skipped_head = 64;
  StanzaFramer framer(limits);
  Recorder recorder;
  for (std::size_t at = 0; at < text.size(); at += step)
    framer.on_octets(text.substr(at, step), recorder);
  return recorder.said;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string text(data + 1, data + size);
  for (const std::string& input : {text, "<s>" + text}) {
    const auto whole = frame(input, input.size());
    if (whole != frame(input, 1) || whole != frame(input, 1 + data[0])) std::abort();
  }
  return 0;
}
