// Fuzz target: a server's octets through the cutter, the response parser, the name codec and the
// header decoder. Seeds: tests/captures/*-imap-*.txt.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "sources/imap/mailbox_name_codec.hpp"
#include "sources/imap/mime_words.hpp"
#include "sources/imap/octets.hpp"
#include "sources/imap/response_parser.hpp"

namespace {

void use(const sources::imap::Response& response) {
  static sources::imap::MailboxNameCodec codec;
  if (const auto* list = std::get_if<sources::imap::List>(&response)) {
    const auto name = codec.from_answer(list->mailbox);
    if (codec.to_wire(name).empty() != list->mailbox.empty()) std::abort();
    codec.from_unsolicited(list->mailbox);
  }
  if (const auto* fetch = std::get_if<sources::imap::Fetch>(&response);
      fetch != nullptr && fetch->header) {
    for (const auto& [name, value] : sources::imap::decode_header_block(*fetch->header)) {
      if (value.size() > 1024) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  sources::imap::Octets octets;
  const auto fed = octets.feed(input);
  while (const auto whole = octets.next()) {
    if (const auto response = sources::imap::parse_response(*whole)) use(*response);
  }
  if (const auto name = sources::imap::decode_modified_utf7(input)) {
    if (sources::imap::encode_modified_utf7(*name) != input)
      std::abort();  // one name, one spelling
  }
  if (!fed && octets.excerpt().size() > 1000) std::abort();
  return 0;
}
