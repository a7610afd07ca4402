// Steps as one readable line each, for tests that compare whole sequences.
#pragma once

#include <string>
#include <vector>

#include "events/report.hpp"

namespace tests {

/// "INBOX;5" for a mailbox with UIDVALIDITY 5.
std::string to_text(const events::MailboxId& mailbox);
/// "MessageNew INBOX;5 uid=3 messages=2 uidnext=4"; "is INBOX;5 messages=2 unseen=1 uidnext=4
/// modseq=9"; …
std::string to_text(const events::Step& step);
std::vector<std::string> to_text(const std::vector<events::Step>& steps);
/// "rights INBOX: anyone romeo", "mdn sent INBOX: kept"
std::string to_text(const events::RightsAre& rights);
std::string to_text(const events::MdnSentIs& mdn_sent);
/// The events alone.
std::vector<std::string> events_in(const std::vector<events::Step>& steps);

}  // namespace tests
