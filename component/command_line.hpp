// The command line of the gateway itself. docs/operations.md.
#pragma once

#include <string>
#include <vector>

#include <boost/system/result.hpp>

#include "component/notify_command.hpp"

namespace component {

enum class Task { run, check, print_dns, version, help, notify };

struct CommandLine {
  Task task = Task::run;
  std::string config_file = "/etc/mailnode/mailnode.toml";
  NotifyMembers notify;  ///< of Task::notify
  std::string socket;    ///< the control socket; empty: that of the configuration
};

/// Error: one line that says what is wrong.
struct CommandLineError {
  std::string text;
};

boost::system::result<CommandLine, CommandLineError> parse_command_line(
    const std::vector<std::string>& arguments);

std::string to_help_text();

}  // namespace component
