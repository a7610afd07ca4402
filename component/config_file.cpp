#include "component/config_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace component {
namespace {

constexpr off_t size_limit = 1024 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

boost::system::error_code last_error() {
  return {errno, boost::system::system_category()};
}

}  // namespace

boost::system::result<FileContent> DiskFiles::read(const std::string& path) const {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return last_error();
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) return last_error();
  if (S_ISDIR(status.st_mode))
    return boost::system::errc::make_error_code(boost::system::errc::is_a_directory);
  if (status.st_size > size_limit)
    return boost::system::errc::make_error_code(boost::system::errc::file_too_large);
  FileContent content;
  content.others_can_read = (status.st_mode & S_IROTH) != 0;
  char buffer[16384];
  while (content.text.size() <= static_cast<std::size_t>(size_limit)) {
    const auto octets = ::read(file.get(), buffer, sizeof buffer);
    if (octets < 0 && errno == EINTR) continue;
    if (octets < 0) return last_error();
    if (octets == 0) return content;
    content.text.append(buffer, static_cast<std::size_t>(octets));
  }
  return boost::system::errc::make_error_code(boost::system::errc::file_too_large);
}

ConfigEnvironment read_environment() {
  ConfigEnvironment environment;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view variable = *entry;
    const auto equals = variable.find('=');
    if (!variable.starts_with("MAILNODE_") || equals == std::string_view::npos) continue;
    environment.emplace(variable.substr(0, equals), variable.substr(equals + 1));
  }
  return environment;
}

ConfigReading read_config_file(const std::string& path) {
  const DiskFiles files;
  const auto file = files.read(path);
  if (file) return read_config(*file, read_environment(), files);
  ConfigReading reading;
  ConfigMistake mistake;
  mistake.text = "cannot be read: " + file.error().message() + "; expected a configuration file";
  reading.mistakes.push_back(std::move(mistake));
  return reading;
}

}  // namespace component
