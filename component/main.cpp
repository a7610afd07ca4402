// [I/O] The program mailnode: command line, configuration, and then the gateway.
// docs/operations.md.
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "component/command_line.hpp"
#include "component/config_file.hpp"
#include "component/control.hpp"
#include "component/notify_command.hpp"
#include "component/program.hpp"
#include "component/version.hpp"

namespace {

constexpr int faulty = 2;  // command line or configuration

int notify(const component::CommandLine& line, const std::string& socket) {
  const auto answer = component::ask_control(socket, component::to_notify_request(line.notify));
  const auto result = component::to_notify_result(answer.get());
  if (!result.why.empty()) std::cerr << "mailnode: " << result.why << '\n';
  return result.exit_status;
}

int with_config(const component::CommandLine& line) {
  const auto reading = component::read_config_file(line.config_file);
  for (const auto& warning : reading.warnings) {
    std::cerr << "warning: " << component::to_line(line.config_file, warning) << '\n';
  }
  for (const auto& mistake : reading.mistakes) {
    std::cerr << component::to_line(line.config_file, mistake) << '\n';
  }
  if (!reading.mistakes.empty()) return faulty;
  switch (line.task) {
    case component::Task::check:
      return 0;
    case component::Task::print_dns:
      std::cout << component::to_dns_text(reading.config);
      return 0;
    case component::Task::notify:
      return notify(line, reading.config.control.socket);
    case component::Task::run:
    case component::Task::version:
    case component::Task::help:
      break;
  }
  return component::run_program(reading.config, line.config_file);
}

}  // namespace

int main(int argc, char* argv[]) {
  try {
    const auto line =
        component::parse_command_line(std::vector<std::string>(argv + 1, argv + argc));
    if (line.has_error()) {
      std::cerr << "mailnode: " << line.error().text << '\n';
      return faulty;
    }
    if (line->task == component::Task::help) {
      std::cout << component::to_help_text();
      return 0;
    }
    if (line->task == component::Task::version) {
      std::cout << "mailnode " << component::version_text << '\n';
      return 0;
    }
    if (line->task == component::Task::notify && !line->socket.empty())
      return notify(*line, line->socket);
    return with_config(*line);
  } catch (const std::exception& error) {
    std::cerr << "mailnode: " << error.what() << '\n';
    return 1;
  }
}
