// Cuts the inbound octets of a component stream into whole stanzas, before any parser sees them:
// size, depth, UTF-8, XML characters and restricted XML are checked here, without recursion and
// with bounded memory. A stanza that offends is skipped, and its start kept so that it can be
// answered; the stream lives. RFC 6120 §11, XEP-0114.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace component {

class StanzaFramer {
 public:
  struct Limits {
    std::size_t depth = 64;           ///< levels of elements, the stanza's own included
    std::size_t octets = 512 * 1024;  ///< of one stanza
    std::size_t prologue = 8 * 1024;  ///< XML declaration and stream header
    std::size_t skipped_head = 2048;  ///< what is kept of a skipped stanza
  };
  enum class Fault : std::uint8_t { too_deep, too_big, bad_character, restricted_xml, ill_formed };

  class Sink {
   public:
    /// XML declaration, if any, and the start tag of the stream.
    virtual void on_prologue(std::string_view xml) = 0;
    virtual void on_stanza(std::string_view xml) = 0;
    /// `head` may hold octets that are no UTF-8.
    virtual void on_skipped(std::string_view head, Fault why) = 0;
    virtual void on_stream_end() = 0;
    /// What comes is no XML stream, or one that cannot be followed any more. Nothing is read after
    /// it.
    virtual void on_broken(Fault why) = 0;

   protected:
    ~Sink() = default;
  };

  StanzaFramer() = default;
  explicit StanzaFramer(const Limits& limits) : limits_(limits) {}

  void on_octets(std::string_view octets, Sink& sink);
  /// Drops whatever comes from now on, the rest of the current on_octets() included.
  void stop() { stopped_ = true; }

 private:
  enum class State : std::uint8_t {
    text,
    tag_start,
    tag,
    double_quoted,
    single_quoted,
    declaration,
    cdata,
    comment,
    instruction
  };
  enum class Found : std::uint8_t { nothing, stream_start, stanza, stream_end };

  void begin_piece();
  void check(unsigned char octet, std::size_t length);
  bool is_xml_octet(unsigned char octet);
  bool is_continuation(unsigned char octet);
  Found step(unsigned char octet);
  void step_tag_start(unsigned char octet);
  void step_declaration(unsigned char octet);
  void step_cdata(unsigned char octet);
  void step_comment(unsigned char octet);
  Found end_tag();
  void keep(std::string_view part);
  void deliver(Found found, std::string_view last_part, Sink& sink);
  void break_off(Sink& sink, Fault why);
  void blame(Fault why);

  Limits limits_;
  std::string
      held_;  ///< of the current piece what earlier calls brought; of a faulty stanza the head only
  std::size_t depth_ = 0;
  std::size_t matched_ = 0;  ///< octets of "[CDATA[", "--", "]]" that were just seen
  State state_ = State::text;
  Fault fault_ = Fault::ill_formed;
  bool in_piece_ = false;
  bool faulty_ = false;
  bool is_end_tag_ = false;
  bool after_slash_ = false;
  bool stopped_ = false;
  std::uint8_t continuation_ = 0;  ///< octets still to come of a character
  std::uint8_t low_ = 0x80;        ///< bounds of the next one
  std::uint8_t high_ = 0xBF;
  std::uint8_t noncharacter_ = 0;  ///< how much of EF BF BE / EF BF BF was seen
};

}  // namespace component
