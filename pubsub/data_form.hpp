// Data forms as the service reads and writes them. XEP-0004, XEP-0068. (gloox's DataForm loses the
// values of fields without a type, which is how submits usually come.)
#pragma once

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

/// The fields of a submitted form of that FORM_TYPE, FORM_TYPE itself left out; invalid-options if
/// it is another one, is no submit, names a field twice or is too large.
boost::system::result<FormFields, Error> parse_submit(const gloox::Tag& form,
                                                      std::string_view form_type);

/// Opens <x/> with its FORM_TYPE; the caller closes it.
void open_form(xmpp_schemas::XmlWriter& writer, std::string_view type, std::string_view form_type);
/// An empty `type` or `label` is left out.
void append_field(xmpp_schemas::XmlWriter& writer, std::string_view var, std::string_view type,
                  std::string_view label, const std::vector<std::string>& values);

}  // namespace pubsub
