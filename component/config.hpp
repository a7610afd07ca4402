// The gateway's configuration as plain values, and what follows from it alone. docs/operations.md;
// read by config_reader.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace component {

enum class LogLevel : std::uint8_t { trace, debug, info, warning, error };
enum class LogFormat : std::uint8_t { text, json };
enum class SourceType : std::uint8_t { imap, push };
enum class TlsMode : std::uint8_t { implicit, starttls, none };
enum class SocketFormat : std::uint8_t { json, cyrus };

struct XmppConfig {
  std::string domain;
  std::string host = "127.0.0.1";
  std::uint16_t port = 5347;
  std::string secret;  ///< also when it came from secret_file
  std::string secret_file;
  std::string users_domain;
  bool pep_mirror = false;
  bool operator==(const XmppConfig&) const = default;
};

struct StoreConfig {
  std::string url = "sqlite:/var/lib/mailnode/mailnode.db";
  bool operator==(const StoreConfig&) const = default;
};

struct HttpConfig {
  std::string listen = "127.0.0.1:8425";
  std::string tls_cert;
  std::string tls_key;
  bool operator==(const HttpConfig&) const = default;
};

struct ControlConfig {
  std::string socket;  ///< empty: no control socket
  bool operator==(const ControlConfig&) const = default;
};

struct LogConfig {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::text;
  bool operator==(const LogConfig&) const = default;
};

struct PolicyConfig {
  std::vector<std::string> access_models = {"whitelist", "authorize", "presence"};
  std::string disclosure = "content";  ///< counts, envelope, content
  std::uint32_t history_items = 1000;
  std::uint32_t history_days = 30;
  std::uint32_t max_subscriptions_per_jid = 1000;
  std::uint32_t requests_per_second = 50;
  std::vector<std::string> admins;
  std::vector<std::string> auditors;
  std::vector<std::string> notify_to = {"owner"};
  bool federation = true;
  bool operator==(const PolicyConfig&) const = default;
};

struct LinksConfig {
  bool enabled = false;
  std::string key_file;
  std::string key;  ///< what key_file holds
  std::vector<std::string> allow_hosts;
  std::uint32_t per_user = 5;
  bool operator==(const LinksConfig&) const = default;
};

struct SourceConfig {
  std::string name;
  SourceType type = SourceType::imap;
  std::string url_host;  ///< imap: host, if nothing was said
  std::string mail_domain;
  // imap
  std::string host = "127.0.0.1";
  std::uint16_t port =
      0;  ///< after reading never 0: 993 for implicit TLS, else 143, if nothing was said
  TlsMode tls = TlsMode::starttls;
  std::string tls_name;  ///< host, if nothing was said
  std::string ca_file;
  std::string master_user;
  std::string master_password;
  std::string master_password_file;
  std::vector<std::string> accounts;
  std::uint32_t poll_seconds = 300;
  // push
  std::string token;
  std::string token_file;
  std::string separator = "/";
  std::string shared_prefix = "shared/";
  std::vector<std::string> users = {"*"};
  std::string socket;
  SocketFormat socket_format = SocketFormat::json;
  std::string socket_mode = "0660";
  std::string socket_group;
  std::string dlist_socket;
  bool operator==(const SourceConfig&) const = default;
};

struct AccountConfig {
  std::string name;
  std::vector<std::string> owners;
  std::string source;
  std::string password;
  std::string password_file;
  bool operator==(const AccountConfig&) const = default;
};

struct Config {
  XmppConfig xmpp;
  StoreConfig store;
  HttpConfig http;
  ControlConfig control;
  LogConfig log;
  PolicyConfig policy;
  LinksConfig links;
  std::vector<SourceConfig> sources;
  std::vector<AccountConfig> accounts;
  bool operator==(const Config&) const = default;
};

/// "host:port" or "[v6]:port" in its two parts; an empty host if it is neither.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
};
Endpoint to_endpoint(std::string_view text);
/// An address of this machine only, or the name localhost.
bool is_loopback(std::string_view host);

/// What the configuration asks for that this version accepts but does not do yet, a line each.
std::vector<std::string> inactive_features(const Config& config);
/// What changed in a way that a running gateway cannot take over: "[table] key" each.
std::vector<std::string> restart_keys(const Config& before, const Config& after);
/// For --print-dns: how mail clients find the component.
std::string to_dns_text(const Config& config);

}  // namespace component
