#include "sources/account_registry.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sources {

std::shared_ptr<SharedAccount> AccountRegistry::share(
    const std::string& name, const std::optional<events::KnownAccount>& known) {
  if (accounts_.size() >= sweep_at_) {
    std::erase_if(accounts_, [](const auto& row) { return row.second.expired(); });
    sweep_at_ = std::max<std::size_t>(64, 2 * accounts_.size());
  }
  auto& held = accounts_[name];
  if (auto account = held.lock()) return account;
  auto account = known ? std::make_shared<SharedAccount>(Account(*known), known->personal_prefix)
                       : std::make_shared<SharedAccount>(Account(name), std::string());
  held = account;
  return account;
}

std::shared_ptr<SharedAccount> AccountRegistry::find(const std::string& name) const {
  const auto found = accounts_.find(name);
  return found != accounts_.end() ? found->second.lock() : nullptr;
}

std::shared_ptr<Account> AccountRegistry::open(const std::string& name,
                                               const std::optional<events::KnownAccount>& known) {
  auto account = share(name, known);
  auto* model = &account->model();
  return {std::move(account), model};
}

AccountRegistry::Reports AccountRegistry::on_found(events::Report report, Time now) {
  const auto name = report.account;
  const auto found = accounts_.find(name);
  const auto account = found != accounts_.end() ? found->second.lock() : nullptr;
  if (!account) return {std::move(report)};
  auto out = account->on_found(std::move(report), now);
  note(name, *account);
  return out;
}

AccountRegistry::Reports AccountRegistry::on_told(SharedAccount& account, std::vector<Act> acts,
                                                  const std::string& source, char separator,
                                                  Time now) {
  auto out = account.on_told(std::move(acts), source, separator, now);
  note(account.model().name(), account);
  return out;
}

AccountRegistry::Reports AccountRegistry::on_time(Time now) {
  Reports out;
  std::vector<std::string> names;
  for (const auto& [name, due] : waiting_) {
    if (due <= now) names.push_back(name);
  }
  for (const auto& name : names) {
    const auto account = accounts_[name].lock();
    if (!account) {
      waiting_.erase(name);
      continue;
    }
    auto reports = account->on_time(now);
    std::move(reports.begin(), reports.end(), std::back_inserter(out));
    note(name, *account);
  }
  return out;
}

AccountRegistry::Reports AccountRegistry::release_all() {
  Reports out;
  for (const auto& [name, due] : std::exchange(waiting_, {})) {
    const auto account = accounts_[name].lock();
    if (!account) continue;
    auto reports = account->release_all();
    std::move(reports.begin(), reports.end(), std::back_inserter(out));
  }
  return out;
}

std::optional<AccountRegistry::Time> AccountRegistry::due() const {
  const auto first = std::min_element(
      waiting_.begin(), waiting_.end(),
      [](const auto& one, const auto& other) { return one.second < other.second; });
  if (first == waiting_.end()) return std::nullopt;
  return first->second;
}

void AccountRegistry::note(const std::string& name, const SharedAccount& account) {
  if (const auto due = account.due()) {
    waiting_.insert_or_assign(name, *due);
  } else {
    waiting_.erase(name);
  }
}

}  // namespace sources
