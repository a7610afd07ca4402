// The delivery barrier. XEP-0114 has no acknowledgement, but a server keeps the order of stanzas on
// one stream: a message to oneself that comes back proves that the server has taken everything sent
// before it. What it does not prove is that a client has it. docs/architecture.md "Nothing is lost".
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace component {

class Barrier {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  /// How long the server may take to send a barrier back before the link counts as dead.
  static constexpr std::chrono::seconds time_limit{10};

  explicit Barrier(std::string address) : address_(std::move(address)) {}

  bool is_outstanding() const { return outstanding_.has_value(); }
  /// The stanza that asks for everything up to `sequence`; one at a time.
  std::string raise(std::string id, std::uint64_t sequence, TimePoint now);
  /// A message came from our own address: the sequence that is proved taken, if it is the
  /// outstanding one.
  std::optional<std::uint64_t> on_returned(std::string_view from, std::string_view id);
  bool is_overdue(TimePoint now) const;
  /// The stream is gone, and with it what was under way.
  void on_stream_down() { outstanding_.reset(); }
  const std::string& address() const { return address_; }

 private:
  struct Outstanding {
    std::string id;
    std::uint64_t sequence;
    TimePoint since;
  };
  std::string address_;
  std::optional<Outstanding> outstanding_;
};

}  // namespace component
