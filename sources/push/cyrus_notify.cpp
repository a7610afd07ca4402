#include "sources/push/cyrus_notify.hpp"

#include <charconv>
#include <utility>

namespace sources::push {
namespace {

std::optional<std::size_t> to_size(std::string_view digits) {
  std::size_t size = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (digits.empty() || failed != std::errc() || end != digits.data() + digits.size())
    return std::nullopt;
  return size;
}

}  // namespace

std::optional<std::string_view> message_of_datagram(std::string_view datagram) {
  const auto take = [&datagram]() -> std::optional<std::string_view> {
    const auto end = datagram.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    const auto field = datagram.substr(0, end);
    datagram.remove_prefix(end + 1);
    return field;
  };
  for (int field = 0; field < 5; ++field) {  // method, class, priority, user, mailbox
    if (!take()) return std::nullopt;
  }
  const auto count = take();
  const auto options = count ? to_size(*count) : std::nullopt;
  if (!options || *options > datagram.size()) return std::nullopt;
  for (std::size_t option = 0; option < *options; ++option) {
    if (!take()) return std::nullopt;
  }
  return take();
}

bool DlistReader::feed(std::string_view octets) {
  if (is_broken_) return false;
  buffer_ += octets;
  if (end_ == 0) is_broken_ = scan() == State::broken || buffer_.size() > max_command;
  return !is_broken_;
}

std::optional<std::string> DlistReader::next() {
  if (end_ == 0) return std::nullopt;
  auto message = std::exchange(message_, {});
  buffer_.erase(0, std::exchange(end_, 0));
  if (!buffer_.empty()) is_broken_ = scan() == State::broken;
  return message;
}

/// command = atom SP value CRLF; value = atom / quoted / literal / "(" ... ")" / "%(" key value ...
/// ")"
DlistReader::State DlistReader::scan() {
  std::size_t at = 0;
  int depth = 0;
  bool is_message = false;  // the value after the key MESSAGE is next
  const auto take = [&](std::string value) {
    if (std::exchange(is_message, false)) {
      message_ = std::move(value);
    } else {
      is_message = depth == 1 && value == "MESSAGE";
    }
  };
  while (at < buffer_.size()) {
    const char c = buffer_[at];
    if (c == '\n' && depth == 0) {
      end_ = at + 1;
      return State::whole;
    }
    if (c == ' ' || c == '\r' || c == '%') {
      ++at;
    } else if (c == '(') {
      if (++depth > 16) return State::broken;
      is_message = false;
      ++at;
    } else if (c == ')') {
      if (--depth < 0) return State::broken;
      ++at;
    } else if (c == '"') {
      const auto close = buffer_.find('"', at + 1);  // Cyrus quotes what needs no escape
      if (close == std::string::npos) return State::incomplete;
      take(buffer_.substr(at + 1, close - at - 1));
      at = close + 1;
    } else if (c == '{') {
      const auto line = buffer_.find('\n', at);
      if (line == std::string::npos)
        return buffer_.size() - at > 32 ? State::broken : State::incomplete;
      auto digits = std::string_view(buffer_).substr(at + 1, line - at - 1);
      while (digits.ends_with('\r') || digits.ends_with('}') || digits.ends_with('+'))
        digits.remove_suffix(1);
      const auto size = to_size(digits);
      if (!size || *size > max_command) return State::broken;
      if (buffer_.size() - line - 1 < *size) return State::incomplete;
      take(buffer_.substr(line + 1, *size));
      at = line + 1 + *size;
    } else if (c < ' ') {
      return State::broken;
    } else {
      const auto stop = buffer_.find_first_of(" \r\n()", at);
      if (stop == std::string::npos) return State::incomplete;
      take(buffer_.substr(at, stop - at));
      at = stop;
    }
  }
  return State::incomplete;
}

}  // namespace sources::push
