#include "sources/imap/mime_words.hpp"

#include "tests/support/catch.hpp"

using sources::imap::decode_header_block;

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST_CASE("the shown fields are decoded and unfolded", "[RFC5322:2.2.3][RFC5322:3.6]") {
  struct Row {
    std::string octets;
    Fields fields;
  };
  const Row rows[]{
      {"", {}},
      {"\r\n", {}},
      {"subject: Wherefore\r\n\r\nSubject: body", {{"Subject", "Wherefore"}}},
      {"SUBJECT:Wherefore\r\n\tart\r\n  thou\r\nX-Other: no\r\n  Subject: no\r\nDATE : today\r\n",
       {{"Subject", "Wherefore art thou"}, {"Date", "today"}}},
      {"From: Romeo <romeo@example.net>\n", {{"From", "Romeo <romeo@example.net>"}}},
      {"Subject: =?utf-8?q?caf=C3=A9?= =?ISO-8859-1?B?6Q==?= x\r\n",
       {{"Subject", "caf\xc3\xa9\xc3\xa9 x"}}},
      {"From: =?utf-8?q?Rom=C3=A9o?= <r@example.net>\r\n",
       {{"From", "Rom\xc3\xa9o <r@example.net>"}}},
      // a name that looks like an address does not become one
      {"From: =?utf-8?q?Boss_=3Cboss=40corp=3E?= <evil@example.net>\r\n",
       {{"From", "\"Boss <boss@corp>\" <evil@example.net>"}}},
      {"Message-Id: <=?utf-8?q?a?=@x>\r\n", {{"Message-ID", "<=?utf-8?q?a?=@x>"}}},
      {"List-ID: =?utf-8?q?Caf=C3=A9?= <cafe.example.net>\r\n",
       {{"List-Id", "Caf\xc3\xa9 <cafe.example.net>"}}},
      {"Subject: \r\nno colon\r\nTo: a@b\r\n", {{"To", "a@b"}}},
      {"Disposition-Notification-To: a@b\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: <x@y>\r\n",
       {{"Disposition-Notification-To", "a@b"},
        {"Auto-Submitted", "auto-replied"},
        {"In-Reply-To", "<x@y>"}}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.octets);
    CHECK(decode_header_block(row.octets) == row.fields);
  }
}

TEST_CASE("control and bidirectional characters are made harmless", "[RFC5322:2.2]") {
  struct Row {
    std::string octets, value;
  };
  const Row rows[]{
      {"Subject: a\x01\x1b[31mb\x7f", "a [31mb"},
      {std::string("Subject: a\0b", 12), "a b"},
      {"Subject: =?utf-8?q?a=0D=0AX=3A_b=C2=85c?=", "a X: b c"},
      {"Subject: =?utf-8?q?abc=E2=80=AEgnp=2Eexe=E2=81=A6=E2=80=8F?=", "abcgnp.exe"},
      {"Subject: a\xe2\x80\xa8"
       "b",
       "a b"},
      {"Subject: =?utf-8?b?/////w==?= ok", "???? ok"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.octets);
    const auto fields = decode_header_block(row.octets);
    REQUIRE(fields.size() == 1);
    CHECK(fields.front().second == row.value);
  }
}

TEST_CASE("fields are cut at a character, all together stay within their limit",
          "[RFC5322:2.1.1]") {
  std::string long_subject;
  for (int i = 0; i < 5000; ++i) long_subject += "\xe2\x82\xac";
  const auto one = decode_header_block("Subject: " + long_subject + "\r\n");
  REQUIRE(one.size() == 1);
  CHECK(one.front().second == long_subject.substr(0, 1023));

  std::string many;
  for (int i = 0; i < 100; ++i) many += "Subject: " + std::string(1000, 'a') + "\r\n";
  std::size_t together = 0;
  for (const auto& [name, value] : decode_header_block(many)) together += value.size();
  CHECK(together == 16 * 1024);

  CHECK(decode_header_block(std::string(1'000'000, '\n')).empty());
  const auto folded = decode_header_block("To: " + std::string(500'000, 'x') + "\r\n ," +
                                          std::string(500'000, 'y'));
  for (const auto& field : folded) CHECK(field.second.size() <= 1024);
}
