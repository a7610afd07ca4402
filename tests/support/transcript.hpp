// A transcript: what each side says, several lines a step, readable without knowing C++.
//
//   # words for the reader
//   Mail store: INBOX uidvalidity 7 messages 2 unseen 1 uidnext 3
//   Juliet sends:
//     <iq .../>
//   Gateway sends:
//     <iq .../>
//   Gateway sends nothing
//   Time passes: 10 seconds
//   Policy: auditors nurse@example.com      (access_models, federation; the rest of the line is the
//                                           value)
//   Control socket: {"method": "xmpp:juliet@example.com"}
//   Gateway restarts
//   Stream breaks
//   Stream returns
#pragma once

#include <string>
#include <vector>

namespace tests {

struct TranscriptStep {
  enum class Kind {
    sends,
    expects,
    expects_nothing,
    mail_store,
    time,
    policy,
    control,
    restart,
    breaks,
    returns
  };
  Kind kind = Kind::sends;
  std::string who;   ///< sends: the client's name
  std::string text;  ///< the stanzas, or the words after the colon
  int line = 0;
};

/// Throws std::runtime_error that names file and line.
std::vector<TranscriptStep> read_transcript(const std::string& file);

}  // namespace tests
