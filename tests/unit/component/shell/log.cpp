#include "component/log.hpp"

#include <sstream>

#include <boost/json/parse.hpp>

#include "tests/support/catch.hpp"

using namespace component;

TEST_CASE("a text line says what happened, and values stay on it", "[log]") {
  std::ostringstream out;
  const auto log = make_log({LogLevel::info, LogFormat::text}, false, out);
  log->source_lost("imap", "juliet", "a\n<3>b {} \x1b[31m\xff");
  const auto line = out.str();
  CHECK(line.find(" warning source_lost: lost sight of an account source=imap account=juliet "
                  "why=\"a <3>b {} ") != std::string::npos);
  CHECK(line.find('\x1b') == std::string::npos);
  CHECK(line.find('\xff') == std::string::npos);
  CHECK(line.find('\n') == line.size() - 1);
}

TEST_CASE("the level can change while running", "[log]") {
  std::ostringstream out;
  const auto log = make_log({LogLevel::warning, LogFormat::text}, false, out);
  log->ready();
  CHECK(out.str().empty());
  log->set_level(LogLevel::info);
  log->ready();
  CHECK(out.str().find("ready") != std::string::npos);
}

TEST_CASE("under systemd a line begins with its priority", "[log]") {
  std::ostringstream out;
  const auto log = make_log({LogLevel::info, LogFormat::text}, true, out);
  log->store_refuses("disk full");
  log->ready();
  CHECK(out.str() ==
        "<3>store_refuses: the store does not take anything why=\"disk full\"\n<6>ready: ready\n");
}

TEST_CASE("a JSON line is JSON, and has no priority", "[log]") {
  std::ostringstream out;
  const auto log = make_log({LogLevel::info, LogFormat::json}, true, out);
  log->stream_up("mail.example.com", "::1", 5347);
  log->login_refused("imap", "juliet \"x\"\\", std::string(5000, 'y'));
  std::istringstream lines(out.str());
  std::string line;
  REQUIRE(std::getline(lines, line));
  const auto first = boost::json::parse(line).as_object();
  CHECK(first.at("event").as_string() == "stream_up");
  CHECK(first.at("level").as_string() == "info");
  CHECK(first.at("port").as_string() == "5347");
  CHECK(first.at("time").as_string().size() >= 24);
  REQUIRE(std::getline(lines, line));
  const auto second = boost::json::parse(line).as_object();
  CHECK(second.at("account").as_string() == "juliet \"x\"\\");
  CHECK(second.at("what_to_do").as_string().size() == 1024);
}
