#include "component/command_line.hpp"

#include "tests/support/catch.hpp"

using component::parse_command_line;
using component::Task;

TEST_CASE("the command line's forms", "[operations]") {
  struct Row {
    std::vector<std::string> arguments;
    Task task;
    std::string file;
  };
  const auto row = GENERATE(values<Row>({
      {{}, Task::run, "/etc/mailnode/mailnode.toml"},
      {{"--config", "a.toml"}, Task::run, "a.toml"},
      {{"--config=a.toml", "--check"}, Task::check, "a.toml"},
      {{"--print-dns", "--config", "a.toml"}, Task::print_dns, "a.toml"},
      {{"--version"}, Task::version, "/etc/mailnode/mailnode.toml"},
      {{"--help", "--check"}, Task::help, "/etc/mailnode/mailnode.toml"},
  }));
  const auto line = parse_command_line(row.arguments);
  REQUIRE(line.has_value());
  CHECK(line->task == row.task);
  CHECK(line->config_file == row.file);
}

TEST_CASE("the command notify takes what a Sieve script has", "[operations][RFC5435:3.1]") {
  const auto line = parse_command_line({"--config", "a.toml", "notify", "--to",
                                        "xmpp:juliet@example.com", "--from=romeo@example.net",
                                        "--message", "--dashes", "--socket", "/run/s"});
  REQUIRE(line.has_value());
  CHECK(line->task == Task::notify);
  CHECK(line->config_file == "a.toml");
  CHECK(line->socket == "/run/s");
  CHECK(line->notify == component::NotifyMembers{{"method", "xmpp:juliet@example.com"},
                                                 {"from", "romeo@example.net"},
                                                 {"message", "--dashes"}});
}

TEST_CASE("a faulty command line is refused with a word about what is wrong", "[operations]") {
  struct Row {
    std::vector<std::string> arguments;
    std::string names;
  };
  const auto row = GENERATE(values<Row>({
      {{"--confg", "a"}, "confg"},
      {{"--config"}, "config"},
      {{"a.toml"}, "positional"},
      {{"notify"}, "--to"},
      {{"notify", "stray", "--to", "xmpp:a@b"}, "positional"},
      {{"stray", "notify", "--to", "xmpp:a@b"}, "positional"},
      {{"--to", "xmpp:a@b"}, "to"},
  }));
  const auto line = parse_command_line(row.arguments);
  REQUIRE_FALSE(line.has_value());
  CHECK(line.error().text.find(row.names) != std::string::npos);
}
