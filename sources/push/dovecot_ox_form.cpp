// Dovecot's OX push driver: a delivery to INBOX, the only thing that it ever tells.
#include <utility>

#include "sources/push/act_parts.hpp"
#include "sources/push/forms.hpp"
#include "sources/push/mailbox_owner.hpp"

namespace sources::push {

void read_dovecot_ox(JsonFields& fields, const PushDialect& dialect, Reading& reading) {
  if (fields.text("event") != "messageNew") {
    ++reading.ignored;
    return;
  }
  const auto user = read_name(fields, "user");
  if (user.empty()) fields.refuse("user", "is missing");
  auto owned = to_owned_mailbox(read_name(fields, "folder"), View::of_user, dialect);
  if (owned.name.empty()) fields.refuse("folder", "is missing");
  const auto uidvalidity = fields.bounded<events::UidValidity>("imap-uidvalidity");
  if (!uidvalidity) fields.refuse("imap-uidvalidity", "is missing");
  const auto uid = fields.bounded<events::Uid>("imap-uid");
  if (!uid) fields.refuse("imap-uid", "is missing");
  const auto unseen = fields.number("unseen", 0xFFFFFFFFU);
  if (!fields.mistake().empty()) return;
  events::MessageNew kind{make_arrival({{}, std::move(owned.name), uidvalidity}, *uid), {}};
  if (auto from = fields.text("from")) kind.headers.emplace_back("From", std::move(*from));
  if (auto subject = fields.text("subject"))
    kind.headers.emplace_back("Subject", std::move(*subject));
  Told told{owned.owner.empty() ? user : owned.owner,
            {{{}, {}, std::move(kind)}, {}, {}, {}, {}, {}, false}};
  if (unseen) told.act.unseen = static_cast<std::uint32_t>(*unseen);
  ++reading.accepted;
  reading.told.push_back(std::move(told));
}

}  // namespace sources::push
