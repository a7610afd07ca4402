// The card and the picture of an account as a contact: an envelope. XEP-0054, XEP-0153.
#pragma once

#include <string>
#include <string_view>

namespace component {

/// `name`: as in service discovery.
std::string to_vcard_xml(std::string_view name);

/// What presence says of the picture: its hash.
std::string to_avatar_update_xml();

}  // namespace component
