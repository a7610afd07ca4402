// What an IMAP server says, parsed: one struct per response that this client understands. RFC 3501
// §7 and the extensions named at each. Mailbox names are raw octets as sent; who reads them decodes
// (mailbox_name_codec.hpp), because Dovecot < 2.4.3 encodes them differently in NOTIFY's responses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "events/number.hpp"
#include "events/uid_set.hpp"
#include "sources/quota.hpp"
#include "sources/rights.hpp"

namespace sources::imap {

/// RFC 3501 §7.1: resp-text = ["[" resp-text-code "]" SP] text
struct ResponseText {
  std::string code;  ///< upper case atom, e.g. "UIDVALIDITY", "NOTIFICATIONOVERFLOW"; empty if none
  std::string arguments;  ///< what follows the atom inside the brackets, unparsed
  std::string text;
  friend bool operator==(const ResponseText&, const ResponseText&) = default;
};

enum class Condition { ok, no, bad, preauth, bye };

/// RFC 3501 §7.1: "tag OK ..." — completion of a command.
struct Tagged {
  std::string tag;
  Condition condition = Condition::ok;
  ResponseText text;
  friend bool operator==(const Tagged&, const Tagged&) = default;
};
/// "* OK ...", "* BYE ..." and so on; the greeting too.
struct Untagged {
  Condition condition = Condition::ok;
  ResponseText text;
  friend bool operator==(const Untagged&, const Untagged&) = default;
};
/// RFC 3501 §7.5: "+ ..."
struct Continuation {
  std::string text;
  friend bool operator==(const Continuation&, const Continuation&) = default;
};
/// RFC 3501 §7.2.1; words in upper case.
struct Capabilities {
  std::vector<std::string> words;
  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};
/// RFC 5161 §3.2
struct Enabled {
  std::vector<std::string> words;  ///< upper case
  friend bool operator==(const Enabled&, const Enabled&) = default;
};
/// RFC 2342 §6: one namespace; absent separator is NIL.
struct Namespace {
  std::string prefix;  ///< raw
  std::optional<char> separator;
  friend bool operator==(const Namespace&, const Namespace&) = default;
};
struct Namespaces {
  std::vector<Namespace> personal, other_users, shared;
  friend bool operator==(const Namespaces&, const Namespaces&) = default;
};
/// RFC 3501 §7.2.2 LIST and §7.2.3 LSUB; RFC 5258 §6 extended items; RFC 5465 §5.4 OLDNAME.
struct List {
  bool is_lsub = false;
  std::vector<std::string> attributes;              ///< as sent, with backslash
  std::optional<char> separator;                    ///< absent: NIL
  std::string mailbox;                              ///< raw
  std::optional<std::string> old_name;              ///< raw
  bool has_attribute(std::string_view name) const;  ///< ignoring case
  friend bool operator==(const List&, const List&) = default;
};
/// RFC 3501 §7.2.4; RFC 7162 §3.1.7 HIGHESTMODSEQ.
struct Status {
  std::string mailbox;  ///< raw
  std::optional<std::uint32_t> messages, recent, unseen;
  std::optional<events::Uid> uidnext;
  std::optional<events::UidValidity> uidvalidity;
  std::optional<events::ModSeq> highestmodseq;
  friend bool operator==(const Status&, const Status&) = default;
};
/// RFC 3501 §7.3.1 and §7.4.1
struct Exists {
  std::uint32_t count = 0;
  friend bool operator==(const Exists&, const Exists&) = default;
};
struct Expunge {
  std::uint32_t sequence_number = 0;
  friend bool operator==(const Expunge&, const Expunge&) = default;
};
/// RFC 7162 §3.2.10
struct Vanished {
  bool earlier = false;
  events::UidSet uids;
  friend bool operator==(const Vanished&, const Vanished&) = default;
};
/// RFC 3501 §7.4.2; RFC 7162 §3.1.4 MODSEQ. What was not sent is absent.
struct Fetch {
  std::uint32_t sequence_number = 0;
  std::optional<events::Uid> uid;
  std::optional<std::vector<std::string>> flags;  ///< as sent, \Recent included
  std::optional<events::ModSeq> modseq;
  std::optional<std::uint64_t> size;          ///< RFC822.SIZE
  std::optional<std::string> header;          ///< octets of any BODY[HEADER...] section
  std::optional<std::string> body_structure;  ///< the parenthesised text, as sent
  std::optional<std::string> content = {};    ///< octets of BODY[], perhaps not all
  friend bool operator==(const Fetch&, const Fetch&) = default;
};
/// RFC 3501 §7.2.6
struct Flags {
  std::vector<std::string> names;
  friend bool operator==(const Flags&, const Flags&) = default;
};
/// RFC 4314 §3.6
struct Acl {
  std::string mailbox;  ///< raw
  std::vector<AclEntry> entries;
  friend bool operator==(const Acl&, const Acl&) = default;
};
/// RFC 4314 §3.8
struct MyRights {
  std::string mailbox;  ///< raw
  std::string rights;
  friend bool operator==(const MyRights&, const MyRights&) = default;
};
/// RFC 9208 §4.2.1
struct Quota {
  QuotaRoot root;  ///< its name raw
  friend bool operator==(const Quota&, const Quota&) = default;
};
/// RFC 9208 §4.2.2
struct QuotaRoots {
  std::string mailbox;             ///< raw
  std::vector<std::string> roots;  ///< raw
  friend bool operator==(const QuotaRoots&, const QuotaRoots&) = default;
};
/// RFC 4467 §8
struct GenUrlAuth {
  std::vector<std::string> urls;
  friend bool operator==(const GenUrlAuth&, const GenUrlAuth&) = default;
};
/// A response whose name this client has no use for; well-formed all the same.
struct Other {
  std::string name;  ///< upper case
  friend bool operator==(const Other&, const Other&) = default;
};

using Response = std::variant<Tagged, Untagged, Continuation, Capabilities, Enabled, Namespaces,
                              List, Status, Exists, Expunge, Vanished, Fetch, Flags, Acl, MyRights,
                              Quota, QuotaRoots, GenUrlAuth, Other>;

}  // namespace sources::imap
