// Data forms as the service reads and writes them. XEP-0004, XEP-0068. (gloox's DataForm loses the
// values of fields without a type, which is how submits usually come.)
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gloox/tag.h>
#include <boost/system/result.hpp>

#include "pubsub/error.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace pubsub {

/// Field name and its values, in the order of the form.
using FormFields = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// What a client sends back.
struct Submission {
  bool is_cancel = false;  ///< XEP-0004 §3.1: type cancel; there are no fields
  FormFields fields;       ///< FORM_TYPE left out
};

/// invalid-options if the form is of another FORM_TYPE, neither submit nor cancel, names a field
/// twice or is too large.
boost::system::result<Submission, Error> parse_submission(const gloox::Tag& form,
                                                          std::string_view form_type);

/// XEP-0004 §3.3: "1" and "true", "0" and "false".
std::optional<bool> parse_boolean(std::string_view text);

/// Opens <x/> with its FORM_TYPE; the caller closes it.
void open_form(xmpp_schemas::XmlWriter& writer, std::string_view type, std::string_view form_type);

struct FieldHead {
  std::string_view var;
  std::string_view type = {};   ///< empty: left out, as in a submit
  std::string_view label = {};  ///< empty: left out
  std::vector<std::pair<std::string_view, std::string_view>> choices = {};  ///< value, label
};
void append_field(xmpp_schemas::XmlWriter& writer, const FieldHead& head,
                  const std::vector<std::string>& values);

}  // namespace pubsub
