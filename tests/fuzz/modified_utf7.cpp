// Fuzz target: whatever octets a mailbox name has, it goes to the server and comes back the same;
// and a name has one spelling in modified UTF-7. RFC 3501 §5.1.3.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sources/imap/mailbox_name_codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  sources::imap::MailboxNameCodec codec;
  const auto name = codec.from_answer(input);
  if (codec.to_wire(name) != input) std::abort();  // whatever the server called it
  if (const auto decoded = sources::imap::decode_modified_utf7(input)) {
    if (sources::imap::encode_modified_utf7(*decoded) != input) std::abort();
  }
  codec.expect_raw_unsolicited(true);
  codec.from_unsolicited(input);
  return 0;
}
