// The terminals of the response grammar: reads one whole response from left to right. A failure
// sticks: after it every call yields nothing, so that grammar functions need to ask only once, at
// their end. RFC 3501 §9.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sources/imap/error.hpp"

namespace sources::imap {

class ResponseLexer {
 public:
  explicit ResponseLexer(std::string_view response) : text_(response) {}

  bool ok() const { return !failure_; }
  boost::system::error_code failure() const { return failure_; }
  void fail(Errc why = Errc::malformed_response);

  bool at_end() const { return at_ == text_.size(); }
  std::size_t position() const { return at_; }
  std::string_view since(std::size_t position) const {
    return text_.substr(position, at_ - position);
  }
  bool next_is(char c) const { return ok() && at_ < text_.size() && text_[at_] == c; }
  bool next_is_digit() const {
    return ok() && at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9';
  }
  /// Takes `c` if it is next.
  bool accept(char c);
  /// Takes `c`, else fails.
  void expect(char c);
  void expect_end();
  /// Everything that is left.
  std::string_view rest();

  std::string_view tag();                  ///< 1*<any ASTRING-CHAR except "+">
  std::string_view atom();                 ///< 1*ATOM-CHAR
  std::string word();                      ///< an atom in upper case
  std::string item_name();                 ///< the same, ending before "[": BODY[...]
  std::string flag();                      ///< "\" atom / atom / "\*"
  std::string astring();                   ///< 1*ASTRING-CHAR / string
  std::string string();                    ///< quoted / literal
  std::optional<std::string> nstring();    ///< string / nil
  std::optional<char> nil_or_character();  ///< DQUOTE QUOTED-CHAR DQUOTE / nil
  std::vector<std::string> flag_list();    ///< "(" [flag *(SP flag)] ")"

  std::uint64_t number(std::uint64_t low, std::uint64_t high);
  std::uint32_t number32() { return static_cast<std::uint32_t>(number(0, 0xFFFFFFFFU)); }
  std::uint32_t nz_number32() { return static_cast<std::uint32_t>(number(1, 0xFFFFFFFFU)); }

  /// One value of an unknown kind: atom, string, nil, or a list of such to any depth.
  void skip_value();

 private:
  bool accept_nil();
  std::string quoted();
  std::string literal();
  template <class Accepts>
  std::string_view take_while(Accepts accepts);

  std::string_view text_;
  std::size_t at_ = 0;
  boost::system::error_code failure_;
};

/// ASCII only: names in IMAP are case-insensitive.
std::string to_upper(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace sources::imap
