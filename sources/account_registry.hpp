// One model per account, whichever of its sources reports: the registry makes it when the first
// source opens the account. Pure. docs/protocol.md "One act, one event".
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "events/report.hpp"
#include "sources/shared_account.hpp"

namespace sources {

class AccountRegistry {
 public:
  using Time = SharedAccount::Time;
  using Reports = SharedAccount::Reports;

  /// The account; `known` counts only where no source holds it yet. It stays while a source holds
  /// it.
  std::shared_ptr<SharedAccount> share(const std::string& name,
                                       const std::optional<events::KnownAccount>& known);
  /// The account, where a source holds it.
  std::shared_ptr<SharedAccount> find(const std::string& name) const;
  /// Its model alone, for a source that looks.
  std::shared_ptr<Account> open(const std::string& name,
                                const std::optional<events::KnownAccount>& known);

  /// A source that looks found this; what may go out now.
  Reports on_found(events::Report report, Time now);
  /// A push source told this of an account that somebody holds.
  Reports on_told(SharedAccount& account, std::vector<Act> acts, const std::string& source,
                  char separator, Time now);
  Reports on_time(Time now);
  Reports release_all();
  /// When on_time is due.
  std::optional<Time> due() const;

 private:
  void note(const std::string& name, const SharedAccount& account);

  std::map<std::string, std::weak_ptr<SharedAccount>> accounts_;
  std::size_t sweep_at_ = 64;
  std::map<std::string, Time> waiting_;  // when what is held of an account may go
};

}  // namespace sources
