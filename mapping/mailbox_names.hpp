// Which mailbox of one account has which place in the node graph; two never have the same. RFC 2342
// §5 (prefix).
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "mapping/mailbox_name.hpp"

namespace mapping {

class MailboxNames {
 public:
  /// Prefix of the personal namespace; holds for names that are claimed from now on.
  void set_personal_prefix(std::string_view prefix) { prefix_ = prefix; }
  /// The store has this name, claimed now or later: no other name is shortened to it.
  void announce(std::string_view store_name);

  /// The place of `store_name`: without the prefix, or with it where that collides. The first keeps
  /// its place until it is released; node_taken: another mailbox has it.
  result<MailboxName> claim(std::string_view store_name, char separator);
  void release(std::string_view store_name);
  const MailboxName* find(std::string_view store_name) const;
  /// Which mailbox has this place, by its store name; nullptr: none.
  const std::string* find_by_path(std::string_view path) const;

 private:
  result<MailboxName> take(const std::string& key, std::string_view text, char separator);

  std::string prefix_;
  std::set<std::string, std::less<>> announced_;
  std::map<std::string, MailboxName, std::less<>> places_;   ///< by store name
  std::map<std::string, std::string, std::less<>> holders_;  ///< path -> store name
};

}  // namespace mapping
