// Every key of the configuration: its name, where its value goes (whose initialiser is the
// default), what it must look like. This is the one list; reading, the environment and the
// complaints about unknown keys follow it. docs/operations.md
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "component/config.hpp"
#include "component/config_check.hpp"

namespace component {

template <class Enum>
using EnumWords = std::pair<std::string_view, Enum>;

inline constexpr std::array<EnumWords<LogLevel>, 5> log_level_words = {
    {{"trace", LogLevel::trace},
     {"debug", LogLevel::debug},
     {"info", LogLevel::info},
     {"warning", LogLevel::warning},
     {"error", LogLevel::error}}};
inline constexpr std::array<EnumWords<LogFormat>, 2> log_format_words = {
    {{"text", LogFormat::text}, {"json", LogFormat::json}}};
inline constexpr std::array<EnumWords<SourceType>, 2> source_type_words = {
    {{"imap", SourceType::imap}, {"push", SourceType::push}}};
inline constexpr std::array<EnumWords<TlsMode>, 3> tls_mode_words = {
    {{"implicit", TlsMode::implicit}, {"starttls", TlsMode::starttls}, {"none", TlsMode::none}}};
inline constexpr std::array<EnumWords<SocketFormat>, 2> socket_format_words = {
    {{"json", SocketFormat::json}, {"cyrus", SocketFormat::cyrus}}};

static_assert(log_level_words.size() == static_cast<std::size_t>(LogLevel::error) + 1);
static_assert(log_format_words.size() == static_cast<std::size_t>(LogFormat::json) + 1);
static_assert(source_type_words.size() == static_cast<std::size_t>(SourceType::push) + 1);
static_assert(tls_mode_words.size() == static_cast<std::size_t>(TlsMode::none) + 1);
static_assert(socket_format_words.size() == static_cast<std::size_t>(SocketFormat::cyrus) + 1);

constexpr const auto& words_of(LogLevel) {
  return log_level_words;
}
constexpr const auto& words_of(LogFormat) {
  return log_format_words;
}
constexpr const auto& words_of(SourceType) {
  return source_type_words;
}
constexpr const auto& words_of(TlsMode) {
  return tls_mode_words;
}
constexpr const auto& words_of(SocketFormat) {
  return socket_format_words;
}

enum class Need : std::uint8_t { optional, required };

template <class Table>
struct ConfigKey {
  using Field = std::variant<std::string Table::*, std::vector<std::string> Table::*, bool Table::*,
                             std::uint16_t Table::*, std::uint32_t Table::*, LogLevel Table::*,
                             LogFormat Table::*, SourceType Table::*, TlsMode Table::*,
                             SocketFormat Table::*>;
  std::string_view name;
  Field field;
  Need need = Need::optional;
  const ValueCheck* check = &any_text;  ///< of text, and of each text of a list
  std::uint32_t least = 0;              ///< of numbers
  std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
};

inline const std::array<ConfigKey<XmppConfig>, 7> xmpp_keys = {{
    {"domain", &XmppConfig::domain, Need::required, &domain_name},
    {"host", &XmppConfig::host, Need::optional, &host_name},
    {"port", &XmppConfig::port, Need::optional, nullptr, 1, 65535},
    {"secret", &XmppConfig::secret, Need::optional, &secret_text},
    {"secret_file", &XmppConfig::secret_file, Need::optional, &any_text},
    {"users_domain", &XmppConfig::users_domain, Need::required, &domain_name},
    {"pep_mirror", &XmppConfig::pep_mirror},
}};

inline const std::array<ConfigKey<StoreConfig>, 1> store_keys = {{
    {"url", &StoreConfig::url, Need::optional, &store_url},
}};

inline const std::array<ConfigKey<HttpConfig>, 3> http_keys = {{
    {"listen", &HttpConfig::listen, Need::optional, &listen_address},
    {"tls_cert", &HttpConfig::tls_cert},
    {"tls_key", &HttpConfig::tls_key},
}};

inline const std::array<ConfigKey<ControlConfig>, 1> control_keys = {{
    {"socket", &ControlConfig::socket, Need::optional, &absolute_path},
}};

inline const std::array<ConfigKey<LogConfig>, 2> log_keys = {{
    {"level", &LogConfig::level},
    {"format", &LogConfig::format},
}};

inline const std::array<ConfigKey<PolicyConfig>, 10> policy_keys = {{
    {"access_models", &PolicyConfig::access_models, Need::optional, &access_model},
    {"disclosure", &PolicyConfig::disclosure, Need::optional, &disclosure_level},
    {"history_items", &PolicyConfig::history_items, Need::optional, nullptr, 1, 1'000'000},
    {"history_days", &PolicyConfig::history_days, Need::optional, nullptr, 1, 36'500},
    {"max_subscriptions_per_jid", &PolicyConfig::max_subscriptions_per_jid, Need::optional, nullptr,
     1, 10'000'000},
    {"requests_per_second", &PolicyConfig::requests_per_second, Need::optional, nullptr, 1,
     1'000'000},
    {"admins", &PolicyConfig::admins, Need::optional, &bare_jid},
    {"auditors", &PolicyConfig::auditors, Need::optional, &bare_jid},
    {"notify_to", &PolicyConfig::notify_to, Need::optional, &notify_target},
    {"federation", &PolicyConfig::federation},
}};

inline const std::array<ConfigKey<LinksConfig>, 4> links_keys = {{
    {"enabled", &LinksConfig::enabled},
    {"key_file", &LinksConfig::key_file},
    {"allow_hosts", &LinksConfig::allow_hosts, Need::optional, &host_name},
    {"per_user", &LinksConfig::per_user, Need::optional, nullptr, 1, 1000},
}};

/// Of every source ...
inline const std::array<ConfigKey<SourceConfig>, 4> source_keys = {{
    {"name", &SourceConfig::name, Need::required, &source_name},
    {"type", &SourceConfig::type, Need::required},
    {"url_host", &SourceConfig::url_host, Need::optional, &host_name},
    {"mail_domain", &SourceConfig::mail_domain, Need::optional, &domain_name},
}};
/// ... of one with type = "imap" ...
inline const std::array<ConfigKey<SourceConfig>, 10> imap_source_keys = {{
    {"host", &SourceConfig::host, Need::optional, &host_name},
    {"port", &SourceConfig::port, Need::optional, nullptr, 1, 65535},
    {"tls", &SourceConfig::tls},
    {"tls_name", &SourceConfig::tls_name, Need::optional, &host_name},
    {"ca_file", &SourceConfig::ca_file},
    {"master_user", &SourceConfig::master_user, Need::optional, &secret_text},
    {"master_password", &SourceConfig::master_password, Need::optional, &secret_text},
    {"master_password_file", &SourceConfig::master_password_file},
    {"accounts", &SourceConfig::accounts, Need::optional, &secret_text},
    {"poll_seconds", &SourceConfig::poll_seconds, Need::optional, nullptr, 5, 86'400},
}};
/// ... and of one with type = "push".
inline const std::array<ConfigKey<SourceConfig>, 10> push_source_keys = {{
    {"token", &SourceConfig::token, Need::optional, &secret_text},
    {"token_file", &SourceConfig::token_file},
    {"separator", &SourceConfig::separator, Need::optional, &one_character},
    {"shared_prefix", &SourceConfig::shared_prefix},
    {"users", &SourceConfig::users, Need::optional, &any_text},
    {"socket", &SourceConfig::socket, Need::optional, &absolute_path},
    {"socket_format", &SourceConfig::socket_format},
    {"socket_mode", &SourceConfig::socket_mode, Need::optional, &octal_mode},
    {"socket_group", &SourceConfig::socket_group},
    {"dlist_socket", &SourceConfig::dlist_socket, Need::optional, &absolute_path},
}};

inline const std::array<ConfigKey<AccountConfig>, 5> account_keys = {{
    {"name", &AccountConfig::name, Need::required, &secret_text},
    {"owners", &AccountConfig::owners, Need::optional, &bare_jid},
    {"source", &AccountConfig::source, Need::optional, &source_name},
    {"password", &AccountConfig::password, Need::optional, &secret_text},
    {"password_file", &AccountConfig::password_file},
}};

}  // namespace component
