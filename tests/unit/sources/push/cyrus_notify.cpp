// Cyrus' two ways to notify, as they were recorded and cut anywhere.
#include "sources/push/cyrus_notify.hpp"

#include <string>

#include "tests/support/catch.hpp"

using sources::push::DlistReader;
using sources::push::message_of_datagram;
using namespace std::string_literals;

TEST_CASE("a datagram's last field is the event", "[RFC5423:4]") {
  CHECK(message_of_datagram("external\0EVENT\0\0\0\0"s + "0\0{\"event\":\"Login\"}\0"s) ==
        "{\"event\":\"Login\"}");
  CHECK(message_of_datagram("external\0EVENT\0\0\0\0"s + "2\0a\0b\0{}\0"s) == "{}");
}

TEST_CASE("a datagram that is none is refused", "[operations]") {
  const auto datagram = GENERATE(""s, "{}"s, "a\0b\0c\0d\0e\0"s, "a\0b\0c\0d\0e\0x\0{}\0"s,
                                 "a\0b\0c\0d\0e\0"s + "9\0{}\0"s, "a\0b\0c\0d\0e\0"s + "0\0{}"s,
                                 "a\0b\0c\0d\0e\0"s + "99999999999999999999\0{}\0"s);
  CHECK_FALSE(message_of_datagram(datagram));
}

namespace {

const std::string command =
    "NOTIFY %(METHOD external CLASS EVENT PRIORITY NIL USER NIL MAILBOX NIL OPTIONS () MESSAGE "
    "{17+}\r\n"
    "{\"event\":\"(\\\"\\n\"} FILEPATH NIL)\r\n";

}  // namespace

TEST_CASE("an acknowledged command is read whatever the pieces in which it comes", "[operations]") {
  const auto piece = GENERATE(std::size_t{1}, std::size_t{7}, std::size_t{1000});
  const auto text = command + "NOTIFY %(METHOD \"x y\" MESSAGE hello)\r\n" + command;
  DlistReader reader;
  std::vector<std::string> messages;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    REQUIRE(reader.feed(std::string_view(text).substr(at, piece)));
    while (auto message = reader.next()) messages.push_back(*message);
  }
  CHECK(messages ==
        std::vector<std::string>{"{\"event\":\"(\\\"\\n\"}", "hello", "{\"event\":\"(\\\"\\n\"}"});
}

TEST_CASE("what is no command is refused, and costs a bounded amount", "[operations]") {
  const auto text = GENERATE(")"s, std::string(17, '('), "NOTIFY %(MESSAGE {x+}\r\n"s,
                             "NOTIFY %(MESSAGE {99999999999+}\r\n"s, "NOTIFY \1"s,
                             "NOTIFY {" + std::string(100, '1'), std::string(1024 * 1024 + 1, 'a'));
  DlistReader reader;
  CHECK_FALSE(reader.feed(text));
  CHECK_FALSE(reader.feed("x"));
}
