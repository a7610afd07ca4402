#include "component/stanza_framer.hpp"

#include <algorithm>

namespace component {
namespace {

constexpr std::string_view cdata_start = "[CDATA[";

bool is_white_space(unsigned char octet) {
  return octet == ' ' || octet == '\t' || octet == '\n' || octet == '\r';
}

}  // namespace

void StanzaFramer::on_octets(std::string_view octets, Sink& sink) {
  std::size_t mark = 0;  // where what is not yet kept begins
  for (std::size_t i = 0; i < octets.size() && !stopped_; ++i) {
    const auto octet = static_cast<unsigned char>(octets[i]);
    if (!in_piece_) {
      mark = i;
      if (is_white_space(octet)) continue;  // RFC 6120 §4.6.1: white space keep-alive
      if (octet != '<') return break_off(sink, Fault::ill_formed);
      begin_piece();
    }
    check(octet, held_.size() + (i - mark) + 1);
    const auto found = step(octet);
    // RFC 6120 §11.1, §11.3: outside a stanza there is nothing to skip, and where tags are no tags
    // nobody knows its end
    if (faulty_ && (depth_ == 0 || fault_ == Fault::ill_formed)) return break_off(sink, fault_);
    if (found == Found::nothing) {
      // text, comments, instructions between stanzas: RFC 6120 §11.1, §11.7
      if (depth_ == 1 && state_ == State::text) return break_off(sink, Fault::restricted_xml);
      continue;
    }
    deliver(found, octets.substr(mark, i - mark + 1), sink);
    mark = i + 1;
  }
  if (!stopped_ && in_piece_) keep(octets.substr(mark));
}

void StanzaFramer::begin_piece() {
  in_piece_ = true;
  held_.clear();
  faulty_ = false;
  continuation_ = 0;
}

/// RFC 6120 §11.3, §11.6 (characters) and §13.12 (limits).
void StanzaFramer::check(unsigned char octet, std::size_t length) {
  if (faulty_) return;
  if (!is_xml_octet(octet)) return blame(Fault::bad_character);
  if (length > (depth_ == 0 ? limits_.prologue : limits_.octets)) blame(Fault::too_big);
}

void StanzaFramer::blame(Fault why) {
  if (faulty_) return;
  faulty_ = true;
  fault_ = why;
}

/// Of a sound piece everything is kept, of a faulty one the head.
void StanzaFramer::keep(std::string_view part) {
  if (!faulty_) {
    held_.append(part);
    return;
  }
  if (held_.size() < limits_.skipped_head) {
    held_.append(part.substr(0, limits_.skipped_head - held_.size()));
  } else if (held_.size() > limits_.skipped_head) {
    held_.resize(limits_.skipped_head);
    held_.shrink_to_fit();
  }
}

void StanzaFramer::deliver(Found found, std::string_view last_part, Sink& sink) {
  if (found == Found::stream_end) {
    stopped_ = true;
    return sink.on_stream_end();
  }
  in_piece_ = false;
  std::string whole;
  if (!held_.empty() || faulty_) {
    keep(last_part);
    whole.swap(held_);
    last_part = whole;
  }
  held_.clear();
  if (found == Found::stream_start) return sink.on_prologue(last_part);
  if (faulty_) return sink.on_skipped(last_part.substr(0, limits_.skipped_head), fault_);
  sink.on_stanza(last_part);
}

void StanzaFramer::break_off(Sink& sink, Fault why) {
  stopped_ = true;
  held_.clear();
  sink.on_broken(why);
}

StanzaFramer::Found StanzaFramer::step(unsigned char octet) {
  switch (state_) {
    case State::text:
      if (octet == '<') {
        state_ = State::tag_start;
      } else if (depth_ == 0 && !is_white_space(octet)) {
        blame(Fault::ill_formed);
      }
      return Found::nothing;
    case State::tag_start:
      step_tag_start(octet);
      return Found::nothing;
    case State::tag:
      if (octet == '>') return end_tag();
      if (octet == '"') state_ = State::double_quoted;
      if (octet == '\'') state_ = State::single_quoted;
      after_slash_ = octet == '/';
      return Found::nothing;
    case State::double_quoted:
      if (octet == '"') state_ = State::tag;
      return Found::nothing;
    case State::single_quoted:
      if (octet == '\'') state_ = State::tag;
      return Found::nothing;
    case State::declaration:
      step_declaration(octet);
      return Found::nothing;
    case State::cdata:
      step_cdata(octet);
      return Found::nothing;
    case State::comment:
      step_comment(octet);
      return Found::nothing;
    case State::instruction:
      if (octet == '>' && matched_ == 1) state_ = State::text;
      matched_ = octet == '?' ? 1 : 0;
      return Found::nothing;
  }
  return Found::nothing;
}

void StanzaFramer::step_tag_start(unsigned char octet) {
  is_end_tag_ = octet == '/';
  after_slash_ = false;
  matched_ = 0;
  if (octet == '!') {
    state_ = State::declaration;
  } else if (octet == '?') {
    // RFC 6120 §11.1: an XML declaration may open the stream, no other instruction is allowed
    if (depth_ > 0) blame(Fault::restricted_xml);
    state_ = State::instruction;
  } else {
    if (octet == '>' || is_white_space(octet)) blame(Fault::ill_formed);
    state_ = State::tag;
  }
}

/// After "<!": CDATA is text; comments and document types are restricted XML (RFC 6120 §11.1).
void StanzaFramer::step_declaration(unsigned char octet) {
  if (matched_ == 0 && octet == '-') {
    blame(Fault::restricted_xml);
    state_ = State::comment;
    return;
  }
  if (static_cast<char>(octet) != cdata_start[matched_]) {
    blame(Fault::restricted_xml);
    state_ = State::tag;  // up to the next '>', which ends no element
    is_end_tag_ = false;
    after_slash_ = false;
    matched_ = cdata_start.size() + 1;
    return;
  }
  if (++matched_ < cdata_start.size()) return;
  state_ = State::cdata;
  matched_ = 0;
}

void StanzaFramer::step_cdata(unsigned char octet) {
  if (octet == ']') {
    matched_ = std::min<std::size_t>(matched_ + 1, 2);
    return;
  }
  if (octet == '>' && matched_ == 2) state_ = State::text;
  matched_ = 0;
}

void StanzaFramer::step_comment(unsigned char octet) {
  if (octet == '-') {
    matched_ = std::min<std::size_t>(matched_ + 1, 2);
    return;
  }
  if (octet == '>' && matched_ == 2) state_ = State::text;
  matched_ = 0;
}

StanzaFramer::Found StanzaFramer::end_tag() {
  state_ = State::text;
  if (matched_ > cdata_start.size()) return Found::nothing;  // the end of "<!...>"
  if (is_end_tag_) {
    if (depth_ == 0) {
      blame(Fault::ill_formed);
      return Found::nothing;
    }
    --depth_;
    if (depth_ == 0) return Found::stream_end;
    return depth_ == 1 ? Found::stanza : Found::nothing;
  }
  if (after_slash_) {
    if (depth_ == 0) blame(Fault::ill_formed);  // a stream that ends where it begins
    if (depth_ > limits_.depth) blame(Fault::too_deep);
    return depth_ == 1 ? Found::stanza : Found::nothing;
  }
  ++depth_;
  if (depth_ == 1) return Found::stream_start;
  if (depth_ > limits_.depth + 1) blame(Fault::too_deep);
  return Found::nothing;
}

/// RFC 3629 §4 (UTF8-octets), XML 1.0 §2.2 (Char), octet by octet.
bool StanzaFramer::is_xml_octet(unsigned char octet) {
  if (continuation_ > 0) return is_continuation(octet);
  if (octet < 0x80) return octet >= 0x20 || is_white_space(octet);
  low_ = 0x80;
  high_ = 0xBF;
  noncharacter_ = 0;
  if (octet >= 0xC2 && octet <= 0xDF) {
    continuation_ = 1;
  } else if (octet >= 0xE0 && octet <= 0xEF) {
    continuation_ = 2;
    if (octet == 0xE0) low_ = 0xA0;
    if (octet == 0xED) high_ = 0x9F;  // no surrogates
    if (octet == 0xEF) noncharacter_ = 1;
  } else if (octet >= 0xF0 && octet <= 0xF4) {
    continuation_ = 3;
    if (octet == 0xF0) low_ = 0x90;
    if (octet == 0xF4) high_ = 0x8F;
  } else {
    return false;
  }
  return true;
}

bool StanzaFramer::is_continuation(unsigned char octet) {
  if (octet < low_ || octet > high_) return false;
  low_ = 0x80;
  high_ = 0xBF;
  --continuation_;
  if (noncharacter_ == 2 && octet >= 0xBE) return false;  // U+FFFE, U+FFFF
  noncharacter_ = noncharacter_ == 1 && octet == 0xBF ? 2 : 0;
  return true;
}

}  // namespace component
