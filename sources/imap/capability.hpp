// What an IMAP server says it can do (RFC 3501 §7.2.1), as far as it decides how this client
// behaves.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sources::imap {

enum class Capability {
  imap4rev1,
  imap4rev2,
  auth_plain,
  sasl_ir,
  starttls,
  logindisabled,
  literal_plus,
  literal_minus,
  enable,
  name_space,
  list_extended,
  list_status,
  special_use,
  children,
  condstore,
  qresync,
  notify,
  idle,
  unselect,
  uidplus,
  utf8_accept,
  id,
  objectid,
  acl,
  quota,
  urlauth,
};

struct CapabilityRow {
  Capability capability;
  std::string_view word;
};

inline constexpr std::array<CapabilityRow, 26> capabilities{{
    {Capability::imap4rev1, "IMAP4REV1"},          // RFC 3501 §7.2.1
    {Capability::imap4rev2, "IMAP4REV2"},          // RFC 9051 §7.2.2
    {Capability::auth_plain, "AUTH=PLAIN"},        // RFC 3501 §6.1.1
    {Capability::sasl_ir, "SASL-IR"},              // RFC 4959
    {Capability::starttls, "STARTTLS"},            // RFC 3501 §6.2.1
    {Capability::logindisabled, "LOGINDISABLED"},  // RFC 3501 §6.2.3
    {Capability::literal_plus, "LITERAL+"},        // RFC 7888 §3
    {Capability::literal_minus, "LITERAL-"},       // RFC 7888 §5
    {Capability::enable, "ENABLE"},                // RFC 5161 §3.1
    {Capability::name_space, "NAMESPACE"},         // RFC 2342 §5
    {Capability::list_extended, "LIST-EXTENDED"},  // RFC 5258 §3
    {Capability::list_status, "LIST-STATUS"},      // RFC 5819 §2
    {Capability::special_use, "SPECIAL-USE"},      // RFC 6154 §2
    {Capability::children, "CHILDREN"},            // RFC 3348 §3
    {Capability::condstore, "CONDSTORE"},          // RFC 7162 §3.1
    {Capability::qresync, "QRESYNC"},              // RFC 7162 §3.2
    {Capability::notify, "NOTIFY"},                // RFC 5465 §3
    {Capability::idle, "IDLE"},                    // RFC 2177 §3
    {Capability::unselect, "UNSELECT"},            // RFC 3691
    {Capability::uidplus, "UIDPLUS"},              // RFC 4315 §2
    {Capability::utf8_accept, "UTF8=ACCEPT"},      // RFC 6855 §3
    {Capability::id, "ID"},                        // RFC 2971 §3
    {Capability::objectid, "OBJECTID"},            // RFC 8474 §3
    {Capability::acl, "ACL"},                      // RFC 4314 §3
    {Capability::quota, "QUOTA"},                  // RFC 9208 §4
    {Capability::urlauth, "URLAUTH"},              // RFC 4467 §1
}};

static_assert([] {
  for (std::size_t i = 0; i < capabilities.size(); ++i) {
    if (static_cast<std::size_t>(capabilities[i].capability) != i) return false;
  }
  return static_cast<std::size_t>(Capability::urlauth) + 1 == capabilities.size();
}());

/// Ignoring case.
std::optional<Capability> parse_capability(std::string_view word);

/// How a string may be sent that is no quoted one. RFC 7888.
enum class Literals {
  none,   ///< only synchronizing ones: this client sends none
  minus,  ///< LITERAL-: non-synchronizing up to 4096 octets
  plus,   ///< LITERAL+
};

class CapabilitySet {
 public:
  CapabilitySet() = default;
  /// Replaces nothing: the set *is* these words (RFC 3501 §6.1.1: a later list voids the former).
  explicit CapabilitySet(const std::vector<std::string>& words);

  bool has(Capability capability) const { return bits_[static_cast<std::size_t>(capability)]; }
  CapabilitySet without(Capability capability) const {
    auto others = *this;
    others.bits_.reset(static_cast<std::size_t>(capability));
    return others;
  }
  /// No list was seen yet.
  bool empty() const { return bits_.none(); }
  Literals literals() const;
  /// RFC 7162 §3.2.3: QRESYNC implies CONDSTORE.
  bool has_condstore() const { return has(Capability::condstore) || has(Capability::qresync); }

  friend bool operator==(const CapabilitySet&, const CapabilitySet&) = default;

 private:
  std::bitset<capabilities.size()> bits_;
};

}  // namespace sources::imap
