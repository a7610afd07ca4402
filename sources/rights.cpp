#include "sources/rights.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

namespace sources {
namespace {

constexpr std::size_t max_readers = 1000;     // of one mailbox; the rest, by name, is left out
constexpr std::size_t max_identifier = 1023;  // RFC 7622 §3.3: no longer name is anybody's

enum class Kind { anyone, anonymous, class_of_users, overriding_group, owner, user };

struct PrefixRow {
  std::string_view prefix;
  Kind kind;
};
/// RFC 4314 §2 leaves the names of groups to the server.
constexpr std::array<PrefixRow, 3> groups{{
    {"$", Kind::class_of_users},       // Dovecot
    {"!$", Kind::overriding_group},    // Dovecot: comes before what its members have themselves
    {"group:", Kind::class_of_users},  // Cyrus
}};
struct WordRow {
  std::string_view word;
  Kind kind;
};
constexpr std::array<WordRow, 4> words{{
    {"anyone", Kind::anyone},
    {"authenticated", Kind::class_of_users},  // Dovecot
    {"anonymous", Kind::anonymous},           // Cyrus: whoever gave no name
    {"owner", Kind::owner},                   // Dovecot
}};

Kind kind_of(std::string_view identifier) {
  for (const auto& row : words) {
    if (identifier == row.word) return row.kind;
  }
  for (const auto& row : groups) {
    if (identifier.starts_with(row.prefix)) return row.kind;
  }
  return Kind::user;
}

bool has(std::string_view rights, char right) {
  return rights.find(right) != std::string_view::npos;
}

/// Servers combine the entries that apply to one user as they like (RFC 4314 §2): by union, or the
/// most specific alone. What is granted here is granted by both.
class Readers {
 public:
  explicit Readers(std::string_view own) : own_(own) {}

  void take(const AclEntry& entry) {
    std::string_view identifier = entry.identifier;
    const bool is_negative = identifier.starts_with('-');
    if (is_negative) identifier.remove_prefix(1);
    // RFC 4314 §2: quirk(dovecot) - "#" marks an entry of the global list
    if (identifier.starts_with('#')) identifier.remove_prefix(1);
    const auto kind = kind_of(identifier);
    if (kind == Kind::owner || identifier == own_) return;
    if (is_negative) {
      if (has(entry.rights, 'l') || has(entry.rights, 'r')) except(kind, identifier);
    } else {
      grant(kind, identifier, has(entry.rights, 'l') && has(entry.rights, 'r'));
    }
  }

  std::vector<std::string> result() const {
    std::vector<std::string> readers;
    if (excepts_unknown_) return readers;
    for (const auto& [identifier, may_read] : users_) {
      if (readers.size() == max_readers) break;
      if (may_read && identifier.size() <= max_identifier) readers.push_back(identifier);
    }
    if (has_anyone_.value_or(false) && !excepts_somebody_) readers.emplace_back("anyone");
    std::sort(readers.begin(), readers.end());
    return readers;
  }

 private:
  void grant(Kind kind, std::string_view identifier, bool may_read) {
    if (kind == Kind::anyone) {
      has_anyone_ = has_anyone_.value_or(true) && may_read;
      return;
    }
    if (!may_read) excepts_somebody_ = true;
    // only the store knows the members, so that everyone may be one
    if (kind == Kind::overriding_group && !may_read) excepts_unknown_ = true;
    if (kind != Kind::user) return;
    const auto [row, is_new] = users_.emplace(identifier, may_read);
    row->second = row->second && may_read;
  }

  void except(Kind kind, std::string_view identifier) {
    excepts_somebody_ = true;
    if (kind != Kind::user && kind != Kind::anonymous) excepts_unknown_ = true;
    if (kind == Kind::user) users_[std::string(identifier)] = false;
  }

  std::string_view own_;
  std::map<std::string, bool, std::less<>> users_;
  std::optional<bool> has_anyone_;
  bool excepts_somebody_ = false;
  bool excepts_unknown_ = false;
};

}  // namespace

bool may_administer(std::string_view rights) {
  return has(rights, 'a');
}

std::vector<std::string> readers_of(const std::vector<AclEntry>& acl, std::string_view own) {
  Readers readers(own);
  for (const auto& entry : acl) readers.take(entry);
  return readers.result();
}

}  // namespace sources
