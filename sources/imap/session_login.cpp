// From the greeting to the point where the mailboxes can be looked at: RFC 3501 §3.1, §3.2, §6.2;
// RFC 4959, 5161, 2342.
#include <algorithm>
#include <array>
#include <utility>

#include "sources/imap/response_parser.hpp"
#include "sources/imap/session_state.hpp"

namespace sources::imap {
namespace {

/// RFC 5530 §3: the server could not check the password now; it may be right.
constexpr std::array<std::string_view, 3> temporary_codes{"UNAVAILABLE", "INUSE", "LIMIT"};

bool is_temporary(const ResponseText& text) {
  return std::find(temporary_codes.begin(), temporary_codes.end(), text.code) !=
         temporary_codes.end();
}

}  // namespace

void Session::State::on_greeting(const Untagged& greeting) {
  phase = Phase::login;
  // RFC 5465 §5.4: quirk(dovecot) - raw UTF-8 in the names that NOTIFY sends, before 2.4.3
  codec.expect_raw_unsolicited(greeting.text.text.find("Dovecot") != std::string::npos);
  if (greeting.condition == Condition::preauth) {
    is_authenticated = true;
    // RFC 3501 §6.2.1: STARTTLS is for the not authenticated state only
    if (config.tls == Tls::starttls) {
      return close(events::SightReason::protocol,
                   "the server greets with PREAUTH, so that STARTTLS is impossible", true);
    }
  } else if (greeting.condition != Condition::ok) {
    return close(events::SightReason::protocol, "no greeting: " + to_excerpt(greeting.text.text));
  }
  if (greeting.text.code == "CAPABILITY") {
    capabilities = CapabilitySet(to_capabilities(greeting.text.arguments).words);
    return continue_login();
  }
  send_one(capability(tags.next()), Pending::Kind::capability);
}

void Session::State::continue_login() {
  if (config.tls == Tls::starttls && !is_encrypted) {
    if (!capabilities.has(Capability::starttls)) {
      return close(events::SightReason::protocol,
                   "the server does not offer STARTTLS, which the configuration demands", true);
    }
    return send_one(starttls(tags.next()), Pending::Kind::starttls);
  }
  if (is_authenticated) return enable_extensions();
  authenticate();
}

void Session::State::on_starttls(const Tagged& response) {
  if (response.condition != Condition::ok) {
    return close(events::SightReason::protocol,
                 "STARTTLS refused: " + to_excerpt(response.text.text), true);
  }
  // RFC 3501 §6.2.1: whatever came after this in plain text may be forged
  octets.clear();
  capabilities = {};
  phase = Phase::tls;
  actions.push_back(StartTls{});
}

void Session::State::authenticate() {
  const bool is_proxied = config.user != config.account;
  const bool has_plain = capabilities.has(Capability::auth_plain);
  if (is_proxied && !has_plain) {
    return close(events::SightReason::auth,
                 "the server does not offer AUTH=PLAIN, without which a master user cannot act for "
                 "an account",
                 true);
  }
  if (!is_proxied && capabilities.has(Capability::logindisabled) && !has_plain) {
    return close(events::SightReason::auth, "the server offers neither LOGIN nor AUTH=PLAIN", true);
  }
  if (!is_proxied && !capabilities.has(Capability::logindisabled)) {
    auto command = login(tags.next(), config.user, config.password, capabilities.literals());
    if (!command)
      return close(events::SightReason::auth, "user or password cannot be sent with LOGIN", true);
    return send_one(std::move(*command), Pending::Kind::authenticate, true);
  }
  const auto base64 = sasl_plain(is_proxied ? config.account : "", config.user, config.password);
  if (!base64)
    return close(events::SightReason::auth, "user or password cannot be sent with SASL PLAIN",
                 true);
  if (capabilities.has(Capability::sasl_ir)) {
    return send_one(authenticate_plain(tags.next(), *base64), Pending::Kind::authenticate, true);
  }
  send_one(authenticate_plain(tags.next()), Pending::Kind::authenticate);
}

void Session::State::on_continuation() {
  const auto kind = pending.empty() ? Pending::Kind::capability : pending.front().kind;
  if (kind == Pending::Kind::idle) return on_idle_begun();
  // RFC 4616 §2: one message; a server that asks again would be given the password without end
  if (kind != Pending::Kind::authenticate || std::exchange(has_given_password, true))
    return close(events::SightReason::protocol,
                 "the server asks for data that no command announced");
  const bool is_proxied = config.user != config.account;
  const auto base64 = sasl_plain(is_proxied ? config.account : "", config.user, config.password);
  if (!base64)
    return close(events::SightReason::auth, "user or password cannot be sent with SASL PLAIN",
                 true);
  actions.push_back(Send{authenticate_response(*base64), true});
}

void Session::State::on_authenticated(const Tagged& response) {
  if (response.condition != Condition::ok) {
    const bool is_final = !is_temporary(response.text);
    return close(is_final ? events::SightReason::auth : events::SightReason::connect,
                 "login refused: " + to_excerpt(response.text.code + " " + response.text.text),
                 is_final);
  }
  is_authenticated = true;
  if (response.text.code == "CAPABILITY") return enable_extensions();
  // RFC 3501 §6.2.2: the capabilities may be others now, and an untagged list before the OK is no
  // proof that they came
  send_one(capability(tags.next()), Pending::Kind::capability);
}

void Session::State::enable_extensions() {
  std::vector<Command> commands;
  std::vector<Pending> expected;
  const auto add = [&](Command command, Pending::Kind kind) {
    expected.push_back({command.tag, kind, nullptr});
    commands.push_back(std::move(command));
  };
  const auto differing = strategy(differings, capabilities);
  extensions.condstore = differing != Differing::all_of_them;
  if (capabilities.has(Capability::enable) && extensions.condstore) {
    // RFC 7162 §3.2.3: QRESYNC has to be enabled before it may be used; it enables CONDSTORE too
    const std::string_view word = differing == Differing::qresync ? "QRESYNC" : "CONDSTORE";
    add(enable(tags.next(), {word}), Pending::Kind::enable);
  }
  if (capabilities.has(Capability::name_space))
    add(name_space(tags.next()), Pending::Kind::name_space);
  const bool waits_for_namespaces = capabilities.has(Capability::name_space);
  send(std::move(commands), std::move(expected));
  if (!waits_for_namespaces) start_watching();
}

void Session::State::on_namespaces(const Namespaces& namespaces) {
  if (!namespaces.personal.empty())
    personal_prefix = codec.from_answer(namespaces.personal.front().prefix);
  foreign_prefixes.clear();
  for (const auto* kind : {&namespaces.other_users, &namespaces.shared}) {
    for (const auto& item : *kind) {
      if (!item.prefix.empty()) foreign_prefixes.push_back(codec.from_answer(item.prefix));
    }
  }
}

void Session::State::start_watching() {
  phase = Phase::watching;
  // armed before the look, so that nothing falls between
  if (strategy(hearings, capabilities) == Hearing::notify) arm_notify();
  want_tree_look();
  set_timer(Timer::probe, probe_interval);
}

}  // namespace sources::imap
