// How a push source names things. docs/operations.md [[source]] type = "push".
#pragma once

#include <string>

namespace sources::push {

struct PushDialect {
  char separator = '/';                   ///< the store's own
  std::string shared_prefix = "shared/";  ///< other users' mailboxes, as Dovecot names them
};

}  // namespace sources::push
