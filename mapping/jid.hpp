// A JID, split and prepared: the only form in which addresses are compared. RFC 6122 §2.
#pragma once

#include <string>
#include <string_view>

#include "mapping/error.hpp"

namespace mapping {

struct PreparedJid {
  std::string bare;
  std::string full;  ///< equals bare when there is no resource
  std::string local;
  std::string domain;
  std::string resource;
  friend bool operator==(const PreparedJid&, const PreparedJid&) = default;
};

/// RFC 6122 §2.3 nodeprep, nameprep, resourceprep. Each part may have 1022 octets, one less than
/// the RFC grants, since gloox reads past its buffer at 1023.
result<PreparedJid> prepare_jid(std::string_view text);

}  // namespace mapping
