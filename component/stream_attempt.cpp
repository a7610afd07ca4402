#include "component/stream_attempt.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <gloox/parser.h>
#include <gloox/tag.h>
#include <gloox/taghandler.h>

#include "xmpp_schemas/namespaces.hpp"

namespace component {
namespace {

struct StreamErrorRow {
  gloox::StreamError error;
  std::string_view condition;   ///< RFC 6120 §4.9.3
  std::string_view what_to_do;  ///< empty: the server's own affair
};

constexpr std::string_view clash = "another component with this domain is connected: end it";
constexpr std::string_view not_the_port = "is [xmpp] port the server's component port (XEP-0114)?";
constexpr std::string_view report =
    "the gateway sent what the server does not take: please report this";

constexpr std::array stream_errors = {
    StreamErrorRow{gloox::StreamErrorBadFormat, "bad-format", report},
    StreamErrorRow{gloox::StreamErrorBadNamespacePrefix, "bad-namespace-prefix", not_the_port},
    StreamErrorRow{gloox::StreamErrorConflict, "conflict", clash},
    StreamErrorRow{gloox::StreamErrorConnectionTimeout, "connection-timeout", ""},
    StreamErrorRow{gloox::StreamErrorHostGone, "host-gone",
                   "the server no longer serves [xmpp] domain"},
    StreamErrorRow{gloox::StreamErrorHostUnknown, "host-unknown",
                   "the server has no component with the name in [xmpp] domain: add it there"},
    StreamErrorRow{gloox::StreamErrorImproperAddressing, "improper-addressing", report},
    StreamErrorRow{gloox::StreamErrorInternalServerError, "internal-server-error", ""},
    StreamErrorRow{gloox::StreamErrorInvalidFrom, "invalid-from",
                   "the server's component has another name than [xmpp] domain"},
    StreamErrorRow{gloox::StreamErrorInvalidId, "invalid-id", report},
    StreamErrorRow{gloox::StreamErrorInvalidNamespace, "invalid-namespace", not_the_port},
    StreamErrorRow{gloox::StreamErrorInvalidXml, "invalid-xml", report},
    StreamErrorRow{
        gloox::StreamErrorNotAuthorized, "not-authorized",
        "the server does not accept [xmpp] secret, or (ejabberd) has no component with the name in "
        "[xmpp] domain: make them equal on both sides"},
    StreamErrorRow{gloox::StreamErrorPolicyViolation, "policy-violation",
                   "a policy of the server forbids it"},
    StreamErrorRow{gloox::StreamErrorRemoteConnectionFailed, "remote-connection-failed", ""},
    StreamErrorRow{gloox::StreamErrorResourceConstraint, "resource-constraint", ""},
    StreamErrorRow{gloox::StreamErrorRestrictedXml, "restricted-xml", report},
    StreamErrorRow{gloox::StreamErrorSeeOtherHost, "see-other-host",
                   "set [xmpp] host to the host that serves it"},
    StreamErrorRow{gloox::StreamErrorSystemShutdown, "system-shutdown", ""},
    StreamErrorRow{gloox::StreamErrorUndefinedCondition, "undefined-condition", ""},
    StreamErrorRow{gloox::StreamErrorUnsupportedEncoding, "unsupported-encoding", report},
    StreamErrorRow{gloox::StreamErrorUnsupportedStanzaType, "unsupported-stanza-type",
                   not_the_port},
    StreamErrorRow{gloox::StreamErrorUnsupportedVersion, "unsupported-version", not_the_port},
    StreamErrorRow{gloox::StreamErrorXmlNotWellFormed, "not-well-formed", report},
    StreamErrorRow{gloox::StreamErrorUndefined, "without a known condition", ""},
};
static_assert(stream_errors.size() == gloox::StreamErrorUndefined + 1,
              "every gloox::StreamError has a row");

/// Parses one whole stanza; each has a parser of its own, so that a bad one costs itself and not
/// the stream.
class StanzaParser final : private gloox::TagHandler {
 public:
  template <class Use>
  static bool parse(std::string_view xml, Use use) {
    StanzaParser handler;
    gloox::Parser parser(&handler, false);
    std::string copy(xml);
    if (parser.feed(copy) >= 0 || !handler.tag_) return false;
    const std::unique_ptr<gloox::Tag> tag(handler.tag_);
    use(*tag);
    return true;
  }

