#include "mapping/node_id.hpp"

#include "events/percent_encoding.hpp"
#include "mapping/characters.hpp"

namespace mapping {
namespace {

bool stays(const Character& character) {
  const auto code = character.code;
  return code && is_xml_character(*code) && *code >= 0x20 && *code != 0x7F && *code != '%' &&
         *code != '/';
}

void append_level(std::string& out, std::string_view level) {
  while (!level.empty()) {
    const auto character = next_character(level);
    const auto octets = level.substr(0, character.length);
    if (stays(character)) {
      out += octets;
    } else {
      events::append_percent_encoded(out, octets);
    }
    level.remove_prefix(character.length);
  }
}

void append_levels(std::string& out, const std::vector<std::string>& levels) {
  bool is_first = true;
  for (const auto& level : levels) {
    if (!is_first) out += '/';
    is_first = false;
    append_level(out, level);
  }
}

/// Each level of `path`, decoded.
result<std::vector<std::string>> parse_path(std::string_view path) {
  std::vector<std::string> levels;
  for (;;) {
    const auto end = path.find('/');
    auto level = events::percent_decode(path.substr(0, end));
    if (!level) return errc::bad_percent_encoding;
    levels.push_back(std::move(*level));
    if (end == std::string_view::npos) return levels;
    path.remove_prefix(end + 1);
  }
}

}  // namespace

std::string to_path(const MailboxName& name) {
  std::string out;
  append_levels(out, name.levels());
  return out;
}

std::string to_node_id(const NodeRef& ref) {
  std::string out(root_of(ref.tree));
  if (ref.levels.empty()) return out;
  out += '/';
  append_levels(out, ref.levels);
  if (ref.is_subtree) out += '/';
  return out;
}

result<NodeRef> parse_node_id(std::string_view id) {
  // every octet of a name may have become three
  if (id.size() > 3 * MailboxName::max_octets + 16) return errc::too_long;
  NodeRef ref;
  const auto slash = id.find('/');
  const auto root = id.substr(0, slash);
  const TreeRow* row = nullptr;
  for (const auto& one : trees) {
    if (one.root == root) row = &one;
  }
  if (row == nullptr) return errc::not_canonical;
  ref.tree = row->tree;
  if (slash == std::string_view::npos) return ref;
  if (ref.tree == Tree::account) return errc::not_canonical;

  auto path = id.substr(slash + 1);
  if (path.ends_with('/')) {
    ref.is_subtree = true;
    path.remove_suffix(1);
  }
  auto levels = parse_path(path);
  if (!levels) return levels.error();
  auto name = MailboxName::from_levels(std::move(*levels));
  if (!name) return name.error();
  ref.levels = name->levels();
  if (to_node_id(ref) != id) return errc::not_canonical;
  return ref;
}

std::string to_xmpp_uri(std::string_view bare_jid, std::string_view node_id) {
  constexpr std::string_view nodeallow = "!$()*+,;=";  // RFC 5122 §2.2
  std::string out = "xmpp:";
  for (const char c : bare_jid) {
    if (events::is_unreserved(c) || c == '@' || nodeallow.find(c) != std::string_view::npos) {
      out += c;
    } else {
      events::append_percent_encoded(out, {&c, 1});
    }
  }
  out += "?;node=";
  for (const char c : node_id) {  // RFC 5122 §2.2 ivalue
    if (events::is_unreserved(c)) {
      out += c;
    } else {
      events::append_percent_encoded(out, {&c, 1});
    }
  }
  return out;
}

}  // namespace mapping
