#include "mapping/address_map.hpp"

#include "mapping/characters.hpp"
#include "mapping/jid_escape.hpp"

namespace mapping {

AddressMap::AddressMap(AddressRules rules) : rules_(std::move(rules)) {
  // as configured they may differ in case from what stringprep makes of a stanza's address
  if (auto jid = prepare_jid(rules_.component_domain)) rules_.component_domain = jid->domain;
  if (auto jid = prepare_jid(rules_.users_domain)) rules_.users_domain = jid->domain;
}

std::string_view cut_domain(std::string_view name, std::string_view domain) {
  const auto at = name.rfind('@');
  if (at == std::string_view::npos || at == 0 || domain.empty()) return name;
  return equals_ignoring_ascii_case(name.substr(at + 1), domain) ? name.substr(0, at) : name;
}

std::string AddressMap::cut_mail_domain(std::string_view store_name) const {
  for (const auto& domain : rules_.mail_domains) {
    const auto name = cut_domain(store_name, domain);
    if (name.size() < store_name.size()) return std::string(name);
  }
  return std::string(store_name);
}

result<std::vector<std::string>> AddressMap::owners_by_rule(std::string_view name,
                                                            const PreparedJid& at) const {
  // a name that still has a domain belongs to nobody by rule
  if (name.find('@') != std::string_view::npos) return std::vector<std::string>{};
  auto owner = prepare_jid(at.local + '@' + rules_.users_domain);
  if (!owner) return owner.error();
  return std::vector<std::string>{owner->bare};
}

result<AccountAddress> AddressMap::add_account(std::string_view store_name,
                                               const std::vector<std::string>& owners) {
  const auto name = cut_mail_domain(store_name);
  auto jid = prepare_jid(escape_localpart(name) + '@' + rules_.component_domain);
  if (!jid) return jid.error();
  std::vector<std::string> prepared;
  for (const auto& owner : owners) {
    auto one = prepare_jid(owner);
    if (!one) return one.error();
    prepared.push_back(one->bare);
  }
  const auto found = by_jid_.find(jid->bare);
  if (found == by_jid_.end()) {
    const bool by_rule = prepared.empty();
    if (by_rule) {
      auto rule = owners_by_rule(name, *jid);
      if (!rule) return rule.error();
      prepared = *rule;
    }
    by_jid_.emplace(jid->bare, next_);
    Entry& entry = entries_[next_];
    entry = {{name, jid->bare, {}}, by_rule};
    for (auto& owner : prepared) own(entry, next_, std::move(owner));
    ++next_;
    return entry.address;
  }
  auto& entry = entries_.at(found->second);
  if (entry.address.name != name) return errc::address_taken;
  if (!prepared.empty() && entry.is_owned_by_rule) {
    disown(entry, found->second);
    entry.is_owned_by_rule = false;
  }
  for (auto& owner : prepared) own(entry, found->second, std::move(owner));
  return entry.address;
}

void AddressMap::own(Entry& entry, Number number, std::string owner) {
  if (!by_owner_[owner].insert(number).second) return;
  entry.address.owners.push_back(std::move(owner));
}

void AddressMap::disown(Entry& entry, Number number) {
  for (const auto& owner : entry.address.owners) {
    const auto owned = by_owner_.find(owner);
    owned->second.erase(number);
    if (owned->second.empty()) by_owner_.erase(owned);
  }
  entry.address.owners.clear();
}

void AddressMap::remove_account(std::string_view bare_jid) {
  const auto found = by_jid_.find(std::string(bare_jid));
  if (found == by_jid_.end()) return;
  disown(entries_.at(found->second), found->second);
  entries_.erase(found->second);
  by_jid_.erase(found);
}

const AccountAddress* AddressMap::find_by_jid(std::string_view bare_jid) const {
  const auto found = by_jid_.find(std::string(bare_jid));
  return found == by_jid_.end() ? nullptr : &entries_.at(found->second).address;
}

const AccountAddress* AddressMap::find_by_account(std::string_view store_name) const {
  const auto name = cut_mail_domain(store_name);
  const auto jid = prepare_jid(escape_localpart(name) + '@' + rules_.component_domain);
  const auto* address = jid ? find_by_jid(jid->bare) : nullptr;
  return address != nullptr && address->name == name ? address : nullptr;
}

std::string AddressMap::jid_of(std::string_view store_name) const {
  const auto name = cut_mail_domain(store_name);
  const auto jid = prepare_jid(escape_localpart(name) + '@' + rules_.component_domain);
  return jid ? jid->bare : std::string();
}

std::vector<std::string> AddressMap::owners_of(std::string_view store_name) const {
  const auto name = cut_mail_domain(store_name);
  const auto jid = prepare_jid(escape_localpart(name) + '@' + rules_.component_domain);
  if (!jid) return {};
  if (const auto* address = find_by_jid(jid->bare))
    return address->name == name ? address->owners : std::vector<std::string>();
  auto owners = owners_by_rule(name, *jid);
  return owners ? std::move(*owners) : std::vector<std::string>();
}

std::vector<const AccountAddress*> AddressMap::accounts_owned_by(std::string_view bare_jid) const {
  std::vector<const AccountAddress*> owned;
  const auto found = by_owner_.find(std::string(bare_jid));
  if (found == by_owner_.end()) return owned;
  for (const Number number : found->second) owned.push_back(&entries_.at(number).address);
  return owned;
}

std::optional<std::string> AddressMap::account_for_owner_by_rule(std::string_view bare_jid) const {
  const auto jid = prepare_jid(bare_jid);
  if (!jid || jid->local.empty() || jid->domain != rules_.users_domain) return std::nullopt;
  const auto found = by_jid_.find(jid->local + '@' + rules_.component_domain);
  if (found != by_jid_.end()) {
    const auto& entry = entries_.at(found->second);
    if (!entry.is_owned_by_rule || entry.address.owners.empty()) return std::nullopt;
    return entry.address.name;
  }
  auto name = unescape_localpart(jid->local);
  if (name.find('@') != std::string::npos) return std::nullopt;
  return name;
}

std::optional<std::string> AddressMap::account_name_at(std::string_view bare_jid) const {
  const auto jid = prepare_jid(bare_jid);
  if (!jid || jid->local.empty() || jid->domain != rules_.component_domain) return std::nullopt;
  if (const auto* address = find_by_jid(jid->bare)) return address->name;
  return cut_mail_domain(unescape_localpart(jid->local));
}

}  // namespace mapping
