#include "sources/imap/command.hpp"

#include <array>
#include <utility>

#include "sources/imap/mime_words.hpp"

namespace sources::imap {
namespace {

using boost::system::result;

Command make(std::string tag, std::string_view arguments) {
  Command command{std::move(tag), {}};
  command.octets.append(command.tag).append(" ").append(arguments).append("\r\n");
  return command;
}

struct StatusRow {
  StatusItems item;
  std::string_view word;
};
/// RFC 3501 §9 status-att; RFC 7162 §7
constexpr std::array<StatusRow, 6> status_items{{
    {StatusItems::messages, "MESSAGES"},
    {StatusItems::unseen, "UNSEEN"},
    {StatusItems::uidnext, "UIDNEXT"},
    {StatusItems::uidvalidity, "UIDVALIDITY"},
    {StatusItems::highestmodseq, "HIGHESTMODSEQ"},
    {StatusItems::recent, "RECENT"},
}};
static_assert([] {
  unsigned bit = 1;
  for (const auto& row : status_items) {
    if (static_cast<unsigned>(row.item) != bit) return false;
    bit <<= 1;
  }
  return true;
}());

void append_word(std::string& list, std::string_view word) {
  if (!list.empty()) list += ' ';
  list += word;
}

std::string in_parentheses(const std::string& list) {
  return "(" + list + ")";
}

std::string to_list(StatusItems items) {
  std::string list;
  for (const auto& row : status_items) {
    if (has(items, row.item)) append_word(list, row.word);
  }
  return in_parentheses(list);
}

/// RFC 4648 §4
std::string to_base64(std::string_view octets) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < octets.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group =
          (group << 8) | (i + j < octets.size() ? static_cast<unsigned char>(octets[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += i + j <= octets.size() ? alphabet[(group >> (18 - 6 * j)) & 0x3F] : '=';
    }
  }
  return out;
}

/// One command whose only free text is `text`: `before` text `after`.
result<Command> with_text(std::string tag, std::string_view before, std::string_view text,
                          std::string_view after, Literals literals) {
  const auto argument = to_quoted_or_literal(text, literals);
  if (!argument) return argument.error();
  return make(std::move(tag), std::string(before) + " " + *argument + std::string(after));
}

constexpr std::size_t max_header_octets = std::size_t{64} * 1024;

/// RFC 3501 §6.4.5: a partial fetch
std::string from_first(std::size_t octets) {
  return "<0." + std::to_string(octets) + ">";
}

/// fetch-att of RFC 3501 §9; UID comes unasked with UID FETCH (RFC 3501 §6.4.8).
std::string to_list(const FetchItems& wanted) {
  std::string list = "UID";
  if (wanted.flags) append_word(list, "FLAGS");
  if (wanted.modseq) append_word(list, "MODSEQ");
  if (wanted.size) append_word(list, "RFC822.SIZE");
  if (wanted.body_structure) append_word(list, "BODYSTRUCTURE");
  if (wanted.headers) {
    std::string fields;
    for (const auto field : shown_header_fields) append_word(fields, field);
    // RFC 3501 §6.4.5: PEEK does not set \Seen; what is cut off would not be shown
    append_word(list, "BODY.PEEK[HEADER.FIELDS (" + fields + ")]" + from_first(max_header_octets));
  }
  if (wanted.content > 0) append_word(list, "BODY.PEEK[]" + from_first(wanted.content));
  return in_parentheses(list);
}

/// RFC 7162 §7: fetch-modifier = "CHANGEDSINCE" SP mod-sequence-value; rexpunges-fetch-mod =
/// "VANISHED"
std::string to_modifiers(const std::optional<ChangedSince>& since) {
  if (!since) return {};
  return " (CHANGEDSINCE " + std::to_string(since->modseq.value()) +
         (since->vanished ? " VANISHED)" : ")");
}

Command fetch_set(std::string tag, const std::string& set, const FetchItems& items,
                  const std::optional<ChangedSince>& since) {
  return make(std::move(tag), "UID FETCH " + set + " " + to_list(items) + to_modifiers(since));
}

}  // namespace

result<std::string> to_quoted_or_literal(std::string_view text, Literals literals) {
  bool is_quotable = true;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\0') return Errc::not_sendable;
    // QUOTED-CHAR = <any TEXT-CHAR except quoted-specials> / "\" quoted-specials; TEXT-CHAR = <any
    // CHAR except CR and LF>
    if (c == '\r' || c == '\n' || static_cast<unsigned char>(c) >= 0x80) is_quotable = false;
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  if (is_quotable) return quoted + "\"";
  // RFC 7888 §5: LITERAL- allows no more than 4096 octets
  if (literals == Literals::none || (literals == Literals::minus && text.size() > 4096))
    return Errc::not_sendable;
  return "{" + std::to_string(text.size()) + "+}\r\n" + std::string(text);
}

Command capability(std::string tag) {
  return make(std::move(tag), "CAPABILITY");
}
Command noop(std::string tag) {
  return make(std::move(tag), "NOOP");
}
Command logout(std::string tag) {
  return make(std::move(tag), "LOGOUT");
}
Command starttls(std::string tag) {
  return make(std::move(tag), "STARTTLS");
}

result<Command> login(std::string tag, std::string_view user, std::string_view password,
                      Literals literals) {
  const auto name = to_quoted_or_literal(user, literals);
  if (!name) return name.error();
  return with_text(std::move(tag), "LOGIN " + *name, password, "", literals);
}

result<std::string> sasl_plain(std::string_view authzid, std::string_view authcid,
                               std::string_view password) {
  std::string message;
  for (const auto part : {authzid, authcid, password}) {
    if (part.find('\0') != std::string_view::npos) return Errc::not_sendable;
  }
  if (authcid.empty() || password.empty()) return Errc::not_sendable;
  message.append(authzid).append(1, '\0').append(authcid).append(1, '\0').append(password);
  return to_base64(message);
}

Command authenticate_plain(std::string tag, std::string_view base64) {
  return make(std::move(tag), "AUTHENTICATE PLAIN " + std::string(base64));
}
Command authenticate_plain(std::string tag) {
  return make(std::move(tag), "AUTHENTICATE PLAIN");
}
std::string authenticate_response(std::string_view base64) {
  return std::string(base64) + "\r\n";
}

Command enable(std::string tag, const std::vector<std::string_view>& words) {
  std::string arguments = "ENABLE";
  for (const auto word : words) append_word(arguments, word);
  return make(std::move(tag), arguments);
}

Command name_space(std::string tag) {
  return make(std::move(tag), "NAMESPACE");
}

result<Command> list(std::string tag, std::string_view pattern, const ListReturn& wanted,
                     Literals literals) {
  std::string options;
  if (wanted.subscribed) append_word(options, "SUBSCRIBED");
  if (wanted.children) append_word(options, "CHILDREN");
  if (wanted.special_use) append_word(options, "SPECIAL-USE");
  // RFC 5819 §2: return-option =/ status-option; status-option = "STATUS" SP "(" status-att *(SP
  // status-att) ")"
  if (wanted.status != StatusItems::none) append_word(options, "STATUS " + to_list(wanted.status));
  const auto returned = options.empty() ? std::string() : " RETURN (" + options + ")";
  return with_text(std::move(tag), R"(LIST "")", pattern, returned, literals);
}

result<Command> list_subscribed(std::string tag, std::string_view pattern, Literals literals) {
  return with_text(std::move(tag), R"(LIST (SUBSCRIBED) "")", pattern, "", literals);
}

result<Command> lsub(std::string tag, std::string_view pattern, Literals literals) {
  return with_text(std::move(tag), R"(LSUB "")", pattern, "", literals);
}

result<Command> status(std::string tag, std::string_view mailbox, StatusItems items,
                       Literals literals) {
  return with_text(std::move(tag), "STATUS", mailbox, " " + to_list(items), literals);
}

result<Command> my_rights(std::string tag, std::string_view mailbox, Literals literals) {
  return with_text(std::move(tag), "MYRIGHTS", mailbox, "", literals);
}

result<Command> get_acl(std::string tag, std::string_view mailbox, Literals literals) {
  return with_text(std::move(tag), "GETACL", mailbox, "", literals);
}

result<Command> examine(std::string tag, std::string_view mailbox, ExamineMode mode,
                        Literals literals) {
  // RFC 7162 §3.1.8
  return with_text(std::move(tag), "EXAMINE", mailbox,
                   mode == ExamineMode::condstore ? " (CONDSTORE)" : "", literals);
}

result<Command> examine(std::string tag, std::string_view mailbox, const QresyncParameters& known,
                        Literals literals) {
  // RFC 7162 §7: select-param =/ "QRESYNC" SP "(" uidvalidity SP mod-sequence-value [SP known-uids]
  // ... ")"; 0 is none
  if (known.modseq.value() == 0) return Errc::not_sendable;
  const auto parameters = " (QRESYNC (" + std::to_string(known.uidvalidity.value()) + " " +
                          std::to_string(known.modseq.value()) + "))";
  return with_text(std::move(tag), "EXAMINE", mailbox, parameters, literals);
}

result<Command> get_quota_root(std::string tag, std::string_view mailbox, Literals literals) {
  return with_text(std::move(tag), "GETQUOTAROOT", mailbox, "", literals);
}

result<Command> gen_urlauth(std::string tag, std::string_view url, Literals literals) {
  return with_text(std::move(tag), "GENURLAUTH", url, " INTERNAL", literals);
}

result<Command> select(std::string tag, std::string_view mailbox, Literals literals) {
  return with_text(std::move(tag), "SELECT", mailbox, "", literals);
}

Command unselect(std::string tag) {
  return make(std::move(tag), "UNSELECT");
}

Command uid_fetch(std::string tag, const events::UidSet& uids, const FetchItems& items,
                  std::optional<ChangedSince> since) {
  return fetch_set(std::move(tag), uids.to_string(), items, since);
}

Command uid_fetch_from(std::string tag, events::Uid first, const FetchItems& items,
                       std::optional<ChangedSince> since) {
  return fetch_set(std::move(tag), std::to_string(first.value()) + ":*", items, since);
}

Command notify_set_status(std::string tag, const NotifyRequest& request) {
  std::string events;
  for (const auto& row : notify_events) {
    if (request.events[static_cast<std::size_t>(row.event)]) append_word(events, row.word);
  }
  const std::string_view mailboxes =
      request.scope == NotifyScope::personal ? "personal" : "mailboxes INBOX";
  return make(std::move(tag),
              "NOTIFY SET STATUS (" + std::string(mailboxes) + " " + in_parentheses(events) + ")");
}
Command notify_none(std::string tag) {
  return make(std::move(tag), "NOTIFY NONE");
}
Command idle(std::string tag) {
  return make(std::move(tag), "IDLE");
}
std::string idle_done() {
  return "DONE\r\n";
}

}  // namespace sources::imap
