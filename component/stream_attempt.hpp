// [I/O] One attempt at being a component: a gloox::Component that does the stream header, the
// handshake and stream errors, with our framer in front of it. XEP-0114 §3. Used by stream.cpp
// only.
#pragma once

#include <string>
#include <string_view>

#include <gloox/component.h>
#include <gloox/connectionlistener.h>

#include "component/asio_transport.hpp"
#include "component/stanza_framer.hpp"
#include "component/stream.hpp"

namespace component {

/// Why an attempt ended.
struct StreamEnd {
  std::string error;       ///< the stream error's condition or the link's failure
  std::string what_to_do;  ///< what the admin must change; empty: nothing, it is an ordinary loss
  /// The domain is another connection's: of a gateway that may go at any moment.
  bool is_occupied = false;
};

class StreamAttempt final : private gloox::Component,
                            private gloox::ConnectionListener,
                            private StanzaFramer::Sink {
 public:
  class Owner {
   public:
    virtual void on_attempt_up() = 0;
    virtual void on_attempt_stanza(const gloox::Tag& stanza) = 0;
    virtual void on_attempt_skipped(std::string_view head, StanzaFramer::Fault why) = 0;
    /// The last call; the attempt must not be destroyed inside of it.
    virtual void on_attempt_end(StreamEnd why) = 0;

   protected:
    ~Owner() = default;
  };

  StreamAttempt(boost::asio::io_context& loop, const StreamConfig& config,
                const TransportLimits& limits, Owner& owner, PressureListener& pressure);

  void begin();
  AsioTransport& transport() { return *transport_; }
  /// Sends the end of the stream and closes after it; on_attempt_end() does not come.
  void end_in_order();
  /// Closes at once; on_attempt_end() does not come.
  void abandon();

 private:
  void handleReceivedData(const gloox::ConnectionBase* connection,
                          const std::string& octets) override;
  using gloox::Component::disconnect;
  void disconnect(gloox::ConnectionError reason) override;
  void onConnect() override;
  void onDisconnect(gloox::ConnectionError why) override;
  bool onTLSConnect(const gloox::CertInfo&) override { return true; }  // never asked: TLS is off

  void on_prologue(std::string_view xml) override;
  void on_stanza(std::string_view xml) override;
  void on_skipped(std::string_view head, StanzaFramer::Fault why) override;
  void on_stream_end() override;
  void on_broken(StanzaFramer::Fault why) override;

  void pass_to_gloox(std::string_view xml);
  void end(StreamEnd why);
  StreamEnd explain(gloox::ConnectionError why) const;

  StreamConfig config_;
  Owner* owner_;              ///< null after the end
  AsioTransport* transport_;  ///< gloox owns it
  StanzaFramer framer_;
  bool is_up_ = false;
  bool started_ = false;  ///< the server has sent a stream header
};

}  // namespace component
