#include "component/config.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace component {
namespace {

/// Keys that are read and checked; `active` says whether this version acts on them.
struct Feature {
  std::string_view text;
  bool active;
  bool (*is_asked_for)(const Config&);
};

constexpr std::array features = {
    Feature{"[xmpp] pep_mirror: no item is published into the owner's PEP", false,
            [](const Config& c) { return c.xmpp.pep_mirror; }},
    Feature{"[links] enabled: users cannot link accounts themselves", false,
            [](const Config& c) { return c.links.enabled; }},
    Feature{"[policy] admins: there are no administration commands", false,
            [](const Config& c) { return !c.policy.admins.empty(); }},
};

}  // namespace

Endpoint to_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  auto host = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return {};
  }
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (failed != std::errc() || end != digits.data() + digits.size()) return {};
  return {std::string(host), port};
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  return host.starts_with("127.") &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::vector<std::string> inactive_features(const Config& config) {
  std::vector<std::string> lines;
  for (const auto& feature : features) {
    if (!feature.active && feature.is_asked_for(config)) lines.emplace_back(feature.text);
  }
  return lines;
}

std::vector<std::string> restart_keys(const Config& before, const Config& after) {
  std::vector<std::string> keys;
  const auto compare = [&keys](std::string_view key, bool equal) {
    if (!equal) keys.emplace_back(key);
  };
  compare("[xmpp]", before.xmpp == after.xmpp);
  compare("[store] url", before.store == after.store);
  compare("[http]", before.http == after.http);
  compare("[control] socket", before.control == after.control);
  compare("[log] format", before.log.format == after.log.format);
  compare("[links]", before.links == after.links);
  return keys;
}

std::string to_dns_text(const Config& config) {
  std::set<std::string> domains;
  for (const auto& source : config.sources) {
    if (!source.mail_domain.empty()) domains.insert(source.mail_domain);
  }
  if (domains.empty()) domains.insert(config.xmpp.users_domain);
  std::string text =
      "; how mail clients find the message store component " + config.xmpp.domain + "\n";
  for (const auto& domain : domains) {
    text += "_xmpp-message-store._tcp." + domain + ". 3600 IN SRV 0 0 5269 " + config.xmpp.domain +
            ".\n";
  }
  text += "\n# Dovecot: the IMAP capability that names it\n";
  text += "imap_capability = +NOTIF=" + config.xmpp.domain + "\n";
  return text;
}

}  // namespace component
