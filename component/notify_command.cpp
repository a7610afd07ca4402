#include "component/notify_command.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace component {
namespace {

constexpr int temporary_failure = 75;  // EX_TEMPFAIL: who asked may try again
constexpr int no_permission = 77;      // EX_NOPERM: trying again is of no use

std::string member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

}  // namespace

std::string to_notify_request(const NotifyMembers& members) {
  boost::json::object request;
  for (const auto& [name, text] : members) request[name] = text;
  return boost::json::serialize(request);
}

NotifyResult to_notify_result(const std::string* answer) {
  if (answer == nullptr) return {temporary_failure, "no gateway answers at the control socket"};
  boost::system::error_code error;
  const auto value = boost::json::parse(*answer, error);
  const auto* object = error ? nullptr : value.if_object();
  if (object == nullptr) return {temporary_failure, "the gateway's answer makes no sense"};
  const auto outcome = member(*object, "outcome");
  if (outcome == "sent") return {};
  return {outcome == "refused" ? no_permission : temporary_failure, member(*object, "why")};
}

}  // namespace component
