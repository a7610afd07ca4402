#include "sources/imap/response_parser.hpp"

#include <array>
#include <optional>
#include <utility>

#include "sources/imap/quota_response.hpp"
#include "sources/imap/response_lexer.hpp"
#include "sources/imap/rights_response.hpp"

namespace sources::imap {
namespace {

using events::ModSeq;
using events::Uid;
using events::UidValidity;

constexpr std::uint64_t max_modseq = 0x7FFFFFFFFFFFFFFFULL;  // RFC 7162 §7 mod-sequence-value

struct ConditionRow {
  Condition condition;
  std::string_view word;
};
/// RFC 3501 §9 resp-cond-state, resp-cond-auth, resp-cond-bye
constexpr std::array<ConditionRow, 5> conditions{{
    {Condition::ok, "OK"},
    {Condition::no, "NO"},
    {Condition::bad, "BAD"},
    {Condition::preauth, "PREAUTH"},
    {Condition::bye, "BYE"},
}};
static_assert([] {
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    if (static_cast<std::size_t>(conditions[i].condition) != i) return false;
  }
  return static_cast<std::size_t>(Condition::bye) + 1 == conditions.size();
}());

std::optional<Condition> parse_condition(std::string_view word) {
  for (const auto& row : conditions) {
    if (row.word == word) return row.condition;
  }
  return std::nullopt;
}

std::optional<Uid> uid(ResponseLexer& in) {
  return Uid::from(in.nz_number32());
}
std::optional<UidValidity> uidvalidity(ResponseLexer& in) {
  return UidValidity::from(in.nz_number32());
}
std::optional<ModSeq> modseq(ResponseLexer& in) {
  return ModSeq::from(in.number(0, max_modseq));
}

/// resp-text = ["[" resp-text-code "]" SP] text; resp-text-code = ... / atom [SP 1*<any TEXT-CHAR
/// except "]">] RFC 9051 §9: the text may be empty.
ResponseText response_text(std::string_view text) {
  ResponseText result;
  const auto bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  if (bracket != std::string_view::npos) {
    ResponseLexer code(text.substr(1, bracket - 1));
    auto word = code.word();
    if (code.ok() && (code.at_end() || code.accept(' '))) {
      result.code = std::move(word);
      result.arguments = code.rest();
      text.remove_prefix(bracket + 1);
      if (text.starts_with(' ')) text.remove_prefix(1);
    }
  }
  result.text = text;
  return result;
}

/// resp-cond-state = ("OK" / "NO" / "BAD") SP resp-text
ResponseText after_condition(ResponseLexer& in) {
  if (!in.at_end()) in.expect(' ');
  return response_text(in.rest());
}

/// capability-data = "CAPABILITY" *(SP capability) SP "IMAP4rev1" *(SP capability)
/// RFC 5161 §4: response-data =/ "*" SP enable-data; enable-data = "ENABLED" *(SP capability)
/// Not read as atoms: a vendor's odd word must not cost the connection.
std::vector<std::string> words(ResponseLexer& in) {
  if (!in.at_end()) in.expect(' ');
  return to_capabilities(in.rest()).words;
}

/// Namespace = nil / "(" 1*( "(" string SP (DQUOTE QUOTED_CHAR DQUOTE / nil)
/// *(Namespace_Response_Extension) ")" ) ")"
std::vector<Namespace> namespace_list(ResponseLexer& in) {
  std::vector<Namespace> result;
  in.expect(' ');
  if (!in.next_is('(')) {
    if (in.nstring()) in.fail();
    return result;
  }
  in.expect('(');
  while (in.ok() && in.accept('(')) {
    Namespace item;
    item.prefix = in.string();
    in.expect(' ');
    item.separator = in.nil_or_character();
    while (in.ok() && in.accept(' ')) in.skip_value();
    in.expect(')');
    result.push_back(std::move(item));
  }
  in.expect(')');
  return result;
}

/// Namespace_Response = "*" SP "NAMESPACE" SP Namespace SP Namespace SP Namespace
Namespaces namespaces(ResponseLexer& in) {
  Namespaces result;
  result.personal = namespace_list(in);
  result.other_users = namespace_list(in);
  result.shared = namespace_list(in);
  in.expect_end();
  return result;
}

/// mbox-list-extended = "(" [mbox-list-extended-item *(SP mbox-list-extended-item)] ")"
/// oldname-extended-item = "OLDNAME" SP "(" mailbox ")"                     RFC 5465 §8
void list_extended(ResponseLexer& in, List& list) {
  in.expect('(');
  if (in.accept(')')) return;
  do {
    const auto tag = in.astring();
    in.expect(' ');
    if (equal_ignoring_case(tag, "OLDNAME")) {
      in.expect('(');
      list.old_name = in.astring();
      in.expect(')');
    } else {
      in.skip_value();
    }
  } while (in.accept(' '));
  in.expect(')');
}

/// mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox [SP
/// mbox-list-extended]
List mailbox_list(ResponseLexer& in, bool is_lsub) {
  List list;
  list.is_lsub = is_lsub;
  in.expect(' ');
  list.attributes = in.flag_list();
  in.expect(' ');
  list.separator = in.nil_or_character();
  in.expect(' ');
  list.mailbox = in.astring();
  if (in.accept(' ')) list_extended(in, list);
  in.expect_end();
  return list;
}

void status_item(ResponseLexer& in, Status& status) {
  const auto name = in.word();
  in.expect(' ');
  if (name == "MESSAGES") {
    status.messages = in.number32();
  } else if (name == "RECENT") {
    status.recent = in.number32();
  } else if (name == "UNSEEN") {
    status.unseen = in.number32();
  } else if (name == "UIDNEXT") {
    status.uidnext = uid(in);
  } else if (name == "UIDVALIDITY") {
    status.uidvalidity = uidvalidity(in);
  } else if (name == "HIGHESTMODSEQ") {
    status.highestmodseq = modseq(in);
  } else {
    in.skip_value();  // RFC 8438 SIZE, RFC 8474 MAILBOXID, ...
  }
}

/// "STATUS" SP mailbox SP "(" [status-att-list] ")"; status-att-list = status-att SP number *(SP
/// status-att SP number)
Status mailbox_status(ResponseLexer& in) {
  Status status;
  in.expect(' ');
  status.mailbox = in.astring();
  in.expect(' ');
  in.expect('(');
  if (!in.next_is(')')) {
    do {
      status_item(in, status);
    } while (in.ok() && in.accept(' '));
  }
  in.expect(')');
  in.expect_end();
  return status;
}

/// expunged-resp = "VANISHED" [SP "(EARLIER)"] SP known-uids                RFC 7162 §7
Vanished vanished(ResponseLexer& in) {
  Vanished result;
  in.expect(' ');
  if (in.accept('(')) {
    if (in.word() != "EARLIER") in.fail();
    result.earlier = true;
    in.expect(')');
    in.expect(' ');
  }
  auto uids = events::UidSet::parse(in.rest());
  if (uids) {
    result.uids = std::move(*uids);
  } else {
    in.fail();
  }
  return result;
}

/// section = "[" [section-spec] "]"; header-list = "(" header-fld-name *(SP header-fld-name) ")":
/// names may be quoted.
std::string section(ResponseLexer& in) {
  const auto start = in.position();
  in.expect('[');
  while (in.ok() && !in.accept(']')) {
    if (in.accept(' ') || in.accept('(') || in.accept(')')) continue;
    if (in.next_is('"') || in.next_is('{')) {
      in.string();
    } else {
      in.atom();
    }
  }
  return to_upper(in.since(start));
}

/// "BODY" section ["<" number ">"] SP nstring; RFC 3501 §7.4.2
void body_section(ResponseLexer& in, Fetch& fetch) {
  const auto name = section(in);
  if (in.accept('<')) {
    in.number32();
    in.expect('>');
  }
  in.expect(' ');
  auto text = in.nstring();
  if (name.starts_with("[HEADER")) fetch.header = std::move(text);
  if (name == "[]") fetch.content = std::move(text);
}

void fetch_item(ResponseLexer& in, Fetch& fetch) {
  const auto name = in.item_name();
  if (in.next_is('[')) {
    body_section(in, fetch);
    return;
  }
  in.expect(' ');
  if (name == "UID") {
    fetch.uid = uid(in);
  } else if (name == "FLAGS") {
    fetch.flags = in.flag_list();
  } else if (name == "MODSEQ") {  // RFC 7162 §7: "MODSEQ" SP "(" permsg-modsequence ")"
    in.expect('(');
    fetch.modseq = modseq(in);
    in.expect(')');
  } else if (name == "RFC822.SIZE") {  // RFC 9051 §9: number64
    fetch.size = in.number(0, max_modseq);
  } else if (name == "BODYSTRUCTURE") {
    const auto start = in.position();
    if (!in.next_is('(')) in.fail();
    in.skip_value();
    fetch.body_structure = in.since(start);
  } else {
    in.skip_value();
  }
}

/// msg-att = "(" (msg-att-dynamic / msg-att-static) *(SP (msg-att-dynamic / msg-att-static)) ")"
Fetch fetch(ResponseLexer& in, std::uint32_t sequence_number) {
  Fetch result;
  result.sequence_number = sequence_number;
  in.expect(' ');
  in.expect('(');
  if (!in.next_is(')')) {
    do {
      fetch_item(in, result);
    } while (in.ok() && in.accept(' '));
  }
  in.expect(')');
  in.expect_end();
  return result;
}

/// message-data = nz-number SP ("EXPUNGE" / ("FETCH" SP msg-att)); mailbox-data = number SP
/// "EXISTS" / number SP "RECENT"
Response numbered(ResponseLexer& in) {
  const auto number = in.number32();
  in.expect(' ');
  auto name = in.word();
  if (name == "EXISTS") {
    in.expect_end();
    return Exists{number};
  }
  if (name != "EXPUNGE" && name != "FETCH") return Other{std::move(name)};
  if (number == 0) in.fail(Errc::number_out_of_range);
  if (name == "FETCH") return fetch(in, number);
  in.expect_end();
  return Expunge{number};
}

/// genurlauth-data = "*" SP "GENURLAUTH" 1*(SP url-full)                    RFC 4467 §9
GenUrlAuth gen_urlauth(ResponseLexer& in) {
  GenUrlAuth result;
  while (in.ok() && in.accept(' ')) result.urls.push_back(in.astring());
  in.expect_end();
  return result;
}

/// response-data = "*" SP (resp-cond-state / resp-cond-bye / mailbox-data / message-data /
/// capability-data) CRLF
Response untagged(ResponseLexer& in) {
  if (in.next_is_digit()) return numbered(in);
  auto name = in.word();
  if (const auto condition = parse_condition(name))
    return Untagged{*condition, after_condition(in)};
  if (name == "CAPABILITY") return Capabilities{words(in)};
  if (name == "ENABLED") return Enabled{words(in)};
  if (name == "NAMESPACE") return namespaces(in);
  if (name == "LIST" || name == "LSUB") return mailbox_list(in, name == "LSUB");
  if (name == "STATUS") return mailbox_status(in);
  if (name == "VANISHED") return vanished(in);
  if (name == "ACL") return parse_acl(in);
  if (name == "MYRIGHTS") return parse_my_rights(in);
  if (name == "QUOTA") return parse_quota(in);
  if (name == "QUOTAROOT") return parse_quota_root(in);
  if (name == "GENURLAUTH") return gen_urlauth(in);
  if (name == "FLAGS") {
    in.expect(' ');
    Flags flags{in.flag_list()};
    in.expect_end();
    return flags;
  }
  return Other{std::move(name)};
}

/// response-tagged = tag SP resp-cond-state CRLF
Response tagged(ResponseLexer& in) {
  Tagged result;
  result.tag = in.tag();
  in.expect(' ');
  const auto condition = parse_condition(in.word());
  if (!condition || *condition == Condition::preauth || *condition == Condition::bye) {
    in.fail();
    return result;
  }
  result.condition = *condition;
  result.text = after_condition(in);
  return result;
}

}  // namespace

boost::system::result<Response> parse_response(std::string_view whole_response) {
  ResponseLexer in(whole_response);
  // continue-req = "+" SP (resp-text / base64) CRLF
  if (in.accept('+')) {
    // RFC 3501 §7.5: quirk(exchange) - "+" alone
    if (!in.at_end()) in.expect(' ');
    if (!in.ok()) return in.failure();
    return Response(Continuation{std::string(in.rest())});
  }
  Response result;
  if (in.accept('*')) {
    in.expect(' ');
    result = untagged(in);
  } else {
    result = tagged(in);
  }
  if (!in.ok()) return in.failure();
  return result;
}

Capabilities to_capabilities(std::string_view text) {
  Capabilities result;
  while (!text.empty()) {
    const auto space = text.find(' ');
    if (space != 0) result.words.push_back(to_upper(text.substr(0, space)));
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return result;
}

}  // namespace sources::imap
