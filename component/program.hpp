// [I/O] The running program: event loop, store, stream, listener and signals around the gateway.
#pragma once

#include <string>

#include "component/config.hpp"

namespace component {

/// Runs until SIGTERM or SIGINT. The exit status: 0 after an orderly end, 1 when it could not
/// start.
int run_program(const Config& config, const std::string& config_file);

}  // namespace component
