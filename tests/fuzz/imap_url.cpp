// Fuzz target: whatever a mailbox is called, its URL is read back as it was; and what is read of a
// URL has one spelling, which is read the same. RFC 5092 §11.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "mapping/imap_url.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto url = mapping::parse_imap_url(input)) {
    const auto again = mapping::parse_imap_url(mapping::to_text(*url));
    if (!again || *again != *url) std::abort();
  }
  if (size == 0 || size > 1024 || input.find('\0') != std::string_view::npos) return 0;
  const mapping::ImapUrl made{std::string(input), "imap.example.com", std::string(input),
                              events::UidValidity::from(data[0]), events::Uid::from(size)};
  const auto back = mapping::parse_imap_url(mapping::to_text(made));
  const bool is_whole = made.uidvalidity.has_value();
  if (is_whole && (!back || *back != made)) std::abort();
  return 0;
}
