// The delivery barrier. XEP-0114 has no acknowledgement, but a server keeps the order of stanzas on
// one stream: a message to oneself that comes back proves that the server has taken everything sent
// before it. What it does not prove is that a client has it. Where several gateways share a domain,
// the server divides its addresses among their streams: one that leads back to this stream is found
// by trial. docs/architecture.md "Nothing is lost".
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

  /// So many addresses are tried: with two gateways all of them fail once in 65,536 connections.
  static constexpr int trials = 16;

  /// `is_alone`: what is sent to the domain comes back to us.
  Barrier(std::string domain, bool is_alone)
      : domain_(std::move(domain)), is_alone_(is_alone), address_(is_alone ? domain_ : "") {}

  bool is_outstanding() const { return outstanding_.has_value(); }
  /// The stanza that asks for everything up to `sequence`, or one to each address on trial; one at
  /// a time.
  std::string raise(std::string id, std::uint64_t sequence, TimePoint now);
  /// Only gateways of this domain write from there.
  bool is_barrier(std::string_view from) const;
  /// A message came from an address of ours: the sequence that is proved taken, if it is the
  /// outstanding one.
  std::optional<std::uint64_t> on_returned(std::string_view from, std::string_view id);
  bool is_overdue(TimePoint now) const;
  /// The stream is gone, and with it what was under way.
  void on_stream_down();

 private:
  struct Outstanding {
    std::string id;
    std::uint64_t sequence;
    TimePoint since;
  };
  std::string domain_;
  bool is_alone_;
  std::string address_;  // empty: not found yet
  std::optional<Outstanding> outstanding_;
};

}  // namespace component
