#include "mapping/jid.hpp"

#include <gloox/jid.h>

#include "mapping/characters.hpp"

namespace mapping {
namespace {

constexpr std::size_t max_part = 1022;

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto character = next_character(text);
    if (!character.code || *character.code == 0) return false;
    text.remove_prefix(character.length);
  }
  return true;
}

bool may_be_part(std::string_view text) {
  return !text.empty() && text.size() <= max_part && is_utf8(text);
}

// RFC 6122 §2.2: a domain is a host name or an address; nameprep alone lets these through
bool has_no_delimiter(std::string_view domain) {
  return domain.find_first_of(std::string_view("@/ \"&'<>\\\t\r\n")) == std::string_view::npos;
}

}  // namespace

result<PreparedJid> prepare_jid(std::string_view text) {
  const auto slash = text.find('/');  // RFC 6122 §2.1: the first one ends the domain
  const auto bare = text.substr(0, slash);
  const auto at = bare.find('@');
  const auto domain = at == std::string_view::npos ? bare : bare.substr(at + 1);
  if (!may_be_part(domain) || !has_no_delimiter(domain)) return errc::bad_jid;

  gloox::JID jid;
  if (!jid.setServer(std::string(domain)) || jid.server().empty()) return errc::bad_jid;
  if (at != std::string_view::npos) {
    const auto local = bare.substr(0, at);
    if (!may_be_part(local) || !jid.setUsername(std::string(local)) || jid.username().empty()) {
      return errc::bad_jid;
    }
  }
  if (slash != std::string_view::npos) {
    const auto resource = text.substr(slash + 1);
    if (!may_be_part(resource) || !jid.setResource(std::string(resource)) ||
        jid.resource().empty()) {
      return errc::bad_jid;
    }
  }
  if (!has_no_delimiter(jid.server())) return errc::bad_jid;
  PreparedJid prepared{{}, {}, jid.username(), jid.server(), jid.resource()};
  prepared.bare = prepared.local.empty() ? prepared.domain : prepared.local + '@' + prepared.domain;
  prepared.full =
      prepared.resource.empty() ? prepared.bare : prepared.bare + '/' + prepared.resource;
  return prepared;
}

}  // namespace mapping
