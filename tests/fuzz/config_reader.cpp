// Fuzz target: any text for a configuration is read or refused with a place and a reason.
// docs/operations.md
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "component/config_reader.hpp"

namespace {

/// Every file that the configuration names holds a secret.
struct Files final : component::ConfigFiles {
  boost::system::result<component::FileContent> read(const std::string&) const override {
    return component::FileContent{"secret\n", false};
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const component::FileContent file{{reinterpret_cast<const char*>(data), size}, false};
  const auto reading = component::read_config(file, {}, Files{});
  for (const auto& mistake : reading.mistakes) {
    if (mistake.text.empty()) std::abort();
    if (component::to_line("mailnode.toml", mistake).find('\n') != std::string::npos) std::abort();
  }
  return 0;
}
