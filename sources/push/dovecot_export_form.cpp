// Dovecot's event_exporter: what its push drivers do not see, namely sessions and deliveries and
// commands that a quota refused.
#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>

#include "sources/push/act_parts.hpp"
#include "sources/push/forms.hpp"
#include "sources/push/mailbox_owner.hpp"

namespace sources::push {
namespace {

class Form {
 public:
  Form(JsonFields& outer, JsonFields& fields, const PushDialect& dialect)
      : outer_(outer), fields_(fields), dialect_(dialect) {}

  /// Absent, with or without a mistake: nothing to tell.
  std::optional<Told> read() {
    const auto event = outer_.text("event").value_or("");
    const auto kind = kind_of(event);
    if (!kind) return std::nullopt;
    told_.act.event.kind = *kind;
    read_circumstances();
    if (event == "auth_request_finished") read_login();
    if (event == "mail_user_session_finished") read_logout();
    if (event == "imap_command_finished") read_mailbox();
    return std::move(told_);
  }

 private:
  std::optional<events::Event::Kind> kind_of(std::string_view event) {
    if (event == "auth_request_finished") {
      if (fields_.text("success") != "yes" || !fields_.has("mechanism")) return std::nullopt;
      return events::Login{};
    }
    if (event == "mail_user_session_finished") {
      // lmtp and doveadm open sessions that nobody has logged in to
      const auto service = service_of_categories();
      if (service != "imap" && service != "pop3") return std::nullopt;
      return events::Logout{};
    }
    const bool is_delivery = event == "mail_delivery_finished";
    const auto refusal = is_delivery                        ? fields_.text("error")
                         : event == "imap_command_finished" ? fields_.text("tagged_reply")
                                                            : std::nullopt;
    const bool is_quota = refusal && (refusal->find("Quota exceeded") != std::string::npos ||
                                      refusal->find("[OVERQUOTA]") != std::string::npos);
    if (is_quota) return events::QuotaExceed{};
    return std::nullopt;
  }

  /// "service:imap" among the categories.
  std::string service_of_categories() {
    constexpr std::string_view mark = "service:";
    for (const auto& category : outer_.texts("categories")) {
      if (category.starts_with(mark)) return category.substr(mark.size());
    }
    return {};
  }

  void read_circumstances() {
    auto& to = told_.act.event.circumstances;
    to.timestamp = read_timestamp(outer_, "end_time");
    to.user = read_name(fields_, "user");
    if (to.user->empty()) fields_.refuse("user", "is missing");
    to.client_ip = fields_.text("remote_ip");
    to.client_port = port("remote_port");
    to.server_port = port("local_port");
    to.server_fqdn = outer_.text("hostname");
    const auto service = fields_.text("service").value_or(service_of_categories());
    if (!service.empty()) to.service = service;
    told_.act.session = fields_.text("session").value_or("");
    told_.account = *to.user;
  }

  std::optional<std::uint16_t> port(std::string_view name) {
    const auto number = fields_.number(name, 65535);
    return number ? std::optional(static_cast<std::uint16_t>(*number)) : std::nullopt;
  }

  // RFC 5423 §4.3 Login: serverDomain as far as it is known: the address that the client used
  void read_login() {
    auto& to = told_.act.event.circumstances;
    to.server_domain = fields_.text("local_ip");
    to.admin = fields_.text("master_user");
    if (to.admin == to.user) to.admin.reset();
    if (auto mechanism = fields_.text("mechanism"))
      to.vendor.emplace_back("vnd.mailnode.mechanism", std::move(*mechanism));
  }

  // RFC 5423 §4.3 Logout: "duration" has no parameter of its own; seconds
  void read_logout() {
    auto& to = told_.act.event.circumstances;
    to.server_domain = fields_.text("local_ip");
    const auto duration = fields_.number("duration", ~std::uint64_t{0});
    if (duration)
      to.vendor.emplace_back("vnd.mailnode.duration", std::to_string(*duration / 1'000'000));
  }

  void read_mailbox() {
    const auto name = read_name(fields_, "mailbox");
    if (name.empty()) return;
    auto owned = to_owned_mailbox(name, View::of_user, dialect_);
    if (!owned.owner.empty()) told_.account = owned.owner;
    std::get<events::QuotaExceed>(told_.act.event.kind).mailbox = {
        {}, std::move(owned.name), std::nullopt};
  }

  JsonFields& outer_;
  JsonFields& fields_;
  const PushDialect& dialect_;
  Told told_{{}, {{{}, {}, events::Login{}}, {}, {}, {}, {}, {}, true}};
};

}  // namespace

void read_dovecot_export(JsonFields& fields, const PushDialect& dialect, Reading& reading) {
  const auto* object = fields.object("fields");
  if (object == nullptr) return;
  JsonFields inner(*object);
  auto told = Form(fields, inner, dialect).read();
  if (!inner.mistake().empty()) fields.refuse("fields", "has a member: " + inner.mistake());
  if (!fields.mistake().empty()) return;
  if (!told) {
    ++reading.ignored;
    return;
  }
  ++reading.accepted;
  reading.told.push_back(std::move(*told));
}

}  // namespace sources::push
