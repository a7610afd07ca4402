// [I/O] The component's stream (XEP-0114): one attempt after the other at being connected. gloox
// speaks stream header, handshake and stream errors; framing and every stanza are ours, because
// gloox's own answers have no `from`.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "component/asio_transport.hpp"
#include "component/environment.hpp"
#include "component/stanza_framer.hpp"

namespace gloox {
class Tag;
}

namespace component {

class Log;

struct StreamConfig {
  std::string domain;
  std::string host;
  std::string secret;
  std::uint16_t port = 5347;
};

struct StreamTiming {
  std::chrono::milliseconds first_retry{500};
  std::chrono::milliseconds longest_retry{30'000};
  /// Where the server takes one connection for a domain, others stand by.
  std::chrono::milliseconds longest_retry_if_occupied{2'000};
  std::chrono::milliseconds handshake{
      10'000};  ///< from the attempt's start until the handshake is answered
  std::chrono::milliseconds keep_alive{30'000};  ///< one white space each (RFC 6120 §4.6.1)
  std::chrono::milliseconds established{
      10'000};  ///< a stream that lived so long is replaced at once
};

class StreamListener {
 public:
  virtual void on_stream_up() = 0;
  virtual void on_stanza(const gloox::Tag& stanza) = 0;
  /// A stanza that no parser may see; `head` is its start, at most 2 KiB, and may be no UTF-8.
  virtual void on_skipped(std::string_view head, StanzaFramer::Fault why) = 0;
  virtual void on_stream_down() = 0;
  /// While under pressure nothing should be sent that can wait.
  virtual void on_pressure(bool under_pressure) = 0;

 protected:
  ~StreamListener() = default;
};

class Stream final : public StanzaOutput {
 public:
  Stream(boost::asio::io_context& loop, StreamConfig config, StreamListener& listener, Log& log,
         StreamTiming timing = {}, TransportLimits limits = {});
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void start();
  /// Ends the stream in order (RFC 6120 §4.4); `then` runs when what was queued is out or the peer
  /// did not take it. The listener is not called any more.
  void stop(std::function<void()> then = {});

  bool is_up() const override;
  void send(std::string_view whole_stanzas) override;
  std::string& begin_append() override;
  void end_append() override;
  std::size_t queued() const;
  /// The delivery barrier did not come back: drop the link without flushing, and connect anew.
  void declare_dead() override;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace component
