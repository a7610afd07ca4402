// Every response of the recorded real servers is cut and parsed; the recordings lie in
// tests/captures/.
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "sources/imap/octets.hpp"
#include "sources/imap/response_parser.hpp"
#include "tests/support/catch.hpp"

using namespace sources::imap;
namespace fs = std::filesystem;

namespace {

/// The octets of each of the servers' connections ("S: ", "S2: ", ...).
std::map<std::string, std::string> server_streams(const fs::path& file) {
  std::map<std::string, std::string> streams;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const auto colon = line.find(": ");
    if (line.empty() || line.front() != 'S' || colon == std::string::npos || colon > 2) continue;
    if (colon == 2 && (line[1] < '0' || line[1] > '9')) continue;
    streams[line.substr(0, colon)] += line.substr(colon + 2) + "\r\n";
  }
  return streams;
}

}  // namespace

TEST_CASE("every recorded response of Dovecot and Cyrus is understood",
          "[RFC3501:7][RFC5465:5][RFC7162:3]") {
  std::size_t files = 0;
  std::size_t lists = 0, statuses = 0, fetches = 0, old_names = 0, vanished = 0;
  for (const auto& entry : fs::directory_iterator("tests/captures")) {
    const auto name = entry.path().filename().string();
    if (name.find("-imap-") == std::string::npos) continue;
    ++files;
    for (const auto& [who, stream] : server_streams(entry.path())) {
      Octets octets;
      REQUIRE(octets.feed(stream));
      while (const auto whole = octets.next()) {
        CAPTURE(name, *whole);
        const auto response = parse_response(*whole);
        REQUIRE(response.has_value());
        if (const auto* list = std::get_if<List>(&*response)) {
          ++lists;
          old_names += list->old_name ? 1U : 0U;
        }
        statuses += std::holds_alternative<Status>(*response) ? 1U : 0U;
        fetches += std::holds_alternative<Fetch>(*response) ? 1U : 0U;
        vanished += std::holds_alternative<Vanished>(*response) ? 1U : 0U;
      }
      CHECK(octets.feed("* 7 EXISTS\r\n").has_value());
      CHECK(octets.next() == "* 7 EXISTS");  // nothing was left over
    }
  }
  CHECK(files >= 24);
  CHECK(lists > 100);
  CHECK(statuses > 150);
  CHECK(fetches > 50);
  CHECK(old_names > 10);
  CHECK(vanished > 3);
}
