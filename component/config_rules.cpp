#include "component/config_rules.hpp"

namespace component {
namespace {

constexpr std::string_view run_secrets = "/run/secrets/";

enum class Demand : std::uint8_t { optional, required };

/// A secret stands in the configuration or in a file of its own, not in both. What the environment
/// gives for one of the two keys replaces what the file says in the other.
void resolve_secret(std::string& secret, std::string& file, std::string_view key,
                    std::string_view file_key, Demand demand, ConfigSection& section,
                    const ConfigFiles& files) {
  if (section.has(key) && section.has(file_key)) {
    const bool key_wins = section.is_from_environment(key);
    const bool file_wins = section.is_from_environment(file_key);
    if (key_wins == file_wins) {
      return section.mistake(file_key,
                             "stands beside " + std::string(key) + "; expected only one of them");
    }
    (key_wins ? file : secret).clear();
  }
  if (file.empty()) {
    if (secret.empty() && demand == Demand::required && !section.has(key)) {
      section.mistake(key,
                      "is missing; expected " + std::string(key) + " or " + std::string(file_key));
    }
    return;
  }
  const auto content = files.read(file);
  if (!content) {
    return section.mistake(file_key, "names " + file + ", which cannot be read (" +
                                         content.error().message() + "); expected a readable file");
  }
  if (content->others_can_read) {
    const auto text = "names " + file + ", which others can read; expected mode 0600 or 0640";
    if (!file.starts_with(run_secrets)) return section.mistake(file_key, text);
    section.warning(file_key, text);
  }
  secret = content->text;
  while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
  if (!secret_text.accepts(secret)) {
    section.mistake(file_key, "names " + file + ", whose content is not usable; expected " +
                                  std::string(secret_text.expected));
  }
}

void require_readable(const std::string& file, std::string_view key, ConfigSection& section,
                      const ConfigFiles& files) {
  if (file.empty()) return;
  const auto content = files.read(file);
  if (content) return;
  section.mistake(key, "names " + file + ", which cannot be read (" + content.error().message() +
                           "); expected a readable PEM file");
}

void apply_imap_rules(SourceConfig& source, ConfigSection& section, const ConfigFiles& files) {
  if (source.port == 0) source.port = source.tls == TlsMode::implicit ? 993 : 143;
  if (source.tls_name.empty()) source.tls_name = source.host;
  if (source.url_host.empty()) source.url_host = source.host;
  if (source.tls == TlsMode::none && !is_loopback(source.host)) {
    section.mistake(
        "tls", "is \"none\" while host is not this machine; expected \"starttls\" or \"implicit\"");
  }
  require_readable(source.ca_file, "ca_file", section, files);
  const auto demand = source.master_user.empty() ? Demand::optional : Demand::required;
  resolve_secret(source.master_password, source.master_password_file, "master_password",
                 "master_password_file", demand, section, files);
  const bool has_password = section.has("master_password") || section.has("master_password_file");
  if (source.master_user.empty() && has_password) {
    section.mistake("master_user",
                    "is missing beside a master password; expected the master user's name");
  }
}

void apply_push_rules(SourceConfig& source, ConfigSection& section, const ConfigFiles& files) {
  if (!section.has("url_host")) {
    section.mistake("url_host",
                    "is missing; a push source needs it; expected a host name or an IP address");
  }
  const bool has_socket = !source.socket.empty() || !source.dlist_socket.empty();
  resolve_secret(source.token, source.token_file, "token", "token_file",
                 has_socket ? Demand::optional : Demand::required, section, files);
  if (section.has("socket_mode") && ((source.socket_mode.back() - '0') & 2) != 0) {
    section.mistake("socket_mode", "lets everybody write; expected a mode like 0660");
  }
  if (!source.socket.empty() && source.socket == source.dlist_socket) {
    section.mistake("dlist_socket", "is the same as socket; expected another path");
  }
}

}  // namespace

void apply_rules(XmppConfig& xmpp, ConfigSection& section, const ConfigFiles& files) {
  resolve_secret(xmpp.secret, xmpp.secret_file, "secret", "secret_file", Demand::required, section,
                 files);
  if (!xmpp.domain.empty() && xmpp.domain == xmpp.users_domain) {
    section.mistake(
        "domain",
        "is the same as users_domain; expected a domain of its own like mail." + xmpp.domain);
  }
}

void apply_rules(HttpConfig& http, ConfigSection& section, const ConfigFiles& files) {
  if (section.has("tls_cert") != section.has("tls_key")) {
    const bool has_cert = section.has("tls_cert");
    section.mistake(has_cert ? "tls_key" : "tls_cert",
                    "is missing; expected both tls_cert and tls_key, or none");
  } else if (http.tls_cert.empty() && !is_loopback(to_endpoint(http.listen).host)) {
    section.mistake(
        "listen",
        "is no loopback address and there is no TLS; expected tls_cert and tls_key beside it");
  }
  require_readable(http.tls_cert, "tls_cert", section, files);
  require_readable(http.tls_key, "tls_key", section, files);
}

void apply_rules(LinksConfig& links, ConfigSection& section, const ConfigFiles& files) {
  resolve_secret(links.key, links.key_file, "key", "key_file", Demand::optional, section, files);
  if (links.enabled && links.key_file.empty()) {
    section.mistake("key_file",
                    "is missing; expected a file with the key that protects linked passwords");
  }
}

void apply_rules(SourceConfig& source, ConfigSection& section, const ConfigFiles& files) {
  switch (source.type) {
    case SourceType::imap:
      return apply_imap_rules(source, section, files);
    case SourceType::push:
      return apply_push_rules(source, section, files);
  }
}

void apply_rules(AccountConfig& account, ConfigSection& section, const ConfigFiles& files) {
  resolve_secret(account.password, account.password_file, "password", "password_file",
                 Demand::optional, section, files);
}

}  // namespace component
