#include "sources/imap/mailbox_name_codec.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using namespace sources::imap;

TEST_CASE("modified UTF-7 both ways", "[RFC3501:5.1.3]") {
  const std::pair<std::string, std::string> rows[]{
      {"INBOX", "INBOX"},
      {"", ""},
      {"&-", "&"},
      {"a&-b", "a&b"},
      {"&AOk-t&AOk-", "\xc3\xa9t\xc3\xa9"},
      {"&2DzfVQ-", "\xf0\x9f\x8d\x95"},
      {"~peter/mail/&U,BTFw-/&ZeVnLIqe-",
       "~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"},
      {"&U,BTF2XlZyyKng-", "\xe5\x8f\xb0\xe5\x8c\x97\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"},
      {"&Jjo-!", "\xe2\x98\xba!"},
      {"plus+plus", "plus+plus"},
      {"&AAE-", "\x01"},
      {"&AH8-", "\x7f"},
  };
  for (const auto& [raw, utf8] : rows) {
    CAPTURE(raw);
    CHECK(*decode_modified_utf7(raw) == utf8);
    CHECK(encode_modified_utf7(utf8) == raw);
  }
}

TEST_CASE("every character survives the way to the wire and back", "[RFC3501:5.1.3]") {
  for (const char32_t c : std::vector<char32_t>{0x80, 0x7FF, 0x800, 0xFFFF, 0x10000, 0x10FFFF}) {
    std::string text = "a";
    for (int n = 0; n < 4; ++n) {  // each length of the last BASE64 group
      if (c < 0x800) {
        text += {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
      } else if (c < 0x10000) {
        text += {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
                 static_cast<char>(0x80 | (c & 0x3F))};
      } else {
        text += {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
                 static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
      }
      CHECK(*decode_modified_utf7(encode_modified_utf7(text)) == text);
    }
  }
}

TEST_CASE("what is no modified UTF-7 is refused", "[RFC3501:5.1.3]") {
  for (const auto* raw :
       {"&", "&AOk", "&Jjo!", "&U,BTFw-&ZeVnLIqe-", "&AGE-", "\xc3\xa9", "&A-", "&AO-", "&AOl-",
        "&2Dw-", "&31U-", "&2DwAYQ-", "&AO k-", "a\x01", "&/////-", "&AOkAAA"}) {
    CAPTURE(raw);
    CHECK(decode_modified_utf7(raw).error() == Errc::malformed_mailbox_name);
  }
}

TEST_CASE("encoding keeps octets that are no UTF-8", "[RFC3501:5.1.3]") {
  CHECK(encode_modified_utf7("\xff"
                             "a\xc3") ==
        "\xff"
        "a\xc3");
  CHECK(encode_modified_utf7("\xc3\xa9\xc3") == "&AOk-\xc3");
  CHECK(encode_modified_utf7("\xed\xa0\x80") == "\xed\xa0\x80");  // a surrogate
}

TEST_CASE("names of answers can be sent back exactly", "[RFC3501:5.1][RFC3501:5.1.3]") {
  MailboxNameCodec codec;
  CHECK(codec.from_answer("inBox") == "INBOX");
  CHECK(codec.to_wire("INBOX") == "inBox");
  CHECK(codec.from_answer("inbox/child") == "inbox/child");
  CHECK(codec.from_answer("&AOk-") == "\xc3\xa9");
  CHECK(codec.to_wire("\xc3\xa9") == "&AOk-");
  CHECK(codec.from_answer("bad&name") == "bad&name");  // no modified UTF-7
  CHECK(codec.to_wire("bad&name") == "bad&name");
  CHECK(codec.from_answer("latin\xe9") == "latin\xe9");
  CHECK(codec.to_wire("latin\xe9") == "latin\xe9");
  CHECK(codec.from_answer("&-AOk-") == "&AOk-");
  CHECK(codec.to_wire("&AOk-") == "&-AOk-");
  CHECK(codec.to_wire("never seen &") == "never seen &-");
}

TEST_CASE("unasked names are decoded by what their server does", "[RFC5465:5.4]") {
  CHECK(decode_unsolicited_name("&AOk-", false) == "\xc3\xa9");
  CHECK(decode_unsolicited_name("&AOk-", true) == "&AOk-");
  CHECK(decode_unsolicited_name("\xc3\xa9", false) == "\xc3\xa9");

  SECTION("8-bit octets tell") {
    MailboxNameCodec codec;
    CHECK(codec.from_unsolicited("\xc3\xa9") == "\xc3\xa9");
    CHECK(codec.unsolicited_is_raw());
    CHECK(codec.from_unsolicited("<amp>&-<lt>") == "<amp>&-<lt>");
    CHECK(codec.to_wire("\xc3\xa9") == "&AOk-");
  }
  SECTION("an unescaped ampersand tells") {
    MailboxNameCodec codec;
    CHECK(codec.from_unsolicited("<amp>&<lt>") == "<amp>&<lt>");
    CHECK(codec.unsolicited_is_raw());
  }
  SECTION("a known name tells, in either direction") {
    MailboxNameCodec codec;
    codec.from_answer("&AOk-");
    codec.from_answer("&-");
    codec.expect_raw_unsolicited(true);
    CHECK(codec.from_unsolicited("&AOk-") == "\xc3\xa9");
    CHECK_FALSE(codec.unsolicited_is_raw());
    CHECK(codec.from_unsolicited("&") == "&");
    CHECK(codec.unsolicited_is_raw());
  }
  SECTION("plain names tell nothing") {
    MailboxNameCodec codec;
    CHECK(codec.from_unsolicited("inbox") == "INBOX");
    CHECK(codec.from_unsolicited("a b") == "a b");
    CHECK_FALSE(codec.unsolicited_is_raw());
  }
}
