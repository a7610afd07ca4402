// A mail store that does what a transcript says, and reports it as a source would.
//
//   INBOX uidvalidity 7 messages 2 unseen 1 uidnext 3     the mailbox is there, as first seen
//   new message 3 in INBOX from A <a@example.net> subject Words
//   create Work uidvalidity 9 | delete Work | rename Work Archive
//   rights INBOX romeo anyone                             who else may look up and read it
//   lost | seen | refuses                                 whether the source sees the account
//
// Before these words: `romeo:` for another account than juliet's.
#pragma once

#include <chrono>
#include <map>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "events/report.hpp"

namespace tests {

class FakeMailStore {
 public:
  using News = std::variant<events::Report, events::SightChange>;

  /// Throws std::runtime_error for words that it does not know.
  News act(const std::string& words, std::chrono::system_clock::time_point now);

 private:
  using Mailboxes = std::map<std::string, events::MailboxState>;

  std::vector<events::Step> new_message(Mailboxes& mailboxes, std::istringstream& in) const;
  std::vector<events::Step> create(Mailboxes& mailboxes, std::istringstream& in) const;
  std::vector<events::Step> remove(Mailboxes& mailboxes, std::istringstream& in) const;
  std::vector<events::Step> rename(Mailboxes& mailboxes, std::istringstream& in) const;
  events::Step happened(events::Event::Kind kind) const;

  std::string account_;  // of the words at hand
  std::chrono::system_clock::time_point now_;
  std::map<std::string, Mailboxes> accounts_;
};

}  // namespace tests
