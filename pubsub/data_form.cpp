#include "pubsub/data_form.hpp"

#include <algorithm>

#include "xmpp_schemas/namespaces.hpp"

namespace pubsub {
namespace {

constexpr std::size_t max_fields = 100;
constexpr std::size_t max_values = 100;

Error refuse(const char* why) {
  return {ErrorCode::invalid_options, why};
}

}  // namespace

boost::system::result<Submission, Error> parse_submission(const gloox::Tag& form,
                                                          std::string_view form_type) {
  Submission submission;
  const std::string& type = form.findAttribute("type");
  submission.is_cancel = type == "cancel";
  if (submission.is_cancel) return submission;
  if (type != "submit") return refuse("the form is neither submit nor cancel");  // XEP-0004 §3.1
  FormFields& fields = submission.fields;
  for (const gloox::Tag* tag : form.children()) {
    if (tag->name() != "field") continue;
    std::pair<std::string, std::vector<std::string>> field{tag->findAttribute("var"), {}};
    for (const gloox::Tag* value : tag->children()) {
      if (value->name() == "value") field.second.push_back(value->cdata());
    }
    if (fields.size() == max_fields || field.second.size() > max_values)
      return refuse("the form is too large");
    if (field.first == "FORM_TYPE") {  // XEP-0068 §3.1
      if (field.second.size() != 1 || field.second.front() != form_type)
        return refuse("another FORM_TYPE");
      continue;
    }
    const bool is_again = std::any_of(fields.begin(), fields.end(), [&](const auto& other) {
      return other.first == field.first;
    });
    if (is_again) return refuse("a field twice");
    fields.push_back(std::move(field));
  }
  return submission;
}

std::optional<bool> parse_boolean(std::string_view text) {
  if (text == "1" || text == "true") return true;
  if (text == "0" || text == "false") return false;
  return std::nullopt;
}

void open_form(xmpp_schemas::XmlWriter& writer, std::string_view type, std::string_view form_type) {
  writer.open("x", xmpp_schemas::ns::data_forms).attribute("type", type);
  append_field(writer, {"FORM_TYPE", "hidden"}, {std::string(form_type)});
}

void append_field(xmpp_schemas::XmlWriter& writer, const FieldHead& head,
                  const std::vector<std::string>& values) {
  writer.open("field").attribute("var", head.var);
  if (!head.type.empty()) writer.attribute("type", head.type);
  if (!head.label.empty()) writer.attribute("label", head.label);
  for (const auto& value : values) writer.leaf("value", value);  // first, as XEP-0004's schema says
  for (const auto& [value, label] : head.choices) {
    writer.open("option");
    if (!label.empty()) writer.attribute("label", label);
    writer.leaf("value", value).close();
  }
  writer.close();
}

}  // namespace pubsub
