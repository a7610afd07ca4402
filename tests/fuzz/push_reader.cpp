// Fuzz target: what a push source sends, as HTTP body, as Cyrus' datagram and as its stream. Seeds:
// tests/captures/dovecot-push-lua.jsonl and its neighbours, xmpp_schemas/examples/push/.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sources/push/cyrus_notify.hpp"
#include "sources/push/reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto reading = sources::push::read_events(input, {});
  if (reading.mistake && !reading.told.empty()) std::abort();
  for (const auto& one : reading.told) {
    if (one.account.empty()) std::abort();
  }
  if (const auto message = sources::push::message_of_datagram(input)) {
    if (message->size() > size) std::abort();
  }
  sources::push::DlistReader whole;
  const bool fed = whole.feed(input);
  sources::push::DlistReader pieces;
  std::size_t count = 0;
  for (std::size_t at = 0; at < size && at < 256 && pieces.feed(input.substr(at, 1)); ++at) {
    while (pieces.next()) ++count;
  }
  while (fed && whole.next()) ++count;
  return count > size ? 1 : 0;
}
