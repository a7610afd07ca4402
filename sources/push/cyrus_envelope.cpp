#include "sources/push/cyrus_envelope.hpp"

#include <optional>

#include "sources/imap/mime_words.hpp"

namespace sources::push {
namespace {

constexpr std::size_t max_addresses = 100;  // of one field

/// RFC 3501 §9 nstring, as far as a string that is no literal.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool take(char c) {
    skip_spaces();
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  /// Absent with failed(): neither NIL nor a quoted string.
  std::optional<std::string> nstring() {
    skip_spaces();
    if (text_.starts_with("NIL")) {
      text_.remove_prefix(3);
      return std::nullopt;
    }
    if (!take('"')) {
      has_failed_ = true;
      return std::nullopt;
    }
    std::string value;
    while (!text_.empty()) {
      const char c = text_.front();
      text_.remove_prefix(1);
      if (c == '"') return value;
      if (c != '\\') {
        value += c;
      } else if (!text_.empty()) {
        value += text_.front();
        text_.remove_prefix(1);
      }
    }
    has_failed_ = true;
    return std::nullopt;
  }

  bool is_nil() {
    skip_spaces();
    if (!text_.starts_with("NIL")) return false;
    text_.remove_prefix(3);
    return true;
  }

  void fail() { has_failed_ = true; }
  bool has_failed() const { return has_failed_; }

 private:
  void skip_spaces() {
    while (text_.starts_with(' ')) text_.remove_prefix(1);
  }

  std::string_view text_;
  bool has_failed_ = false;
};

/// address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"
std::string take_address(Cursor& cursor) {
  const auto name = cursor.nstring();
  (void)cursor.nstring();
  const auto mailbox = cursor.nstring();
  const auto host = cursor.nstring();
  if (!cursor.take(')')) cursor.fail();
  if (!mailbox || !host) return {};  // the start or the end of a group
  const auto address = *mailbox + '@' + *host;
  if (!name || name->empty()) return address;
  if (name->find("=?") != std::string::npos) return *name + " <" + address + ">";
  std::string quoted;
  for (const char c : *name)
    quoted += (c == '"' || c == '\\') ? std::string{'\\', c} : std::string{c};
  return '"' + quoted + "\" <" + address + ">";
}

/// env-from = "(" 1*address ")" / nil
std::string take_addresses(Cursor& cursor) {
  if (cursor.is_nil()) return {};
  if (!cursor.take('(')) cursor.fail();
  std::string all;
  for (std::size_t count = 0; !cursor.has_failed() && !cursor.take(')'); ++count) {
    if (!cursor.take('(') || count >= max_addresses) cursor.fail();
    const auto one = take_address(cursor);
    if (!one.empty()) all += (all.empty() ? "" : ", ") + one;
  }
  return all;
}

/// One field of a header block (RFC 5322 §2.2); nothing in the value ends it.
void add_field(std::string& block, std::string_view name, std::string value) {
  if (value.empty()) return;
  for (char& c : value) {
    if (c >= '\0' && c < ' ') c = ' ';
  }
  block.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

// envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP
//            env-cc SP env-bcc SP env-in-reply-to SP env-message-id ")"
std::vector<std::pair<std::string, std::string>> headers_of_envelope(std::string_view envelope) {
  Cursor cursor(envelope);
  if (!cursor.take('(')) return {};
  std::string block;
  add_field(block, "Date", cursor.nstring().value_or(""));
  add_field(block, "Subject", cursor.nstring().value_or(""));
  const auto from = take_addresses(cursor);
  (void)take_addresses(cursor);  // Sender
  const auto reply_to = take_addresses(cursor);
  add_field(block, "From", from);
  // RFC 3501 §7.4.2: what the message does not have is filled in from From
  if (reply_to != from) add_field(block, "Reply-To", reply_to);
  add_field(block, "To", take_addresses(cursor));
  add_field(block, "Cc", take_addresses(cursor));
  (void)take_addresses(cursor);  // Bcc
  add_field(block, "In-Reply-To", cursor.nstring().value_or(""));
  add_field(block, "Message-ID", cursor.nstring().value_or(""));
  if (cursor.has_failed() || !cursor.take(')')) return {};
  return imap::decode_header_block(block + "\r\n");
}

}  // namespace sources::push
