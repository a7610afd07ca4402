#include "sources/imap/octets.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using sources::imap::Errc;
using sources::imap::OctetLimits;
using sources::imap::Octets;
using sources::imap::to_excerpt;

namespace {

std::vector<std::string> drain(Octets& octets) {
  std::vector<std::string> responses;
  while (auto response = octets.next()) responses.push_back(std::move(*response));
  return responses;
}

/// Fed in pieces of `size`.
std::vector<std::string> cut(std::string_view stream, std::size_t size, OctetLimits limits = {}) {
  Octets octets(limits);
  for (std::size_t at = 0; at < stream.size(); at += size) {
    REQUIRE(octets.feed(stream.substr(at, size)));
  }
  return drain(octets);
}

struct Whole {
  const char* name;
  std::string stream;
  std::vector<std::string> responses;
};

struct Broken {
  const char* name;
  std::string stream;
  Errc why;
};

}  // namespace

TEST_CASE("the octet stream is cut into whole responses", "[RFC3501:2.2.2][RFC3501:4.3]") {
  const std::vector<Whole> rows{
      {"two lines", "* OK hello\r\na1 OK done\r\n", {"* OK hello", "a1 OK done"}},
      {"an unfinished line", "* OK hello\r\n* BY", {"* OK hello"}},
      {"a literal", "* LIST () \"/\" {3}\r\na\r\n\r\n", {"* LIST () \"/\" {3}\r\na\r\n"}},
      {"a literal inside",
       "* STATUS {1}\r\nx (MESSAGES 1)\r\n",
       {"* STATUS {1}\r\nx (MESSAGES 1)"}},
      {"two literals", "* X {1}\r\na {2}\r\nbc d\r\n", {"* X {1}\r\na {2}\r\nbc d"}},
      {"an empty literal", "* X {0}\r\n y\r\n", {"* X {0}\r\n y"}},
      {"a literal that looks like a line end", "* X {4}\r\n{9}\r\r\n", {"* X {4}\r\n{9}\r"}},
      {"a literal that holds an announcement", "* X {5}\r\n{9}\r\n\r\n", {"* X {5}\r\n{9}\r\n"}},
      {"NUL within a literal",
       std::string("* X {1}\r\n\0\r\n", 12),
       {std::string("* X {1}\r\n\0", 10)}},
      {"free text that looks like a literal",
       "* OK see {5}\r\na1 NO {3}\r\n+ {2}\r\n* bye {1}\r\n",
       {"* OK see {5}", "a1 NO {3}", "+ {2}", "* bye {1}"}},
      {"braces that are no literal",
       "* X {}\r\n* X {a}\r\n* X 5}\r\n",
       {"* X {}", "* X {a}", "* X 5}"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(cut(row.stream, row.stream.size()) == row.responses);
    CHECK(cut(row.stream, 1) == row.responses);  // byte by byte
    CHECK(cut(row.stream, 3) == row.responses);
  }
}

TEST_CASE("broken framing and oversize are refused", "[RFC3501:2.2][RFC3501:4.3]") {
  const OctetLimits small{20, 30, 60};
  const std::vector<Broken> rows{
      {"CR without LF", "* OK a\rb\r\n", Errc::bare_cr},
      {"LF without CR", "* OK a\n", Errc::bare_lf},
      {"NUL", std::string("* OK \0\r\n", 8), Errc::nul_in_line},
      {"long line", "* OK " + std::string(100, 'x'), Errc::line_too_long},
      {"long line after literals", "* X {1}\r\na" + std::string(20, 'x'), Errc::line_too_long},
      {"large literal", "* X {31}\r\n", Errc::literal_too_long},
      {"literal beyond any number", "* X {99999999999999999999999}\r\n", Errc::line_too_long},
      {"gigabyte", "* X {1073741824}\r\n", Errc::literal_too_long},
      {"many literals", "* X {30}\r\n" + std::string(30, 'x') + "{30}\r\n",
       Errc::response_too_long},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Octets octets(small);
    const auto fed = octets.feed(row.stream);
    REQUIRE(fed.has_error());
    CHECK(fed.error() == row.why);
    CHECK(octets.feed("* OK fine\r\n").error() == row.why);  // it stays broken
    CHECK(drain(octets).empty());
  }
  Octets large;
  CHECK(large.feed("* X {99999999999999999999999}\r\n").error() == Errc::literal_too_long);
}

TEST_CASE("what came whole before the break is still told", "[RFC3501:2.2.2]") {
  Octets octets;
  CHECK(octets.feed("* 1 EXISTS\r\n* OK \x01 \"\\x\rz").error() == Errc::bare_cr);
  CHECK(drain(octets) == std::vector<std::string>{"* 1 EXISTS"});
  CHECK(octets.excerpt() == "* OK \\x01 \"\\x5Cx");
}

TEST_CASE("clear forgets a partial response and a failure", "[RFC3501:6.2.1]") {
  Octets octets;
  REQUIRE(octets.feed("* OK whole\r\n* OK injected before TLS"));
  octets.clear();
  REQUIRE(octets.feed("* 1 EXISTS\r\n"));
  CHECK(drain(octets) == std::vector<std::string>{"* 1 EXISTS"});
  CHECK(octets.feed("\n").has_error());
  octets.clear();
  CHECK(octets.feed("* 2 EXISTS\r\n").has_value());
}

TEST_CASE("an excerpt is short and printable", "[RFC3501:2.2]") {
  CHECK(to_excerpt("plain text") == "plain text");
  CHECK(to_excerpt("\x1b[31m\xc3\xa9") == "\\x1B[31m\\xC3\\xA9");
  CHECK(to_excerpt(std::string(200, 'a'), 5) == "aaaaa...");
}
