#include "mapping/parameter_values.hpp"

#include <algorithm>
#include <optional>

#include "mapping/address_map.hpp"
#include "mapping/characters.hpp"
#include "mapping/date_time.hpp"
#include "mapping/imap_url.hpp"
#include "mapping/mailbox_name.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace mapping {
namespace {

using events::Parameter;
namespace ns = xmpp_schemas::ns;

constexpr std::size_t max_text = 256;             // of a parameter that a source gives as text
constexpr std::size_t max_flag = 255;             // as the schema says
constexpr std::size_t max_flag_names = 8 * 1024;  // all together
constexpr std::size_t max_envelope_line = 1024;
constexpr std::size_t max_envelope = 8 * 1024;
constexpr std::size_t max_vendor_parameters = 64;  // as the schema says
constexpr std::size_t max_vendor = 4 * 1024;
constexpr std::size_t max_tags = 4 * 1024;
constexpr std::size_t max_reference = 4 * 1024;

// RFC 3501 §9 flag, flag-keyword: an atom, after a backslash or not
bool is_flag(std::string_view flag) {
  if (flag.starts_with('\\')) flag.remove_prefix(1);
  return !flag.empty() && flag.size() < max_flag &&
         std::all_of(flag.begin(), flag.end(), [](char c) {
           return c > ' ' && c < 0x7F &&
                  std::string_view("(){%*\"\\]").find(c) == std::string_view::npos;
         });
}

std::string to_flag_names(const events::FlagSet& flags) {
  std::string text;
  for (const auto& flag : flags.names()) {
    if (!is_flag(flag)) continue;
    if (text.size() + flag.size() >= max_flag_names) break;
    if (!text.empty()) text += ' ';
    text += flag;
  }
  return text;
}

bool is_ip_address(std::string_view text) {
  return text.size() <= 64 &&
         text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

// XML 1.0 §2.3 Name, as far as ASCII goes; RFC 5423 §6 "vnd.<vendor>.<name>"
bool is_vendor_name(std::string_view name) {
  const auto is_name_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  };
  return name.starts_with("vnd.") && name.size() <= 64 &&
         std::all_of(name.begin(), name.end(), is_name_character);
}

bool is_header_name(std::string_view name) {  // RFC 5322 §3.6.8 ftext
  return !name.empty() && name.size() <= 76 && std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && c < 0x7F && c != ':';
  });
}

std::string write_headers(const std::vector<std::pair<std::string, std::string>>& headers) {
  std::string fields;
  for (const auto& [name, value] : headers) {
    if (!is_header_name(name)) continue;
    std::string one;
    xmpp_schemas::XmlWriter writer(one);
    writer.open("header").attribute("name", name);
    writer.text(to_harmless_text(value, max_header_field)).close();
    if (fields.size() + one.size() > max_header_fields) break;
    fields += one;
  }
  if (fields.empty()) return {};
  std::string out;
  xmpp_schemas::XmlWriter(out).open("headers", ns::shim).raw(fields).close();
  return out;
}

std::string write_vendor(const std::vector<std::pair<std::string, std::string>>& vendor) {
  std::string out;
  std::size_t count = 0;
  for (const auto& [name, value] : vendor) {
    if (!is_vendor_name(name)) continue;
    std::string one;
    xmpp_schemas::XmlWriter writer(one);
    writer.open(name, ns::message_store_vendor).text(cut_text(value, max_text)).close();
    if (out.size() + one.size() > max_vendor || ++count > max_vendor_parameters) break;
    out += one;
  }
  return out;
}

/// Collects the values of one event; a visitor of Event::Kind.
class Gatherer {
 public:
  Gatherer(const events::Event& event, const PayloadContext& context)
      : event_(event), context_(context) {}

  result<ParameterValues> gather() {
    std::visit([this](const auto& kind) { (*this)(kind); }, event_.kind);
    if (is_incomplete_) return errc::incomplete_event;
    circumstances(event_.circumstances);
    return std::move(values_);
  }

