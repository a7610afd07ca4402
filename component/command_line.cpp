#include "component/command_line.hpp"

#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <sstream>
#include <utility>

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

/// Options of `notify`, and the members of the request that they become. RFC 5435 §3.1
struct NotifyOption {
  const char* name;
  const char* member;
  const char* help;
};
constexpr std::array<NotifyOption, 4> notify_members{{
    {"to", "method", "whom to tell, as in xmpp:juliet@example.com"},
    {"from", "from", "who has it told, an e-mail address"},
    {"importance", "importance", "1, 2 or 3: high, medium, low"},
    {"message", "message", "what to say"},
}};

po::options_description notify_options() {
  po::options_description all("Options of notify");
  for (const auto& option : notify_members)
    all.add_options()(option.name, po::value<std::string>(), option.help);
  all.add_options()("socket", po::value<std::string>(),
                    "the control socket (default: that of the configuration)");
  return all;
}

boost::system::result<CommandLine, CommandLineError> to_notify(CommandLine line,
                                                               const po::variables_map& given) {
  if (given.count("to") == 0)
    return CommandLineError{"notify needs --to xmpp:ADDRESS; try mailnode --help"};
  line.task = Task::notify;
  for (const auto& option : notify_members) {
    if (given.count(option.name) != 0)
      line.notify.emplace_back(option.member, given[option.name].as<std::string>());
  }
  if (given.count("socket") != 0) line.socket = given["socket"].as<std::string>();
  return line;
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
    po::options_description all = options();
    const bool is_notify =
        std::find(arguments.begin(), arguments.end(), "notify") != arguments.end();
    if (is_notify) all.add(notify_options()).add_options()("command", po::value<std::string>());
    // Without a command the description is empty: a stray word is an error, not an option's value.
    po::positional_options_description words;
    if (is_notify) words.add("command", 1);
    po::variables_map given;
    po::store(po::command_line_parser(arguments).options(all).positional(words).run(), given);
    CommandLine line;
    line.task = task_of(given);
    if (given.count("config") != 0) line.config_file = given["config"].as<std::string>();
    const bool is_command = is_notify && given.count("command") != 0;
    if (is_command && given["command"].as<std::string>() != "notify")
      return CommandLineError{"no such command; try mailnode --help"};
    return is_command && line.task == Task::run
               ? to_notify(std::move(line), given)
               : boost::system::result<CommandLine, CommandLineError>(line);
  } catch (const po::error& error) {
    return CommandLineError{std::string(error.what()) + "; try mailnode --help"};
  }
}

std::string to_help_text() {
  std::ostringstream text;
  text << "mailnode: mail events over XMPP PubSub\n\n"
          "Usage: mailnode --config FILE            run in the foreground, log to standard error\n"
          "       mailnode --config FILE --check    verify the configuration\n"
          "       mailnode --config FILE --print-dns\n"
          "       mailnode [--config FILE] notify --to xmpp:ADDRESS [--message TEXT] ...\n\n"
       << options() << '\n'
       << notify_options() << "\nSIGTERM ends it, SIGHUP reads the configuration again.\n";
  return text.str();
}

}  // namespace component
