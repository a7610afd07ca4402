// What the PubSub service must be told from outside of who may see what: owners by the address map,
// auditors and welcome domains by the configuration, presence by the contacts.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "component/config.hpp"
#include "mapping/address_map.hpp"
#include "pubsub/access.hpp"

namespace component {

/// What is known of who shares presence with an account; see Presence.
class Attendance {
 public:
  virtual bool shares_presence(const std::string& account, std::string_view bare) const = 0;
  virtual std::optional<pubsub::Shows> shows_of(const std::string& account,
                                                std::string_view jid) const = 0;

 protected:
  ~Attendance() = default;
};

class Ownership final : public pubsub::Access {
 public:
  Ownership(const mapping::AddressMap& addresses, const Attendance& attendance,
            const Config& config);
  void reconfigure(const Config& config);

  bool is_owner(const std::string& account, std::string_view bare) const override;
  std::vector<std::string> accounts_of(const std::string& bare) const override;
  std::vector<std::string> owners_of(const std::string& account) const override;
  bool is_auditor(std::string_view bare) const override { return auditors_.contains(bare); }
  /// [policy] federation = false: only those of our users' domain and of the component itself.
  bool is_welcome(std::string_view bare) const override;
  bool shares_presence(const std::string& account, std::string_view bare) const override {
    return attendance_.shares_presence(account, bare);
  }
  std::optional<pubsub::Shows> shows_of(const std::string& account,
                                        std::string_view jid) const override {
    return attendance_.shows_of(account, jid);
  }

 private:
  const mapping::AddressMap& addresses_;
  const Attendance& attendance_;
  std::set<std::string, std::less<>> auditors_;
  std::set<std::string, std::less<>> domains_;  // empty: all are welcome
};

}  // namespace component
