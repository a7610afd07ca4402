#include "tests/support/transcript.hpp"

#include <fstream>
#include <stdexcept>

namespace tests {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() > end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

TranscriptStep to_step(const std::string& heading, const std::string& file, int line) {
  const std::string mail = "Mail store: ";
  const std::string sends = " sends:";
  if (heading == "Gateway sends nothing")
    return {TranscriptStep::Kind::expects_nothing, {}, {}, line};
  if (heading == "Gateway sends:") return {TranscriptStep::Kind::expects, {}, {}, line};
  if (heading.rfind(mail, 0) == 0) {
    return {TranscriptStep::Kind::mail_store, {}, heading.substr(mail.size()), line};
  }
  if (heading == "Gateway restarts") return {TranscriptStep::Kind::restart, {}, {}, line};
  if (heading == "Stream breaks") return {TranscriptStep::Kind::breaks, {}, {}, line};
  if (heading == "Stream returns") return {TranscriptStep::Kind::returns, {}, {}, line};
  const std::string policy = "Policy: ";
  if (heading.rfind(policy, 0) == 0) {
    return {TranscriptStep::Kind::policy, {}, heading.substr(policy.size()), line};
  }
  const std::string control = "Control socket: ";
  if (heading.rfind(control, 0) == 0) {
    return {TranscriptStep::Kind::control, {}, heading.substr(control.size()), line};
  }
  const std::string time = "Time passes: ";
  if (heading.rfind(time, 0) == 0) {
    return {TranscriptStep::Kind::time, {}, heading.substr(time.size()), line};
  }
  if (ends_with(heading, sends)) {
    return {
        TranscriptStep::Kind::sends, heading.substr(0, heading.size() - sends.size()), {}, line};
  }
  throw std::runtime_error(file + ":" + std::to_string(line) +
                           ": no step of a transcript: " + heading);
}

}  // namespace

std::vector<TranscriptStep> read_transcript(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error(file + ": cannot be read");
  std::vector<TranscriptStep> steps;
  std::string text;
  for (int line = 1; std::getline(in, text); ++line) {
    if (text.empty() || text.front() == '#') continue;
    if (text.front() != ' ') {
      steps.push_back(to_step(text, file, line));
    } else if (!steps.empty()) {
      steps.back().text += text + "\n";
    }
  }
  return steps;
}

}  // namespace tests