  template <class Kind>
  void operator()(const Kind& kind) {
    if constexpr (std::is_base_of_v<events::Arrival, Kind>) {
      arrival(kind);
      if constexpr (std::is_same_v<Kind, events::MessageNew>) envelope(kind.envelope);
    } else if constexpr (std::is_base_of_v<events::MessageSetChange, Kind>) {
      set_change(kind);
      if constexpr (requires { kind.flag_names; }) {
        flags(kind.flag_names);
        if (!values_.elements.contains(Parameter::flag_names)) is_incomplete_ = true;
      }
    } else if constexpr (std::is_base_of_v<events::Quota, Kind>) {
      quota(kind);
    } else if constexpr (requires { kind.old_mailbox; }) {
      rename(kind);
    } else if constexpr (requires { kind.mailbox; }) {
      mailbox_change(kind.mailbox, std::is_same_v<Kind, events::MailboxCreate>);
      // RFC 5423 §4.4: the user whose subscription list has been affected
      if constexpr (std::is_same_v<Kind, events::MailboxSubscribe> ||
                    std::is_same_v<Kind, events::MailboxUnSubscribe>) {
        concerned_user();
      }
    } else {
      text(Parameter::uri, to_text(ImapUrl{user(event_.account), context_.url_host, {}, {}, {}}));
      concerned_user();  // RFC 5423 §4.3
    }
  }

 private:
  void text(Parameter parameter, std::string_view value) {
    if (value.empty()) return;
    std::string element;
    xmpp_schemas::XmlWriter(element).leaf(events::to_text(parameter), value);
    values_.elements[parameter] = std::move(element);
  }
  void optional_text(Parameter parameter, const std::optional<std::string>& value) {
    if (value) text(parameter, cut_text(*value, max_text));
  }
  template <class Number>
  void number(Parameter parameter, const std::optional<Number>& value) {
    if (!value) return;
    if constexpr (requires { value->value(); }) {
      text(parameter, std::to_string(value->value()));
    } else {
      text(parameter, std::to_string(*value));
    }
  }
  void port(Parameter parameter, const std::optional<std::uint16_t>& value) {
    if (value && *value != 0) number(parameter, value);
  }

  std::string user(const std::string& account) const {
    return std::string(cut_domain(account, context_.mail_domain));
  }

  ImapUrl url_of(const events::MailboxId& mailbox) {
    if (mailbox.name.empty() || mailbox.name.size() > MailboxName::max_octets)
      is_incomplete_ = true;
    const auto& owner = mailbox.account.empty() ? event_.account : mailbox.account;
    return {user(owner), context_.url_host, mailbox.name, mailbox.uidvalidity, {}};
  }

  /// mailboxID, and as uri the message if there is exactly one, else the mailbox (RFC 5423 §5)
  void mailbox_and_uri(const events::MailboxId& mailbox, std::optional<events::Uid> uid = {}) {
    auto url = url_of(mailbox);
    text(Parameter::mailbox_id, to_text(url));
    url.uid = uid;
    text(Parameter::uri, to_text(url));
  }

  void demand_uidvalidity(const events::MailboxId& mailbox) {
    if (!mailbox.uidvalidity) is_incomplete_ = true;
  }

  void counts(const events::MailboxCounts& counts) {
    number(Parameter::messages, counts.messages);
    number(Parameter::uidnext, counts.uidnext);
  }

  void modseq(const std::optional<events::ModSeq>& modseq) {
    if (modseq && modseq->value() != 0) number(Parameter::modseq, modseq);
  }

  void flags(const events::FlagSet& flag_names) {
    text(Parameter::flag_names, to_flag_names(flag_names));
  }

  void arrival(const events::Arrival& arrival) {
    demand_uidvalidity(arrival.mailbox);  // RFC 5423 §4.1: MUST include UIDVALIDITY and a UID
    mailbox_and_uri(arrival.mailbox, arrival.uid);
    counts(arrival.counts);
    modseq(arrival.modseq);
    number(Parameter::message_size, arrival.message_size);
    flags(arrival.flag_names);
    if (arrival.body_structure && arrival.body_structure->size() < max_payload) {
      text(Parameter::body_structure, *arrival.body_structure);
    }
    content(arrival);
    values_.headers = write_headers(arrival.headers);
  }

  // RFC 5423 §4.1: the message, and a URLAUTH reference for whom it is too large
  void content(const events::Arrival& arrival) {
    const auto& octets = arrival.message_content;
    const auto& reference = arrival.content_reference;
    // base64 makes four octets of three
    const bool is_here = octets && octets->size() < max_payload / 4 * 3;
    const bool has_reference = reference && reference->size() <= max_reference;
    if (!is_here && !has_reference) return;
    std::string element;
    xmpp_schemas::XmlWriter writer(element);
    writer.open(events::to_text(Parameter::message_content)).attribute("encoding", "base64");
    if (has_reference) writer.attribute("uri", *reference);
    if (is_here) writer.text(to_base64(*octets));
    writer.close();
    values_.elements[Parameter::message_content] = std::move(element);
  }

