#include "component/stanza_head.hpp"

#include <gloox/parser.h>
#include <gloox/taghandler.h>

#include <string>

namespace component {
namespace {

/// The start tag at the beginning of `head`, closed, so that it parses alone; empty: there is none.
std::string to_empty_element(std::string_view head) {
  char quote = '\0';
  for (std::size_t i = 0; i < head.size(); ++i) {
    const char c = head[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '>') {
      const auto end = i > 0 && head[i - 1] == '/' ? i - 1 : i;
      return std::string(head.substr(0, end)) + "/>";
    }
  }
  return {};
}

struct Reader : gloox::TagHandler {
  std::unique_ptr<gloox::Tag> tag;
  void handleTag(gloox::Tag* read) override {
    if (read != nullptr) tag.reset(read->clone());
  }
};

}  // namespace

std::unique_ptr<gloox::Tag> parse_stanza_head(std::string_view head) {
  std::string element = to_empty_element(head);
  if (element.empty()) return nullptr;
  Reader reader;
  gloox::Parser parser(&reader);
  if (parser.feed(element) >= 0) return nullptr;
  return std::move(reader.tag);
}

}  // namespace component
