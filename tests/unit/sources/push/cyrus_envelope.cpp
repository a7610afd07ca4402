#include "sources/push/cyrus_envelope.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

using sources::push::headers_of_envelope;

TEST_CASE("an ENVELOPE tells header fields", "[RFC3501:7.4.2][RFC2047:2]") {
  auto headers = headers_of_envelope(
      R"(("Sun, 22 Nov 2026 10:00:00 +0000" "=?utf-8?q?Gr=C3=BC=C3=9Fe?=" (("Lady \"C\" Capulet" NIL "capulet" "example.org")) )"
      R"((("Lady \"C\" Capulet" NIL "capulet" "example.org")) (("Lady \"C\" Capulet" NIL "capulet" "example.org")) )"
      R"(((NIL NIL "juliet" "mail.example.com")("=?utf-8?q?Rom=C3=A9o?=" NIL "romeo" "example.net")) NIL NIL NIL "<m1@example.org>"))");
  std::sort(headers.begin(), headers.end());
  std::vector<std::string> lines;
  for (const auto& [name, value] : headers) lines.push_back(name + ": " + value);
  CHECK(lines ==
        std::vector<std::string>{"Date: Sun, 22 Nov 2026 10:00:00 +0000",
                                 "From: Lady \"C\" Capulet <capulet@example.org>",
                                 "Message-ID: <m1@example.org>",
                                 "Subject: Gr\xC3\xBC\xC3\x9F"
                                 "e",
                                 "To: juliet@mail.example.com, Rom\xC3\xA9o <romeo@example.net>"});
}

TEST_CASE("nothing in an ENVELOPE makes a field of its own", "[operations]") {
  const auto headers =
      headers_of_envelope("(NIL \"a\r\nFrom: x@y\" NIL NIL NIL NIL NIL NIL NIL NIL)");
  REQUIRE(headers.size() == 1);
  CHECK(headers[0].first == "Subject");
}

TEST_CASE("what is no ENVELOPE tells nothing", "[RFC3501:7.4.2]") {
  const std::string text = GENERATE("", "NIL", "(", "(\"a", "(NIL NIL NIL)",
                                    "(NIL NIL ((NIL NIL \"a\" \"b\" NIL NIL NIL NIL)",
                                    "(NIL NIL (x) NIL NIL NIL NIL NIL NIL NIL)");
  CHECK(headers_of_envelope(text).empty());
  CHECK(headers_of_envelope("(NIL NIL (" + std::string(100'000, '(')).empty());
}
