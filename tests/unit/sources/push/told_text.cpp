#include "tests/unit/sources/push/told_text.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fstream>
#include <stdexcept>

#include "tests/unit/sources/session/step_text.hpp"

namespace tests {

std::string to_text(const sources::push::Told& told) {
  return told.account + ": " + to_text(events::Step(told.act.event));
}

std::vector<std::string> to_text(const std::vector<sources::push::Told>& told) {
  std::vector<std::string> lines;
  for (const auto& one : told) lines.push_back(to_text(one));
  return lines;
}

std::vector<std::pair<std::string, std::string>> bodies_of(const std::string& file) {
  std::ifstream in("tests/captures/" + file);
  if (!in) throw std::runtime_error("no capture " + file);
  std::vector<std::pair<std::string, std::string>> bodies;
  for (std::string line; std::getline(in, line);) {
    const auto value = boost::json::parse(line);
    const auto& body = value.at("body");
    if (body.is_null()) continue;
    bodies.emplace_back(std::string(value.at("operation").as_string()),
                        boost::json::serialize(body));
  }
  return bodies;
}

}  // namespace tests
