// What GET /healthz says. Pure. docs/operations.md
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace component {

struct SourceHealth {
  std::string name;
  std::string type;           ///< "imap", "push"
  std::size_t watched = 0;    ///< accounts
  std::size_t connected = 0;  ///< of them seen at present
};

struct HealthReport {
  bool xmpp_connected = false;
  bool store_writable = false;
  std::string store_error;  ///< why not
  std::vector<SourceHealth> sources;
};

/// Every imap source has a working connection, or no account to watch; stream and store are there.
bool is_healthy(const HealthReport& report);
bool is_healthy(const SourceHealth& source);
/// 200 or 503.
unsigned to_status(const HealthReport& report);
std::string to_json(const HealthReport& report);

}  // namespace component
