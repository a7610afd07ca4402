// Reads a configuration (TOML) and what the environment overrides in it; reports every mistake with
// its place, not only the first. Pure: files come through an interface. docs/operations.md
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "component/config.hpp"

namespace component {

/// A file that the configuration names.
struct FileContent {
  std::string text;
  bool others_can_read = false;
};

class ConfigFiles {
 public:
  /// Error: the file cannot be read.
  virtual boost::system::result<FileContent> read(const std::string& path) const = 0;

 protected:
  ~ConfigFiles() = default;
};

struct ConfigMistake {
  std::size_t line = 0;  ///< in the file; 0: nowhere in it
  std::string variable;  ///< of the environment, if the value came from there
  std::string table;     ///< "[xmpp]", "[[source]] imap"
  std::string key;       ///< empty: the table as a whole
  std::string text;      ///< what is wrong; what is expected
};
/// `FILE:LINE: [table] key: what is wrong; expected ...`
std::string to_line(std::string_view file, const ConfigMistake& mistake);

struct ConfigReading {
  Config config;
  std::vector<ConfigMistake> mistakes;  ///< with any, `config` must not be used
  std::vector<ConfigMistake> warnings;
};

using ConfigEnvironment = std::map<std::string, std::string>;

/// `file` is the configuration itself. Of the environment only MAILNODE_<TABLE>__<KEY> are looked
/// at.
ConfigReading read_config(const FileContent& file, const ConfigEnvironment& environment,
                          const ConfigFiles& files);

}  // namespace component
