// [I/O] Reads the configuration from its file, the files that it names, and the environment.
#pragma once

#include <string>

#include "component/config_reader.hpp"

namespace component {

class DiskFiles final : public ConfigFiles {
 public:
  /// Regular files of at most 1 MiB.
  boost::system::result<FileContent> read(const std::string& path) const override;
};

/// The variables of this process whose names begin with MAILNODE_.
ConfigEnvironment read_environment();

/// A file that cannot be read is a mistake like any other.
ConfigReading read_config_file(const std::string& path);

}  // namespace component
