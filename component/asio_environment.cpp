#include "component/asio_environment.hpp"

#include <openssl/rand.h>

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <stdexcept>

namespace component {

std::chrono::steady_clock::time_point AsioEnvironment::steady_now() const {
  return std::chrono::steady_clock::now();
}

std::chrono::system_clock::time_point AsioEnvironment::wall_now() const {
  return std::chrono::system_clock::now();
}

void AsioEnvironment::start_timer(std::chrono::milliseconds after, std::function<void()> then) {
  if (after.count() <= 0) return boost::asio::post(executor_, std::move(then));
  auto timer = std::make_shared<boost::asio::steady_timer>(executor_, after);
  timer->async_wait([timer, run = std::move(then)](boost::system::error_code error) {
    if (!error) run();
  });
}

std::string AsioEnvironment::random_id() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, 16> octets{};
  if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1) {
    throw std::runtime_error("the operating system gives no random octets");
  }
  std::string id;
  for (const unsigned char octet : octets) {
    id += digits[octet >> 4U];
    id += digits[octet & 0x0FU];
  }
  return id;
}

}  // namespace component