 private:
  void handleTag(gloox::Tag* tag) override { delete std::exchange(tag_, tag); }
  gloox::Tag* tag_ = nullptr;
};

}  // namespace

StreamAttempt::StreamAttempt(boost::asio::io_context& loop, const StreamConfig& config,
                             const TransportLimits& limits, Owner& owner,
                             PressureListener& pressure)
    : Component(std::string(xmpp_schemas::ns::component_accept), config.host, config.domain,
                config.secret, config.port),
      config_(config),
      owner_(&owner),
      transport_(new AsioTransport(loop, this, config.host, config.port, &pressure, limits)) {
  setTls(gloox::TLSDisabled);  // else gloox loads the trust store: 4.6 MB and 8 ms for each attempt
  setCompression(false);
  registerConnectionListener(this);
  setConnectionImpl(transport_);
}

void StreamAttempt::begin() {
  connect(false);
}

void StreamAttempt::end_in_order() {
  owner_ = nullptr;
  framer_.stop();
  if (is_up_) transport_->append("</stream:stream>");  // RFC 6120 §4.4
  transport_->cleanup();
}

void StreamAttempt::abandon() {
  owner_ = nullptr;
  framer_.stop();
  transport_->abandon();
}

void StreamAttempt::handleReceivedData(const gloox::ConnectionBase*, const std::string& octets) {
  framer_.on_octets(octets, *this);
}

void StreamAttempt::disconnect(gloox::ConnectionError reason) {
  framer_.stop();
  ClientBase::disconnect(reason);
}

void StreamAttempt::pass_to_gloox(std::string_view xml) {
  Component::handleReceivedData(transport_, std::string(xml));
}

void StreamAttempt::on_prologue(std::string_view xml) {
  started_ = true;
  pass_to_gloox(xml);
}

void StreamAttempt::on_stanza(std::string_view xml) {
  if (xml.starts_with("<stream:error")) return pass_to_gloox(xml);
  if (!is_up_) {
    // XEP-0114 §3: quirk(prosody) - a client's port answers <handshake type='error'>, which gloox
    // takes as success
    if (xml.starts_with("<handshake") && xml.find("error") != std::string_view::npos) {
      end({"the handshake was answered with an error", std::string(not_the_port)});
      return transport_->cleanup();
    }
    return pass_to_gloox(xml);
  }
  const bool sound = StanzaParser::parse(xml, [this](const gloox::Tag& stanza) {
    if (owner_) owner_->on_attempt_stanza(stanza);
  });
  if (!sound)
    on_skipped(xml.substr(0, StanzaFramer::Limits{}.skipped_head), StanzaFramer::Fault::ill_formed);
}

void StreamAttempt::on_skipped(std::string_view head, StanzaFramer::Fault why) {
  if (owner_) owner_->on_attempt_skipped(head, why);
}

/// The server has ended the stream; it need not close the connection first. RFC 6120 §4.4
void StreamAttempt::on_stream_end() {
  disconnect(gloox::ConnStreamClosed);
}

void StreamAttempt::on_broken(StanzaFramer::Fault) {
  end({started_ ? "the server's stream is no well-formed XML" : "what answers is no XMPP server",
       started_ ? "" : std::string(not_the_port)});
  transport_->abandon();
}

void StreamAttempt::onConnect() {
  is_up_ = true;
  if (owner_) owner_->on_attempt_up();
}

void StreamAttempt::onDisconnect(gloox::ConnectionError why) {
  end(explain(why));
}

void StreamAttempt::end(StreamEnd why) {
  framer_.stop();
  if (auto* owner = std::exchange(owner_, nullptr)) owner->on_attempt_end(std::move(why));
}

StreamEnd StreamAttempt::explain(gloox::ConnectionError why) const {
  const auto place = config_.host + " port " + std::to_string(config_.port);
  if (why == gloox::ConnStreamError) {
    const auto row =
        std::find_if(stream_errors.begin(), stream_errors.end(),
                     [this](const StreamErrorRow& r) { return r.error == streamError(); });
    std::string error = "stream error " + std::string(row->condition);
    if (!streamErrorText().empty()) error += " (" + streamErrorText() + ")";
    return {std::move(error), std::string(row->what_to_do),
            row->error == gloox::StreamErrorConflict};
  }
  if (why == gloox::ConnConnectionRefused) {
    return {"nothing listens at " + place,
            "is the server running, and [xmpp] host and port its component port?"};
  }
  if (why == gloox::ConnDnsError) {
    return {"the name " + config_.host + " cannot be resolved: " + transport_->failure(),
            "check [xmpp] host"};
  }
  if (why == gloox::ConnStreamClosed) {
    if (is_up_) return {"the server has closed the stream", ""};
    // XEP-0114 §3: quirk(ejabberd) - with domain_balancing without component_number the handshake
    // ends in EOF
    return {"the server has closed the connection before the handshake was done",
            "see the server's log; " + std::string(not_the_port)};
  }
  if (!transport_->failure().empty())
    return {"the link to " + place + " failed: " + transport_->failure(), ""};
  return {"the stream could not be understood", is_up_ ? "" : std::string(not_the_port)};
}

}  // namespace component
