// Fuzz target: whatever a header block holds, what is shown of it is bounded, UTF-8 and without
// controls. RFC 2047, RFC 5322 §2.2.
#include <glib.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sources/imap/mime_words.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::size_t together = 0;
  const auto fields = sources::imap::decode_header_block(input);
  if (fields.size() > 64) std::abort();
  for (const auto& [name, value] : fields) {
    together += value.size();
    if (value.empty() || value.size() > 1024) std::abort();
    if (!g_utf8_validate(value.data(), static_cast<gssize>(value.size()), nullptr)) std::abort();
    for (const char c : value) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) std::abort();
    }
  }
  if (together > 16 * 1024) std::abort();
  return 0;
}
