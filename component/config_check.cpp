#include "component/config_check.hpp"

#include <algorithm>
#include <array>

#include "component/config.hpp"

namespace component {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// RFC 1035 §2.3.1, RFC 1123 §2.1; octets above 127 are let through for internationalised names.
bool is_domain_name(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  while (true) {
    const auto dot = name.find('.');
    const auto label = name.substr(0, dot);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
      return false;
    const bool sound = std::all_of(label.begin(), label.end(), [](char c) {
      return is_alphanumeric(c) || c == '-' || (static_cast<unsigned char>(c) & 0x80) != 0;
    });
    if (!sound) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

bool is_host(std::string_view host) {
  if (host.find(':') != std::string_view::npos) {
    return host.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  }
  return is_domain_name(host);
}

/// RFC 7622 §3: local@domain without a resource.
bool is_bare_jid(std::string_view jid) {
  const auto at = jid.find('@');
  if (at == std::string_view::npos || at == 0 || at > 1022) return false;
  const auto local = jid.substr(0, at);
  return local.find_first_of("\"&'/:<> \t\r\n") == std::string_view::npos &&
         is_domain_name(jid.substr(at + 1));
}

bool is_listen_address(std::string_view text) {
  const auto endpoint = to_endpoint(text);
  return !endpoint.host.empty() && is_host(endpoint.host);
}

bool is_store_url(std::string_view url) {
  if (url.starts_with("sqlite:")) return url.size() > 7;
  return url.starts_with("postgresql://") && url.size() > 13;
}

template <std::size_t Size>
bool is_one_of(std::string_view value, const std::array<std::string_view, Size>& words) {
  return std::find(words.begin(), words.end(), value) != words.end();
}

constexpr std::array<std::string_view, 4> access_models = {"whitelist", "authorize", "presence",
                                                           "open"};
constexpr std::array<std::string_view, 3> disclosure_levels = {"counts", "envelope", "content"};

}  // namespace

const ValueCheck any_text = {[](std::string_view v) { return !v.empty(); },
                             "text that is not empty"};
const ValueCheck domain_name = {is_domain_name, "a domain name like mail.example.com"};
const ValueCheck host_name = {is_host, "a host name or an IP address"};
const ValueCheck listen_address = {is_listen_address,
                                   "ADDRESS:PORT like 127.0.0.1:8425 or [::1]:8425"};
const ValueCheck bare_jid = {is_bare_jid, "a bare JID like juliet@example.com"};
const ValueCheck store_url = {is_store_url, "sqlite:PATH or postgresql://..."};
const ValueCheck absolute_path = {[](std::string_view v) { return v.starts_with('/'); },
                                  "an absolute path"};
const ValueCheck source_name = {
    [](std::string_view v) {
      return !v.empty() && v.size() <= 64 && std::all_of(v.begin(), v.end(), [](char c) {
        return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
      });
    },
    "1 to 64 letters, digits, '-', '_' or '.'"};
const ValueCheck access_model = {[](std::string_view v) { return is_one_of(v, access_models); },
                                 "whitelist, authorize, presence or open"};
const ValueCheck disclosure_level = {
    [](std::string_view v) { return is_one_of(v, disclosure_levels); },
    "counts, envelope or content"};
const ValueCheck notify_target = {
    [](std::string_view v) { return v == "owner" || is_bare_jid(v) || is_domain_name(v); },
    "\"owner\", a bare JID or a domain"};
const ValueCheck one_character = {[](std::string_view v) {
                                    return v.size() == 1 && v[0] > ' ' && v[0] < 127 &&
                                           !is_alphanumeric(v[0]);
                                  },
                                  "one character that is no letter and no digit, like / or ."};
const ValueCheck octal_mode = {[](std::string_view v) {
                                 return v.size() >= 3 && v.size() <= 4 &&
                                        v.find_first_not_of("01234567") == std::string_view::npos;
                               },
                               "an octal file mode like 0660"};
const ValueCheck secret_text = {[](std::string_view v) {
                                  return !v.empty() && v.size() <= 4096 &&
                                         v.find_first_of(std::string_view("\0\r\n", 3)) ==
                                             std::string_view::npos;
                                },
                                "one line of 1 to 4096 octets"};

}  // namespace component
