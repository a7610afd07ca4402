// The XML Schema files of this folder inside the program: it validates without files and without a
// network.
#pragma once

#include <span>
#include <string_view>

namespace xmpp_schemas {

struct EmbeddedSchema {
  std::string_view path;  ///< relative to xmpp_schemas/
  std::string_view text;
};

std::span<const EmbeddedSchema> embedded_schemas();

}  // namespace xmpp_schemas
