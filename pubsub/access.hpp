// Who asks, what address was asked, and who may see what: given to the service from outside.
// XEP-0060 §4.1, §4.5.
#pragma once

#include <string>
#include <vector>

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
  virtual bool is_owner(const std::string& account, const std::string& bare) const = 0;
  /// The accounts that an entity owns and the owners of an account, each in a stable order.
  virtual std::vector<std::string> accounts_of(const std::string& bare) const = 0;
  virtual std::vector<std::string> owners_of(const std::string& account) const = 0;

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
