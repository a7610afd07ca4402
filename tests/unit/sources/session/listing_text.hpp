// Listings of a mail store in few words, for table tests of the account model.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "sources/account.hpp"

namespace tests {

/// "INBOX:5" is a mailbox with UIDVALIDITY 5 (and no messages), "INBOX:5:3" one with three, "A:-" a
/// mere level.
inline events::MailboxState mailbox(const std::string& text) {
  events::MailboxState state;
  std::istringstream parts(text);
  std::string part;
  std::getline(parts, state.name, ':');
  std::getline(parts, part, ':');
  state.is_selectable = part != "-";
  if (!state.is_selectable) return state;
  state.uidvalidity = events::UidValidity::from(std::stoul(part));
  state.messages =
      std::getline(parts, part, ':') ? static_cast<std::uint32_t>(std::stoul(part)) : 0;
  state.unseen = state.messages;
  state.uidnext = events::Uid::from(*state.messages + 1U);
  return state;
}

inline sources::Listing listing(const std::string& tree, const std::string& subscribed) {
  sources::Listing listing;
  std::istringstream names(tree), subscriptions(subscribed);
  for (std::string word; names >> word;) listing.mailboxes.push_back(mailbox(word));
  for (std::string word; subscriptions >> word;) listing.subscribed.push_back(word);
  return listing;
}

/// Looks into every mailbox that is out of date; UIDs are 1..messages, no flags.
inline std::vector<events::Step> look_inside(sources::Account& account,
                                             const sources::Listing& listing) {
  std::vector<events::Step> all;
  for (const auto& name : account.out_of_date()) {
    for (const auto& state : listing.mailboxes) {
      if (state.name != name) continue;
      sources::MailboxLook look{name, *state.uidvalidity, state.uidnext, {}, true, {}, {}};
      for (std::uint32_t uid = 1; uid <= *state.messages; ++uid) {
        look.messages.push_back({*events::Uid::from(uid), {}, {}, {}, {}});
      }
      for (auto& step : account.apply(look, {})) all.push_back(std::move(step));
    }
  }
  return all;
}

}  // namespace tests
