// Events as RFC 5423 names them, each parameter a member of the object. Cyrus writes this form,
// with parameters of its own ("vnd.cmu.") and an opaque mailboxID.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "events/event_name.hpp"
#include "events/parameter.hpp"
#include "sources/push/act_parts.hpp"
#include "sources/push/cyrus_envelope.hpp"
#include "sources/push/forms.hpp"
#include "sources/push/mailbox_owner.hpp"
#include "sources/push/mailbox_url.hpp"

namespace sources::push {
namespace {

using events::EventName;

constexpr std::uint64_t max_copied = 10'000;  // messages of one copy
constexpr std::size_t max_vendor = 64;        // parameters of one event

/// Cyrus' own events that are acts of RFC 5423 too: what arrives in the mailbox is an append.
bool is_copy(std::string_view name) {
  return name == "vnd.cmu.MessageCopy" || name == "vnd.cmu.MessageMove";
}

std::vector<std::string> words_of(std::string_view text, char separator) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    auto word = text.substr(0, end);
    while (word.starts_with(' ')) word.remove_prefix(1);
    if (!word.empty()) words.emplace_back(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

class Form {
 public:
  Form(JsonFields& fields, const PushDialect& dialect, Reading& reading)
      : fields_(fields), dialect_(dialect), reading_(reading) {}

  void read() {
    const auto name = fields_.text("event").value_or("");
    const auto known = events::parse_event_name(name);
    if (!known && !is_copy(name)) {
      ++reading_.ignored;
      return;
    }
    read_common();
    if (known) {
      read_event(*known);
    } else {
      read_copy();
    }
    count_unknown();
    if (!fields_.mistake().empty()) return;
    ++reading_.accepted;
    for (auto& kind : kinds_) {
      auto told = told_;
      told.act.event.kind = std::move(kind);
      for (auto& one : split_flags(std::move(told))) reading_.told.push_back(std::move(one));
    }
  }

 private:
  /// RFC 5423 §5 mailboxID, uri: where it happened, and whose it is. Cyrus' mailboxID is no URI.
  void read_common() {
    const auto mailbox_id = fields_.text("mailboxID");
    const auto uri = fields_.text("uri");
    auto url = mailbox_id ? parse_mailbox_url(*mailbox_id) : std::nullopt;
    if (const auto second = uri ? parse_mailbox_url(*uri) : std::nullopt) {
      if (!url) {
        url = second;
      } else if (second->uid) {
        url->uid = second->uid;
      }
    } else if (uri) {
      fields_.refuse("uri", "is no IMAP URL");
    }
    if (url) {
      auto owned = owner_of(*url);
      told_.account = owned.owner;
      mailbox_ = {{}, owned.name, url->uidvalidity};
      uid_ = url->uid;
    }
    read_circumstances();
    if (told_.account.empty()) told_.account = told_.act.event.circumstances.user.value_or("");
    if (told_.account.empty()) fields_.refuse("user", "is missing, and uri names no user");
    if (told_.account.size() > max_name || mailbox_.name.size() > max_name)
      fields_.refuse("uri", "is too long");
    read_counts();
  }

  OwnedMailbox owner_of(const MailboxUrl& url) const {
    if (url.mailbox.empty()) return {url.user, {}};
    auto owned = to_owned_mailbox(url.mailbox, View::of_administrator, dialect_);
    if (owned.owner.empty()) owned.owner = url.user;
    return owned;
  }

  void read_circumstances() {
    auto& to = told_.act.event.circumstances;
    to.timestamp = read_timestamp(fields_, "timestamp");
    to.user = fields_.text("user");
    to.admin = fields_.text("admin");
    to.client_ip = fields_.text("clientIP");
    to.client_port = port("clientPort");
    to.server_domain = fields_.text("serverDomain");
    to.server_port = port("serverPort");
    to.server_fqdn = fields_.text("serverFQDN");
    to.service = fields_.text("service");
    to.process = fields_.text("process");
    to.pid = fields_.text("pid");
    for (const auto& tags : fields_.texts("tags")) {
      for (auto& tag : words_of(tags, ',')) to.tags.push_back(std::move(tag));
    }
    told_.act.session = fields_.text("session").value_or("");
    for (const auto name : fields_.others()) {
      if (name == "vnd.cmu.envelope") continue;  // header fields in another guise
      if (name.starts_with("vnd.") && to.vendor.size() < max_vendor) read_vendor(name);
    }
  }

  std::optional<std::uint16_t> port(std::string_view name) {
    const auto number = fields_.number(name, 65535);
    return number ? std::optional(static_cast<std::uint16_t>(*number)) : std::nullopt;
  }

  void read_vendor(std::string_view name) {
    std::string value;
    for (const auto& text : fields_.texts(name)) value += (value.empty() ? "" : " ") + text;
    if (value.empty()) return;
    if (name == "vnd.cmu.sessionId" && told_.act.session.empty()) told_.act.session = value;
    told_.act.event.circumstances.vendor.emplace_back(name, std::move(value));
  }

  void read_counts() {
    constexpr std::uint64_t most = 0xFFFFFFFFU;
    auto& act = told_.act;
    const auto narrow = [](const std::optional<std::uint64_t>& number) {
      return number ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
    };
    act.messages = narrow(fields_.number("messages", most));
    act.unseen = narrow(fields_.number("vnd.cmu.unseenMessages", most));
    if (!act.unseen) act.unseen = narrow(fields_.number("unseen", most));
    act.uidnext = fields_.bounded<events::Uid>("uidnext");
    modseq_ = fields_.bounded<events::ModSeq>("modseq");
    if (const auto text = fields_.text("uidset")) {
      uidset_ = events::UidSet::parse(*text).value_or(events::UidSet{});
      if (uidset_.empty()) fields_.refuse("uidset", "is no set of UIDs");
    }
  }

  void read_event(EventName name) {
    switch (name) {
      case EventName::message_new:
        if (const auto arrival = read_arrival())
          add(events::MessageNew{*arrival, fields_.text("envelope")});
        return;
      case EventName::message_append:
        if (const auto arrival = read_arrival()) add(events::MessageAppend{*arrival});
        return;
      case EventName::message_expire:
        return add(change<events::MessageExpire>());
      case EventName::message_expunge:
        return add(change<events::MessageExpunge>());
      case EventName::message_read:
        return add(change<events::MessageRead>());
      case EventName::message_trash:
        return add(change<events::MessageTrash>());
      case EventName::flags_set:
        return add(with_flags(change<events::FlagsSet>()));
      case EventName::flags_clear:
        return add(with_flags(change<events::FlagsClear>()));
      case EventName::quota_exceed:
        return add(quota<events::QuotaExceed>());
      case EventName::quota_within:
        return add(quota<events::QuotaWithin>());
      case EventName::quota_change:
        return add(quota<events::QuotaChange>());
      case EventName::login:
        return add(events::Login{});
      case EventName::logout:
        return add(events::Logout{});
      case EventName::mailbox_create:
        demand_uidvalidity();
        return add(events::MailboxCreate{mailbox()});
      case EventName::mailbox_delete:
        return add(events::MailboxDelete{mailbox()});
      case EventName::mailbox_rename:
        return add(events::MailboxRename{old_mailbox(), mailbox()});
      case EventName::mailbox_subscribe:
        return add(events::MailboxSubscribe{mailbox()});
      case EventName::mailbox_unsubscribe:
        return add(events::MailboxUnSubscribe{mailbox()});
    }
  }

  void add(events::Event::Kind kind) { kinds_.push_back(std::move(kind)); }

  const events::MailboxId& mailbox() {
    if (mailbox_.name.empty()) fields_.refuse("mailboxID", "is missing, and uri names no mailbox");
    return mailbox_;
  }

  void demand_uidvalidity() {
    if (!mailbox().uidvalidity) fields_.refuse("uri", "has no UIDVALIDITY");
  }

  events::MailboxId old_mailbox() {
    const auto text = fields_.text("oldMailboxID");
    const auto url = text ? parse_mailbox_url(*text) : std::nullopt;
    if (!url || url->mailbox.empty()) {
      fields_.refuse("oldMailboxID", text ? "is no IMAP URL of a mailbox" : "is missing");
      return {};
    }
    return {{}, owner_of(*url).name, url->uidvalidity};
  }

  // RFC 5423 §4.1: the message id MUST include UIDVALIDITY and a UID
  std::optional<events::Arrival> read_arrival() {
    demand_uidvalidity();
    auto uid = uid_;
    if (!uid) uid = uidset_.single();
    if (!uid) {
      fields_.refuse("uri", "names no message (UID)");
      return std::nullopt;
    }
    auto arrival = make_arrival(mailbox_, *uid);
    arrival.counts = {told_.act.messages, told_.act.uidnext};
    arrival.modseq = modseq_;
    arrival.message_size = fields_.number("messageSize", ~std::uint64_t{0});
    arrival.flag_names = flags();
    if (const auto envelope = fields_.text("vnd.cmu.envelope"))
      arrival.headers = headers_of_envelope(*envelope);
    arrival.body_structure = fields_.text("bodyStructure");
    arrival.message_content = fields_.text("messageContent");
    return arrival;
  }

  template <class Kind>
  Kind change() {
    demand_uidvalidity();
    Kind kind;
    kind.mailbox = mailbox_;
    kind.uidset = uidset_;
    if (uidset_.empty() && uid_) kind.uidset = events::UidSet(*uid_);
    if (kind.uidset.empty()) fields_.refuse("uidset", "is missing");
    kind.counts = {told_.act.messages, told_.act.uidnext};
    if (kind.uidset.single()) kind.modseq = modseq_;
    return kind;
  }

  events::FlagSet flags() {
    std::vector<std::string> words;
    for (const auto& text : fields_.texts("flagNames")) {
      for (auto& word : words_of(text, ' ')) words.push_back(std::move(word));
    }
    return to_flags(fields_, "flagNames", words);
  }

  template <class Kind>
  Kind with_flags(Kind kind) {
    kind.flag_names = flags();
    if (kind.flag_names.empty()) fields_.refuse("flagNames", "is missing");
    return kind;
  }

  template <class Kind>
  Kind quota() {
    Kind kind;
    kind.disk_quota = limit("diskQuota");
    kind.disk_used = fields_.number("diskUsed", ~std::uint64_t{0});
    kind.max_messages = limit("maxMessages");
    kind.messages = fields_.number("messages", ~std::uint64_t{0});
    // a quota root is no mailbox, but Cyrus names the user's INBOX for it
    if (!mailbox_.name.empty() && mailbox_.uidvalidity) kind.mailbox = mailbox_;
    return kind;
  }

  /// RFC 5423 §5: quirk(cyrus) - no limit is written as -1
  std::optional<std::uint64_t> limit(std::string_view name) {
    if (fields_.is_negative(name)) return std::nullopt;
    return fields_.number(name, ~std::uint64_t{0});
  }

  void read_copy() {
    demand_uidvalidity();
    if (uidset_.empty()) fields_.refuse("uidset", "is missing");
    if (uidset_.size() > max_copied) return fields_.refuse("uidset", "has too many messages");
    told_.act.knows_flags = false;
    for (const auto& range : uidset_.ranges()) {
      for (std::uint64_t uid = range.first; uid <= range.last; ++uid) {
        events::MessageAppend kind{make_arrival(mailbox_, *events::Uid::from(uid))};
        kind.counts = {told_.act.messages, told_.act.uidnext};
        kind.modseq = uidset_.single() ? modseq_ : std::nullopt;
        add(std::move(kind));
      }
    }
  }

  void count_unknown() {
    for (const auto name : fields_.others()) {
      if (!events::parse_parameter(name) && !name.starts_with("vnd."))
        ++reading_.ignored_parameters;
    }
  }

  JsonFields& fields_;
  const PushDialect& dialect_;
  Reading& reading_;
  Told told_{{}, {{{}, {}, events::Login{}}, {}, {}, {}, {}, {}, true}};
  events::MailboxId mailbox_;
  std::optional<events::Uid> uid_;
  events::UidSet uidset_;
  std::optional<events::ModSeq> modseq_;
  std::vector<events::Event::Kind> kinds_;
};

}  // namespace

void read_rfc5423(JsonFields& fields, const PushDialect& dialect, Reading& reading) {
  Form(fields, dialect, reading).read();
}

}  // namespace sources::push
