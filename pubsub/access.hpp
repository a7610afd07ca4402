// Who asks, what address was asked, and what the service must be told from outside of who may see
// what. XEP-0060 §4.1, §4.5.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pubsub/subscription_options.hpp"

namespace pubsub {

/// The sender of a request, as the server stamped it; prepared JIDs.
struct Asker {
  std::string full;
  std::string bare;
};

/// The address of a request. Replies and notifications come from `service`, whatever account it
/// stands for.
struct Target {
  /// Bare JID of the account. Empty: the service's own address, asked by the owner of several
  /// accounts or of none.
  std::string account;
  std::string service;
};

class Access {
 public:
  virtual bool is_owner(const std::string& account, std::string_view bare) const = 0;
  /// The accounts that an entity owns and the owners of an account, each in a stable order.
  virtual std::vector<std::string> accounts_of(const std::string& bare) const = 0;
  virtual std::vector<std::string> owners_of(const std::string& account) const = 0;
  /// Reads what is audited of every account, and nothing else.
  virtual bool is_auditor(std::string_view bare) const = 0;
  /// False: the operator lets nobody from there in, whatever owners grant.
  virtual bool is_welcome(std::string_view bare) const = 0;
  /// An owner approved its subscription to the account's presence (access model "presence").
  virtual bool shares_presence(const std::string& account, std::string_view bare) const = 0;
  /// The presence states in which a JID (bare: any of its resources) is available to the account;
  /// absent: its presence is not known.
  virtual std::optional<Shows> shows_of(const std::string& account, std::string_view jid) const = 0;

 protected:
  ~Access() = default;
};

/// Subscription ids that nobody can guess: 128 random bits as text.
class IdSource {
 public:
  virtual std::string random_id() = 0;

 protected:
  ~IdSource() = default;
};

}  // namespace pubsub