  // RFC 5423 §5 envelope: lines with CRLF between, which an XML reader would not keep
  void envelope(const std::optional<std::string>& lines) {
    if (!lines) return;
    std::string inside;
    for (std::string_view rest = *lines; !rest.empty();) {
      const auto end = std::min(rest.find('\n'), rest.size());
      auto line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.empty()) continue;
      std::string one;
      xmpp_schemas::XmlWriter(one).leaf("line", to_harmless_text(line, max_envelope_line));
      if (inside.size() + one.size() > max_envelope) break;
      inside += one;
    }
    if (inside.empty()) return;
    std::string element;
    xmpp_schemas::XmlWriter(element).open(events::to_text(Parameter::envelope)).raw(inside).close();
    values_.elements[Parameter::envelope] = std::move(element);
  }

  void set_change(const events::MessageSetChange& change) {
    demand_uidvalidity(change.mailbox);
    if (change.uidset.empty()) is_incomplete_ = true;
    const auto uid = change.uidset.single();
    mailbox_and_uri(change.mailbox, uid);
    text(Parameter::uidset, change.uidset.to_string());
    counts(change.counts);
    if (uid) modseq(change.modseq);  // RFC 5423 §5: any notification referring to one message
  }

  void quota(const events::Quota& quota) {
    number(Parameter::disk_quota, quota.disk_quota);
    number(Parameter::disk_used, quota.disk_used);
    number(Parameter::max_messages, quota.max_messages);
    number(Parameter::messages, quota.messages);
    if (quota.mailbox) {
      mailbox_and_uri(*quota.mailbox);
    } else {
      text(Parameter::uri, to_text(ImapUrl{user(event_.account), context_.url_host, {}, {}, {}}));
    }
    concerned_user();  // RFC 5423 §4.1: SHOULD include at least the relevant user
  }

  void rename(const events::MailboxRename& rename) {
    mailbox_and_uri(rename.mailbox);
    text(Parameter::old_mailbox_id, to_text(url_of(rename.old_mailbox)));
  }

  void mailbox_change(const events::MailboxId& mailbox, bool needs_uidvalidity) {
    if (needs_uidvalidity) demand_uidvalidity(mailbox);  // RFC 5423 §4.4 MailboxCreate
    mailbox_and_uri(mailbox);
  }

  /// Until the circumstances say who acted, it is the account's own user.
  void concerned_user() { text(Parameter::user, user(event_.account)); }

  void circumstances(const events::Circumstances& circumstances) {
    optional_text(Parameter::user, circumstances.user);
    // RFC 5423 §5: not included when it is the same as user
    if (circumstances.admin != circumstances.user)
      optional_text(Parameter::admin, circumstances.admin);
    if (circumstances.client_ip && is_ip_address(*circumstances.client_ip)) {
      optional_text(Parameter::client_ip, circumstances.client_ip);
    }
    port(Parameter::client_port, circumstances.client_port);
    optional_text(Parameter::pid, circumstances.pid);
    optional_text(Parameter::process, circumstances.process);
    optional_text(Parameter::server_domain, circumstances.server_domain);
    port(Parameter::server_port, circumstances.server_port);
    optional_text(Parameter::server_fqdn, circumstances.server_fqdn);
    optional_text(Parameter::service, circumstances.service);
    if (circumstances.timestamp) {
      text(Parameter::timestamp, to_local_date_time(*circumstances.timestamp));
    }
    std::string tags;
    for (const auto& tag : circumstances.tags) tags += (tags.empty() ? "" : ",") + tag;
    text(Parameter::tags, cut_text(tags, max_tags));
    values_.vendor = write_vendor(circumstances.vendor);
  }

  const events::Event& event_;
  const PayloadContext& context_;
  ParameterValues values_;
  bool is_incomplete_ = false;
};

}  // namespace

result<ParameterValues> to_values(const events::Event& event, const PayloadContext& context) {
  return Gatherer(event, context).gather();
}

std::string to_base64(std::string_view octets) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((octets.size() + 2) / 3 * 4);
  while (!octets.empty()) {
    const auto taken = std::min<std::size_t>(octets.size(), 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = (bits << 8U) | (i < taken ? static_cast<unsigned char>(octets[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= taken ? alphabet[(bits >> (18U - 6U * i)) & 0x3FU] : '=';
    }
    octets.remove_prefix(taken);
  }
  return out;
}

}  // namespace mapping
