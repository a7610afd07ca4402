#include "sources/push/act_parts.hpp"

#include <utility>

#include "sources/push/date_time.hpp"

namespace sources::push {

std::optional<events::Timestamp> read_timestamp(JsonFields& fields, std::string_view name) {
  const auto text = fields.text(name);
  if (!text) return std::nullopt;
  auto timestamp = parse_date_time(*text);
  if (!timestamp) fields.refuse(name, "is no date-time of RFC 3339");
  return timestamp;
}

std::string read_name(JsonFields& fields, std::string_view name) {
  auto text = fields.text(name).value_or("");
  if (text.size() <= max_name) return text;
  fields.refuse(name, "is too long");
  return {};
}

events::Arrival make_arrival(events::MailboxId mailbox, events::Uid uid) {
  return {std::move(mailbox), uid, {}, {}, {}, {}, {}, {}, {}};
}

events::FlagSet to_flags(JsonFields& fields, std::string_view name,
                         const std::vector<std::string>& words) {
  events::FlagSet flags;
  for (const auto& word : words) {
    if (word.size() > max_flag || flags.names().size() >= max_flags) {
      fields.refuse(name, "has too many or too long flags");
      break;
    }
    flags.add(word);
  }
  return flags;
}

std::vector<Told> split_flags(Told told) {
  const auto* set = std::get_if<events::FlagsSet>(&told.act.event.kind);
  if (set == nullptr) return {std::move(told)};
  const auto whole = *set;
  std::vector<Told> acts;
  const auto add = [&](events::Event::Kind kind) {
    auto one = told;
    one.act.event.kind = std::move(kind);
    acts.push_back(std::move(one));
  };
  if (whole.flag_names.contains("\\Seen")) add(events::MessageRead{whole});
  if (whole.flag_names.contains("\\Deleted")) add(events::MessageTrash{whole});
  auto others = whole;
  others.flag_names = whole.flag_names.minus(events::FlagSet::from_text("\\Seen \\Deleted"));
  if (!others.flag_names.empty()) add(std::move(others));
  return acts;
}

}  // namespace sources::push
