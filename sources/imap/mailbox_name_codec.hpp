// Mailbox names between the wire and the model: modified UTF-7 and its exceptions. RFC 3501 §5.1.3;
// RFC 5465 §5.4.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "sources/imap/error.hpp"

namespace sources::imap {

/// RFC 3501 §5.1.3: fails unless `raw` is what encode_modified_utf7 makes of the result: one name,
/// one spelling.
[[nodiscard]] boost::system::result<std::string> decode_modified_utf7(std::string_view raw);
/// `utf8` must be UTF-8; octets that are none are sent as they are.
std::string encode_modified_utf7(std::string_view utf8);

/// The name in a LIST or STATUS that no command asked for (NOTIFY).
/// RFC 5465 §5.4: quirk(dovecot) - before 2.4.3 they hold raw UTF-8 with '&' not escaped, while
/// answers to commands hold modified UTF-7.
std::string decode_unsolicited_name(std::string_view raw, bool server_sends_raw_utf8);

/// The names of one connection's server: turns raw names into those of the model, and each of those
/// back into exactly the octets that the server knows.
class MailboxNameCodec {
 public:
  /// A name in the answer to a command. What is no modified UTF-7 stands for itself. INBOX in any
  /// case is "INBOX".
  std::string from_answer(std::string_view raw);
  /// A name that came unasked. Which of the two spellings the server uses there is learned from the
  /// names that answers brought before, and from octets that only one of the spellings can have.
  std::string from_unsolicited(std::string_view raw);
  /// What to send for a name of the model; to be quoted (command.hpp).
  std::string to_wire(std::string_view name) const;
  /// The server of this greeting or ID is known for raw names in NOTIFY (Dovecot); evidence
  /// overrules it.
  void expect_raw_unsolicited(bool raw) { unsolicited_is_raw_ = raw; }
  bool unsolicited_is_raw() const { return unsolicited_is_raw_; }

 private:
  void remember(std::string name, std::string_view raw);

  /// name -> octets, for the names whose octets differ from the name, or are not what encoding it
  /// gives.
  std::map<std::string, std::string, std::less<>> wire_names_;
  bool unsolicited_is_raw_ = false;
};

}  // namespace sources::imap
