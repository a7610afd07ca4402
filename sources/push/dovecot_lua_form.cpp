// What Dovecot's Lua push driver knows of an event, as sources/push/dovecot/mail-events.lua sends
// it: Dovecot's own members, and beside them who acted and the mailbox's STATUS afterwards.
#include <cstdio>
#include <utility>

#include "sources/push/act_parts.hpp"
#include "sources/push/forms.hpp"
#include "sources/push/mailbox_owner.hpp"

namespace sources::push {
namespace {

using events::EventName;

/// RFC 5322 §3.3 date-time of seconds since 1970, with the offset in minutes.
std::string to_date(std::uint64_t seconds, std::int64_t offset) {
  const std::chrono::sys_seconds at{
      std::chrono::seconds(static_cast<std::int64_t>(seconds) + offset * 60)};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto distance = offset < 0 ? -offset : offset;
  char text[64];
  std::snprintf(text, sizeof text, "%02u %s %d %02d:%02d:%02d %c%02d%02d",
                static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                static_cast<int>(date.year()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                offset < 0 ? '-' : '+', static_cast<int>(distance / 60),
                static_cast<int>(distance % 60));
  return text;
}

class Form {
 public:
  Form(JsonFields& fields, const PushDialect& dialect, Reading& reading)
      : fields_(fields), dialect_(dialect), reading_(reading) {}

  void read() {
    auto name = fields_.text("name").value_or("");
    // RFC 5423 §4.4: quirk(dovecot) - MailboxUnsubscribe
    if (name == "MailboxUnsubscribe") name = events::to_text(EventName::mailbox_unsubscribe);
    const auto known = events::parse_event_name(name);
    if (!known) {
      ++reading_.ignored;
      return;
    }
    read_circumstances();
    read_mailbox();
    auto kind = read_kind(*known);
    if (!fields_.mistake().empty()) return;
    if (!kind) {
      ++reading_.ignored;
      return;
    }
    ++reading_.accepted;
    told_.act.event.kind = std::move(*kind);
    for (auto& one : split_flags(std::move(told_))) reading_.told.push_back(std::move(one));
  }

 private:
  void read_circumstances() {
    auto& to = told_.act.event.circumstances;
    to.timestamp = read_timestamp(fields_, "timestamp");
    to.user = read_name(fields_, "user");
    if (to.user->empty()) fields_.refuse("user", "is missing");
    to.admin = fields_.text("authUser");
    if (to.admin == to.user) to.admin.reset();  // RFC 5423 §5: only if it is another
    to.client_ip = fields_.text("clientIP");
    to.server_fqdn = fields_.text("serverFQDN");
    to.service = fields_.text("service");
    to.pid = fields_.text("pid");
    told_.act.session = fields_.text("session").value_or("");
    told_.account = *to.user;
  }

  void read_mailbox() {
    const auto name = read_name(fields_, "mailbox");
    auto owned = to_owned_mailbox(name, View::of_user, dialect_);
    if (owned.name.empty()) fields_.refuse("mailbox", "is missing");
    if (!owned.owner.empty()) told_.account = owned.owner;
    mailbox_ = {{}, owned.name, fields_.bounded<events::UidValidity>("uid_validity")};
    const auto* object = fields_.object("status");
    if (object == nullptr) return;
    JsonFields status(*object);
    auto& act = told_.act;
    constexpr std::uint64_t most = 0xFFFFFFFFU;
    if (const auto number = status.number("messages", most))
      act.messages = static_cast<std::uint32_t>(*number);
    if (const auto number = status.number("unseen", most))
      act.unseen = static_cast<std::uint32_t>(*number);
    act.uidnext = status.bounded<events::Uid>("uidnext");
    act.highestmodseq = status.bounded<events::ModSeq>("highestmodseq");
    if (!mailbox_.uidvalidity)
      mailbox_.uidvalidity = status.bounded<events::UidValidity>("uidvalidity");
    if (!status.mistake().empty()) fields_.refuse("status", "has a member: " + status.mistake());
  }

  /// Absent, with or without a mistake: nothing to tell.
  std::optional<events::Event::Kind> read_kind(EventName name) {
    switch (name) {
      case EventName::message_new:
        return arrival<events::MessageNew>();
      case EventName::message_append:
        return arrival<events::MessageAppend>();
      case EventName::message_expunge:
        return change<events::MessageExpunge>();
      case EventName::message_expire:
        return change<events::MessageExpire>();
      case EventName::message_read:
        return change<events::MessageRead>();
      case EventName::message_trash:
        return change<events::MessageTrash>();
      case EventName::flags_set:
        return with_flags(change<events::FlagsSet>());
      case EventName::flags_clear:
        return with_flags(change<events::FlagsClear>());
      case EventName::mailbox_create:
        demand_uidvalidity();
        return events::MailboxCreate{mailbox_};
      case EventName::mailbox_delete:
        return events::MailboxDelete{mailbox_};
      case EventName::mailbox_rename:
        return rename();
      case EventName::mailbox_subscribe:
        return events::MailboxSubscribe{mailbox_};
      case EventName::mailbox_unsubscribe:
        return events::MailboxUnSubscribe{mailbox_};
      case EventName::quota_exceed:
      case EventName::quota_within:
      case EventName::quota_change:
      case EventName::login:
      case EventName::logout:
        return std::nullopt;  // not of this driver
    }
    return std::nullopt;
  }

  void demand_uidvalidity() {
    if (!mailbox_.uidvalidity) fields_.refuse("uid_validity", "is missing");
  }

  std::optional<events::Uid> uid() {
    demand_uidvalidity();
    const auto uid = fields_.bounded<events::Uid>("uid");
    if (!uid) fields_.refuse("uid", "is missing");
    return uid;
  }

  template <class Kind>
  std::optional<events::Event::Kind> arrival() {
    const auto number = uid();
    if (!number) return std::nullopt;
    auto arrived = make_arrival(mailbox_, *number);
    arrived.counts = {told_.act.messages, told_.act.uidnext};
    arrived.flag_names = flags();
    arrived.message_size = fields_.number("size", ~std::uint64_t{0});
    const auto add = [&](const char* header, std::string_view member) {
      if (auto value = fields_.text(member))
        arrived.headers.emplace_back(header, std::move(*value));
    };
    add("From", "from");
    add("To", "to");
    add("Subject", "subject");
    constexpr std::uint64_t year_3000 = 32'503'680'000;
    if (const auto date = fields_.number("date", year_3000); date && *date != 0)
      arrived.headers.emplace_back("Date", to_date(*date, fields_.offset("tz")));
    add("Message-ID", "message_id");
    if constexpr (std::is_same_v<Kind, events::MessageNew>) {
      return events::MessageNew{std::move(arrived), std::nullopt};
    } else {
      return Kind{std::move(arrived)};
    }
  }

  template <class Kind>
  Kind change() {
    Kind kind;
    kind.mailbox = mailbox_;
    if (const auto number = uid()) kind.uidset = events::UidSet(*number);
    kind.counts = {told_.act.messages, told_.act.uidnext};
    return kind;
  }

  events::FlagSet flags() {
    auto words = fields_.texts("flags");
    for (auto& keyword : fields_.texts("keywords")) words.push_back(std::move(keyword));
    return to_flags(fields_, "flags", words);
  }

  /// RFC 5423 §4.2: quirk(dovecot) - both handlers run at every change, often with empty lists
  template <class Kind>
  std::optional<events::Event::Kind> with_flags(Kind kind) {
    kind.flag_names = flags();
    if (kind.flag_names.empty()) return std::nullopt;
    return kind;
  }

  std::optional<events::Event::Kind> rename() {
    const auto old = read_name(fields_, "mailbox_old");
    if (old.empty()) fields_.refuse("mailbox_old", "is missing");
    auto owned = to_owned_mailbox(old, View::of_user, dialect_);
    return events::MailboxRename{{{}, std::move(owned.name), {}}, mailbox_};
  }

  JsonFields& fields_;
  const PushDialect& dialect_;
  Reading& reading_;
  Told told_{{}, {{{}, {}, events::Login{}}, {}, {}, {}, {}, {}, true}};
  events::MailboxId mailbox_;
};

}  // namespace

void read_dovecot_lua(JsonFields& fields, const PushDialect& dialect, Reading& reading) {
  Form(fields, dialect, reading).read();
}

}  // namespace sources::push
