// Builds the commands that this client sends; each is complete, with CRLF, and never needs a
// synchronizing literal. RFC 3501 §6, RFC 4959 (SASL-IR), 5161, 2342, 5258, 5819, 6154, 7162, 5465,
// 2177, 3691.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/number.hpp"
#include "events/uid_set.hpp"
#include "sources/imap/capability.hpp"
#include "sources/imap/error.hpp"
#include "sources/imap/notify_watch.hpp"

namespace sources::imap {

struct Command {
  std::string tag;
  std::string octets;  ///< the whole command, tag and CRLF included
  friend bool operator==(const Command&, const Command&) = default;
};

/// RFC 3501 §2.2.1: a1, a2, ...
class TagSource {
 public:
  std::string next() { return "a" + std::to_string(++last_); }

 private:
  std::uint64_t last_ = 0;
};

/// RFC 3501 §4.3: quoted = DQUOTE *QUOTED-CHAR DQUOTE where that can hold the text, else a
/// non-synchronizing literal (RFC 7888); not_sendable where the server takes none of that size, and
/// for text with NUL.
[[nodiscard]] boost::system::result<std::string> to_quoted_or_literal(std::string_view text,
                                                                      Literals literals);

// Any state
// ----------------------------------------------------------------------------------------------------------
Command capability(std::string tag);  // RFC 3501 §6.1.1
Command noop(std::string tag);        // RFC 3501 §6.1.2
Command logout(std::string tag);      // RFC 3501 §6.1.3

// Not authenticated; what these return holds a password: Send::secret
// ------------------------------------------------
Command starttls(std::string tag);  // RFC 3501 §6.2.1
/// RFC 3501 §6.2.3
[[nodiscard]] boost::system::result<Command> login(std::string tag, std::string_view user,
                                                   std::string_view password, Literals literals);
/// RFC 4616 §2: message = [authzid] NUL authcid NUL passwd, in BASE64. Fails on NUL and on an empty
/// authcid or password.
[[nodiscard]] boost::system::result<std::string> sasl_plain(std::string_view authzid,
                                                            std::string_view authcid,
                                                            std::string_view password);
/// RFC 4959 §3: with initial response (`base64` from sasl_plain).
Command authenticate_plain(std::string tag, std::string_view base64);
/// RFC 3501 §6.2.2: without; after "+" comes authenticate_response. Itself it holds no secret.
Command authenticate_plain(std::string tag);
std::string authenticate_response(std::string_view base64);

// Authenticated
// ------------------------------------------------------------------------------------------------------
Command enable(std::string tag, const std::vector<std::string_view>& words);  // RFC 5161 §3.1
Command name_space(std::string tag);                                          // RFC 2342 §5

/// RFC 3501 §6.3.10 status-att, to be or-ed.
enum class StatusItems : std::uint8_t {
  none = 0,
  messages = 1,
  unseen = 2,
  uidnext = 4,
  uidvalidity = 8,
  highestmodseq = 16,  ///< RFC 7162 §3.1.7; only where CONDSTORE is offered
  recent = 32,
  counts = messages | unseen | uidnext | uidvalidity,
};
constexpr StatusItems operator|(StatusItems a, StatusItems b) {
  return static_cast<StatusItems>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}
constexpr bool has(StatusItems set, StatusItems item) {
  return (static_cast<std::uint8_t>(set) & static_cast<std::uint8_t>(item)) != 0;
}

/// RFC 5258 §3 list-extended; each only where its extension is offered. All false and none: RFC
/// 3501 §6.3.8 LIST.
struct ListReturn {
  bool subscribed = false;                 ///< RFC 5258 §3.2
  bool children = false;                   ///< RFC 5258 §3.2
  bool special_use = false;                ///< RFC 6154 §2
  StatusItems status = StatusItems::none;  ///< RFC 5819 §2
};
/// LIST "" "*" (or another `pattern`). `pattern` is what the server knows
/// (MailboxNameCodec::to_wire).
[[nodiscard]] boost::system::result<Command> list(std::string tag, std::string_view pattern,
                                                  const ListReturn& wanted, Literals literals);
/// RFC 5258 §3.1: LIST (SUBSCRIBED) "" "*": every subscribed name, whether or not there is a
/// mailbox.
[[nodiscard]] boost::system::result<Command> list_subscribed(std::string tag,
                                                             std::string_view pattern,
                                                             Literals literals);
/// RFC 3501 §6.3.9
[[nodiscard]] boost::system::result<Command> lsub(std::string tag, std::string_view pattern,
                                                  Literals literals);
/// RFC 3501 §6.3.10
[[nodiscard]] boost::system::result<Command> status(std::string tag, std::string_view mailbox,
                                                    StatusItems items, Literals literals);

/// RFC 7162 §3.2.5: what the client knows of the mailbox.
struct QresyncParameters {
  events::UidValidity uidvalidity;
  events::ModSeq modseq;  ///< never 0: then examine without
};
enum class ExamineMode { plain, condstore };  ///< RFC 7162 §3.1.8
/// RFC 3501 §6.3.2
[[nodiscard]] boost::system::result<Command> examine(std::string tag, std::string_view mailbox,
                                                     ExamineMode mode, Literals literals);
[[nodiscard]] boost::system::result<Command> examine(std::string tag, std::string_view mailbox,
                                                     const QresyncParameters& known,
                                                     Literals literals);
/// RFC 4314 §3.5, §3.3; only where ACL is offered.
[[nodiscard]] boost::system::result<Command> my_rights(std::string tag, std::string_view mailbox,
                                                       Literals literals);
[[nodiscard]] boost::system::result<Command> get_acl(std::string tag, std::string_view mailbox,
                                                     Literals literals);
/// RFC 9208 §4.1.2; only where QUOTA is offered.
[[nodiscard]] boost::system::result<Command> get_quota_root(std::string tag,
                                                            std::string_view mailbox,
                                                            Literals literals);
/// RFC 4467 §7; only where URLAUTH is offered. `url` ends with the access identifier.
[[nodiscard]] boost::system::result<Command> gen_urlauth(std::string tag, std::string_view url,
                                                         Literals literals);
/// RFC 3501 §6.3.1: takes \Recent from whoever selects next.
[[nodiscard]] boost::system::result<Command> select(std::string tag, std::string_view mailbox,
                                                    Literals literals);
Command unselect(std::string tag);  // RFC 3691 §2; CLOSE would expunge

// Selected
// -----------------------------------------------------------------------------------------------------------
struct FetchItems {
  bool flags = true;
  bool modseq = false;  ///< RFC 7162 §3.1.4.2; CHANGEDSINCE implies it
  bool size = false;
  bool headers = false;  ///< BODY.PEEK[HEADER.FIELDS (...)] with the fields of mime_words.hpp
  bool body_structure = false;
  std::size_t content = 0;  ///< so many octets of BODY.PEEK[], from the first on
};
struct ChangedSince {
  events::ModSeq modseq;
  bool vanished = false;  ///< RFC 7162 §3.2.6; only with QRESYNC enabled
};
/// RFC 3501 §6.4.8. `uids` must not be empty.
Command uid_fetch(std::string tag, const events::UidSet& uids, const FetchItems& items,
                  std::optional<ChangedSince> since = std::nullopt);
/// The same for first:*; RFC 3501 §9 seq-range: always answers with at least the last message.
Command uid_fetch_from(std::string tag, events::Uid first, const FetchItems& items,
                       std::optional<ChangedSince> since = std::nullopt);

// Being told
// ---------------------------------------------------------------------------------------------------------
/// RFC 5465 §3.1: NOTIFY SET STATUS (...); never of nothing.
Command notify_set_status(std::string tag, const NotifyRequest& request);
Command notify_none(std::string tag);  // RFC 5465 §3.1
Command idle(std::string tag);         // RFC 2177 §3
std::string idle_done();               // "DONE" CRLF

}  // namespace sources::imap
