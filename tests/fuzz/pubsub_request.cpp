// Fuzz target: what a client puts into <iq/> through gloox' parser and the request parser; one
// answer for each, and nothing beyond its limits. XEP-0060 chapters 5 to 8. The first octet says
// get or set.
#include <gloox/parser.h>
#include <gloox/tag.h>
#include <gloox/taghandler.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <variant>

#include "pubsub/policy.hpp"
#include "pubsub/request_parser.hpp"

namespace {

struct Into final : gloox::TagHandler {
  bool is_set = false;
  void handleTag(gloox::Tag* tag) override {
    if (tag == nullptr) return;
    const auto request = pubsub::parse_request(*tag, is_set, "mail_events/INBOX");
    if (request.has_error()) {
      if (pubsub::to_error_xml(request.error()).empty()) std::abort();
      return;
    }
    if (const auto* items = std::get_if<pubsub::GetItems>(&*request)) {
      if (items->node.empty() || items->ids.size() > pubsub::max_answer_items) std::abort();
    }
    if (const auto* subscribe = std::get_if<pubsub::Subscribe>(&*request)) {
      if (!is_set || subscribe->jid.rfind(subscribe->bare, 0) != 0) std::abort();
    }
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Into into;
  into.is_set = (data[0] & 1U) != 0;
  std::string xml(reinterpret_cast<const char*>(data + 1), size - 1);
  gloox::Parser parser(&into);
  parser.feed(xml);
  return 0;
}
