// What a push source told as one readable line each, for tests that compare whole sequences.
#pragma once

#include <string>
#include <vector>

#include "sources/push/told.hpp"

namespace tests {

/// "juliet: MessageNew INBOX;5 uid=3 messages=2 uidnext=4"
std::string to_text(const sources::push::Told& told);
std::vector<std::string> to_text(const std::vector<sources::push::Told>& told);
/// The bodies of one capture: each line's "body", one or several objects, by its "operation".
std::vector<std::pair<std::string, std::string>> bodies_of(const std::string& file);

}  // namespace tests
