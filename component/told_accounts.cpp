#include "component/told_accounts.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace component {
namespace {

constexpr std::size_t max_reported = 1000;

bool matches(std::string_view pattern, std::string_view name) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  const auto before = pattern.substr(0, star);
  const auto after = pattern.substr(star + 1);
  return name.size() >= before.size() + after.size() && name.starts_with(before) &&
         name.ends_with(after);
}

}  // namespace

struct ToldAccounts::Admission {
  const mapping::AccountAddress* address = nullptr;
  bool is_elsewhere = false;
};

bool may_speak_for(const std::vector<std::string>& users, const std::string& name) {
  return std::any_of(users.begin(), users.end(),
                     [&](const std::string& pattern) { return matches(pattern, name); });
}

void ToldAccounts::take(const SourceConfig& source, std::vector<sources::push::Told> told,
                        Sources& sources, std::function<void(Outcome)> then) {
  struct Acts {
    const mapping::AccountAddress* address;
    std::vector<sources::Act> acts;
  };
  std::map<std::string, Acts> by_account;
  Outcome outcome;
  for (auto& one : told) {
    auto found = by_account.find(one.account);
    if (found == by_account.end()) {
      const auto admission = admit(source, one.account);
      outcome.is_elsewhere = outcome.is_elsewhere || admission.is_elsewhere;
      found = by_account.emplace(one.account, Acts{admission.address, {}}).first;
    }
    if (found->second.address == nullptr) {
      ++outcome.left_out;
    } else {
      found->second.acts.push_back(std::move(one.act));
    }
  }
  const auto open = std::make_shared<std::size_t>(1);
  const auto done = [open, outcome, then = std::move(then)] {
    if (--*open == 0) then(outcome);
  };
  for (auto& [name, acts] : by_account) {
    if (acts.address == nullptr) continue;
    ++*open;
    sources.tell(source, *acts.address, std::move(acts.acts), done);
  }
  done();
}

bool ToldAccounts::resume(const SourceConfig& source, const std::string& name) {
  return admit(source, name).address != nullptr;
}

ToldAccounts::Admission ToldAccounts::admit(const SourceConfig& source, const std::string& name) {
  const auto cut = rooms_.addresses.cut_mail_domain(name);
  if (!may_speak_for(source.users, name) && !may_speak_for(source.users, cut)) return {};
  const auto address = rooms_.addresses.add_account(name);
  if (address.has_error()) {
    if (reported_.size() < max_reported && reported_.insert(name).second)
      rooms_.log.account_left_out(source.name, name, address.error().message());
    return {};
  }
  if (!rooms_.is_ours(address->jid)) return {nullptr, true};
  const auto known = rooms_.known.find(address->name);
  mapping::PublicationContext context{source.url_host, source.mail_domain};
  context.separator = source.separator.front();
  rooms_.accounts.add(*address, std::move(context),
                      known != rooms_.known.end() ? &known->second : nullptr, true);
  return {rooms_.addresses.find_by_jid(address->jid), false};
}

}  // namespace component
