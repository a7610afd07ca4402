#include "sources/shared_account.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "sources/merged_changes.hpp"

namespace sources {
namespace {

using events::Event;
using events::Step;

const Event* event_of(const Step& step) {
  return std::get_if<Event>(&step);
}

bool has_events(const events::Report& report) {
  return std::any_of(report.steps.begin(), report.steps.end(),
                     [](const Step& step) { return event_of(step) != nullptr; });
}

// RFC 5423 §4.4
bool is_of_mailboxes(const Event& event) {
  return events::group_of(events::name_of(event)) == events::EventGroup::mailbox;
}

/// Quota and sessions: nothing in the model tells whether it was told before.
bool is_moment(const Event& event) {
  const auto group = events::group_of(events::name_of(event));
  return group == events::EventGroup::access || group == events::EventGroup::quota;
}

bool names_mailboxes(const events::Report& report) {
  return std::any_of(report.steps.begin(), report.steps.end(), [](const Step& step) {
    const auto* event = event_of(step);
    return std::holds_alternative<events::MailboxGone>(step) ||
           std::holds_alternative<events::MailboxMoved>(step) ||
           std::holds_alternative<events::SubscriptionIs>(step) ||
           (event != nullptr && is_of_mailboxes(*event));
  });
}

/// Which mailbox the event is about; its name is empty for those about none.
std::string mailbox_of(const Event& event) {
  return std::visit(
      [](const auto& kind) -> std::string {
        if constexpr (std::is_base_of_v<events::Quota, std::decay_t<decltype(kind)>>) {
          return {};
        } else if constexpr (requires { kind.mailbox.name; }) {
          return kind.mailbox.name;
        } else {
          return {};
        }
      },
      event.kind);
}

/// RFC 5423 §4.1: quirk(dovecot) - a MessageExpire is told as MessageExpunge, so that either stands
/// for what a look calls expunged.
template <class Kind, class Other>
constexpr bool may_be_same = std::is_same_v<Kind, Other> ||
                             (std::is_same_v<Kind, events::MessageExpire> &&
                              std::is_same_v<Other, events::MessageExpunge>);

}  // namespace

SharedAccount::Reports SharedAccount::on_found(events::Report report, Time now) {
  personal_prefix_ = report.personal_prefix;
  Reports out;
  if (!is_told_ || report.completes_snapshot || held_.size() >= max_held) {
    out = release_all();
    out.push_back(std::move(report));
    return out;
  }
  const bool waits = has_events(report);
  if (!waits && held_.empty()) return {std::move(report)};
  events::Report seen{report.account, report.source, report.personal_prefix, {}};
  for (const auto& step : report.steps) {
    if (const auto* is = std::get_if<events::MailboxIs>(&step)) seen.shown.push_back(is->state);
  }
  if (!seen.shown.empty()) out.push_back(std::move(seen));
  const bool is_tree = names_mailboxes(report);
  held_.push_back({std::move(report), waits ? now + push_grace : held_.back().due, is_tree});
  return out;
}

SharedAccount::Reports SharedAccount::on_told(std::vector<Act> acts, const std::string& source,
                                              char separator, Time now) {
  is_told_ = true;
  Reports out;
  events::Report report{model_.name(), source, personal_prefix_, {}};
  report.is_told = true;
  for (auto& act : acts) {
    act.event.account = model_.name();
    if (!is_moment(act.event)) {
      take(std::move(act), report, separator, out);
    } else if (!is_repeated(act, now)) {
      report.steps.emplace_back(std::move(act.event));
    }
  }
  merge_changes(report.steps);
  keep_for_later(report);
  if (!report.steps.empty() || !report.shown.empty()) out.push_back(std::move(report));
  release_what_is_told(out);
  return out;
}

SharedAccount::Reports SharedAccount::on_time(Time now) {
  Reports out;
  std::size_t count = 0;
  while (count < held_.size() && held_[count].due <= now) ++count;
  release(count, out);
  return out;
}

SharedAccount::Reports SharedAccount::release_all() {
  Reports out;
  release(held_.size(), out);
  return out;
}

std::optional<SharedAccount::Time> SharedAccount::due() const {
  if (held_.empty()) return std::nullopt;
  return held_.front().due;
}

/// docs/protocol.md: account, event, timestamp, session and service are equal within 5 minutes.
bool SharedAccount::is_repeated(const Act& act, Time now) {
  const auto& circumstances = act.event.circumstances;
  std::string key(events::to_text(events::name_of(act.event)));
  if (circumstances.timestamp)
    key += ' ' + std::to_string(circumstances.timestamp->at.time_since_epoch().count());
  key += ' ' + act.session + '\n' + circumstances.service.value_or("");
  while (!moments_.empty() &&
         (now - moments_.front().at > moment_window || moments_.size() > max_moments)) {
    moments_.pop_front();
  }
  const auto is_same = [&](const Moment& moment) { return moment.key == key; };
  if (std::any_of(moments_.begin(), moments_.end(), is_same)) return true;
  moments_.push_back({std::move(key), now});
  return false;
}

void SharedAccount::take(Act act, events::Report& report, char separator, Reports& out) {
  if (take_match(act, report)) return;
  // what a look found before goes out before: an act that names a mailbox must find it published
  std::size_t before = is_of_mailboxes(act.event) ? held_.size() : 0;
  for (std::size_t i = before; i < held_.size(); ++i) {
    if (held_[i].names_mailboxes) before = i + 1;
  }
  if (before != 0) {
    if (!report.steps.empty()) {
      auto told = report;
      report.steps.clear();
      out.push_back(std::move(told));
    }
    release(before, out);
  }
  auto steps = model_.apply(act, separator);
  report.steps.insert(report.steps.end(), std::make_move_iterator(steps.begin()),
                      std::make_move_iterator(steps.end()));
}

/// True: a look had found all of it, and what the push tells of it goes out in its place.
bool SharedAccount::take_match(Act& act, events::Report& report) {
  if (held_.empty()) return false;
  auto told = act.event;
  return std::visit(
      [&](auto& kind) {
        using Kind = std::decay_t<decltype(kind)>;
        if constexpr (std::is_base_of_v<events::Arrival, Kind>) {
          return match_arrival(act, kind, report);
        } else if constexpr (std::is_base_of_v<events::MessageSetChange, Kind>) {
          return match_changes(act, kind, report);
        } else {
          return match_mailbox(act);
        }
      },
      told.kind);
}

template <class Kind>
bool SharedAccount::match_arrival(Act& act, const Kind& told, events::Report& report) {
  for (auto& held : held_) {
    auto& steps = held.report.steps;
    for (auto step = steps.begin(); step != steps.end(); ++step) {
      const auto* event = event_of(*step);
      if (event == nullptr || mailbox_of(*event) != told.mailbox.name) continue;
      const events::Arrival* found = std::get_if<events::MessageNew>(&event->kind);
      if (found == nullptr) found = std::get_if<events::MessageAppend>(&event->kind);
      if (found == nullptr || found->uid != told.uid) continue;
      Kind both = told;  // the look has read the message, the push knows the act
      if (!found->headers.empty()) both.headers = found->headers;
      if (!both.message_size) both.message_size = found->message_size;
      if (!both.modseq) both.modseq = found->modseq;
      if (!both.counts.messages) both.counts = found->counts;
      if (!both.body_structure) both.body_structure = found->body_structure;
      if (!both.message_content) both.message_content = found->message_content;
      both.content_reference = found->content_reference;
      act.event.kind = std::move(both);
      steps.erase(step);
      report.steps.emplace_back(messages_now(told.mailbox.name, events::UidSet(told.uid)));
      report.steps.emplace_back(act.event);
      return true;
    }
  }
  return false;
}

template <class Kind>
bool SharedAccount::match_changes(Act& act, Kind& told, events::Report& report) {
  for (auto& held : held_) {
    std::erase_if(held.report.steps, [&](Step& step) {
      auto* event = std::get_if<Event>(&step);
      if (event == nullptr || mailbox_of(*event) != told.mailbox.name) return false;
      return std::visit(
          [&](auto& found) {
            using Found = std::decay_t<decltype(found)>;
            if constexpr (may_be_same<Kind, Found>) {
              if constexpr (requires { told.flag_names; }) {
                if (told.flag_names != found.flag_names) return false;
              }
              auto rest = told.uidset;
              rest.remove(found.uidset);
              auto common = told.uidset;
              common.remove(rest);
              if (common.empty()) return false;
              auto part = act.event;
              auto kind = told;
              kind.uidset = common;
              if (!kind.modseq && found.uidset == common) kind.modseq = found.modseq;
              part.kind = kind;
              report.steps.emplace_back(messages_now(told.mailbox.name, common));
              report.steps.emplace_back(std::move(part));
              found.uidset.remove(common);
              told.uidset = rest;
              return found.uidset.empty();
            } else {
              return false;
            }
          },
          event->kind);
    });
    if (told.uidset.empty()) return true;
  }
  act.event.kind = told;
  return false;
}

/// The event stays where it is among the steps that bring the mailbox; with it goes all before it.
bool SharedAccount::match_mailbox(const Act& act) {
  const auto old_name = [](const Event& event) {
    const auto* rename = std::get_if<events::MailboxRename>(&event.kind);
    return rename != nullptr ? rename->old_mailbox.name : std::string();
  };
  for (std::size_t i = 0; i < held_.size(); ++i) {
    for (auto& step : held_[i].report.steps) {
      auto* event = std::get_if<Event>(&step);
      if (event == nullptr || event->kind.index() != act.event.kind.index() ||
          mailbox_of(*event) != mailbox_of(act.event) || old_name(*event) != old_name(act.event)) {
        continue;
      }
      event->circumstances = act.event.circumstances;
      for (std::size_t earlier = 0; earlier <= i; ++earlier) held_[earlier].due = Time::min();
      return true;
    }
  }
  return false;
}

void SharedAccount::release(std::size_t count, Reports& out) {
  for (; count != 0; --count) {
    auto report = refreshed(std::move(held_.front().report));
    held_.pop_front();
    if (!report.steps.empty() || !report.rights.empty() || !report.mdn_sent.empty())
      out.push_back(std::move(report));
  }
}

void SharedAccount::release_what_is_told(Reports& out) {
  while (!held_.empty() &&
         (held_.front().due == Time::min() || !has_events(held_.front().report))) {
    release(1, out);
  }
}

/// What is kept is what is true now: the model has gone on meanwhile.
events::Report SharedAccount::refreshed(events::Report report) const {
  std::vector<Step> steps;
  for (auto& step : report.steps) {
    if (const auto* is = std::get_if<events::MailboxIs>(&step)) {
      if (const auto* state = model_.find(is->state.name))
        steps.emplace_back(events::MailboxIs{*state});
    } else if (const auto* are = std::get_if<events::MessagesAre>(&step)) {
      if (model_.find(are->mailbox) == nullptr) continue;
      auto uids = are->removed;
      for (const auto& [uid, flags] : are->set) uids.add(uid);
      auto now = messages_now(are->mailbox, uids);
      if (are->all) now = {are->mailbox, true, {}, model_.messages(are->mailbox)};
      steps.emplace_back(std::move(now));
    } else {
      steps.push_back(std::move(step));
    }
  }
  report.steps = std::move(steps);
  keep_for_later(report);
  return report;
}

/// As long as an event of a mailbox waits its state is shown but not kept: a gateway that is killed
/// now finds the difference again.
void SharedAccount::keep_for_later(events::Report& report) const {
  std::erase_if(report.steps, [&](Step& step) {
    const auto* is = std::get_if<events::MailboxIs>(&step);
    if (is == nullptr) return false;
    const bool waits = std::any_of(held_.begin(), held_.end(), [&](const Held& held) {
      const auto& steps = held.report.steps;
      return &held.report != &report && std::any_of(steps.begin(), steps.end(), [&](const Step& s) {
        const auto* event = event_of(s);
        return event != nullptr && mailbox_of(*event) == is->state.name;
      });
    });
    if (waits) report.shown.push_back(is->state);
    return waits;
  });
}

events::MessagesAre SharedAccount::messages_now(const std::string& mailbox,
                                                const events::UidSet& uids) const {
  events::MessagesAre are{mailbox, false, {}, model_.messages(mailbox, uids)};
  are.removed = uids;
  for (const auto& [uid, flags] : are.set) are.removed.remove(events::UidSet(uid));
  return are;
}

}  // namespace sources
