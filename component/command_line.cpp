#include "component/command_line.hpp"

#include <boost/program_options.hpp>
#include <sstream>

namespace component {
namespace {

namespace po = boost::program_options;

po::options_description options() {
  po::options_description all("Options");
  all.add_options()("config", po::value<std::string>(),
                    "configuration file (default /etc/mailnode/mailnode.toml)")(
      "check", "verify the configuration: exit status 0, or 2 with one line per mistake")(
      "print-dns", "print the DNS records and server settings by which clients find the gateway")(
      "version", "print the version")("help", "print this text");
  return all;
}

Task task_of(const po::variables_map& given) {
  if (given.count("help") != 0) return Task::help;
  if (given.count("version") != 0) return Task::version;
  if (given.count("print-dns") != 0) return Task::print_dns;
  return given.count("check") != 0 ? Task::check : Task::run;
}

}  // namespace

boost::system::result<CommandLine, CommandLineError> parse_command_line(
    const std::vector<std::string>& arguments) {
  try {
    po::variables_map given;
    // An empty positional description: a stray word is an error, not an option's value.
    po::store(po::command_line_parser(arguments).options(options()).positional({}).run(), given);
    CommandLine line;
    line.task = task_of(given);
    if (given.count("config") != 0) line.config_file = given["config"].as<std::string>();
    return line;
  } catch (const po::error& error) {
    return CommandLineError{std::string(error.what()) + "; try mailnode --help"};
  }
}

std::string to_help_text() {
  std::ostringstream text;
  text << "mailnode: mail events over XMPP PubSub\n\n"
          "Usage: mailnode --config FILE            run in the foreground, log to standard error\n"
          "       mailnode --config FILE --check    verify the configuration\n"
          "       mailnode --config FILE --print-dns\n\n"
       << options() << "\nSIGTERM ends it, SIGHUP reads the configuration again.\n";
  return text.str();
}

}  // namespace component
