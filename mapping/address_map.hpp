// Which account of the mail store has which address, and who owns it: account `juliet` is juliet@D
// and belongs to juliet@users_domain, as far as the configuration says nothing else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mapping/jid.hpp"

namespace mapping {

/// `name` without "@domain" at its end (compared without regard to case).
std::string_view cut_domain(std::string_view name, std::string_view domain);

struct AddressRules {
  std::string component_domain;
  std::string users_domain;
  /// Names in one of these lose the domain (compared without regard to case); one entry per source
  /// that has one.
  std::vector<std::string> mail_domains;
};

struct AccountAddress {
  std::string
      name;  ///< as the store knows it, mail domain cut: two spellings of one account are one
  std::string jid;                  ///< bare, prepared
  std::vector<std::string> owners;  ///< bare, prepared; by rule or from the configuration
};

class AddressMap {
 public:
  explicit AddressMap(AddressRules rules);

  /// `owners` not empty: exactly these own it, in place of the rule. The same account again only
  /// adds owners that were given explicitly. address_taken: another name has that address, and
  /// keeps it. bad_jid: the name, or an owner, is no address whatever the escaping.
  result<AccountAddress> add_account(std::string_view store_name,
                                     const std::vector<std::string>& owners = {});

  /// It turned out that the store knows no such account.
  void remove_account(std::string_view bare_jid);

  const AccountAddress* find_by_jid(std::string_view bare_jid) const;
  const AccountAddress* find_by_account(std::string_view store_name) const;
  /// Whose the account is, added or not; nobody's where its address is another account's.
  std::vector<std::string> owners_of(std::string_view store_name) const;
  /// In the order in which they were added.
  std::vector<const AccountAddress*> accounts_owned_by(std::string_view bare_jid) const;
  /// The account that `bare_jid` owns by rule, whether or not it was added: what the store would
  /// call it.
  std::optional<std::string> account_for_owner_by_rule(std::string_view bare_jid) const;
  /// What the store would call the account at this address of the component, added or not.
  std::optional<std::string> account_name_at(std::string_view bare_jid) const;
  /// The address that an account of this name has or would have; empty: it can have none.
  std::string jid_of(std::string_view store_name) const;
  /// The name without its mail domain.
  std::string cut_mail_domain(std::string_view store_name) const;

 private:
  result<std::vector<std::string>> owners_by_rule(std::string_view name,
                                                  const PreparedJid& at) const;

  struct Entry {
    AccountAddress address;
    bool is_owned_by_rule = true;
  };
  using Number = std::uint64_t;  // grows with every account that is added
  void own(Entry& entry, Number number, std::string owner);
  void disown(Entry& entry, Number number);

  AddressRules rules_;
  std::map<Number, Entry> entries_;
  Number next_ = 0;
  std::unordered_map<std::string, Number> by_jid_;
  std::unordered_map<std::string, std::set<Number>> by_owner_;
};

}  // namespace mapping
