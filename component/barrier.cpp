#include "component/barrier.hpp"

#include "xmpp_schemas/xml_writer.hpp"

namespace component {
namespace {

constexpr std::string_view local_part = "barrier-";

}  // namespace

std::string Barrier::raise(std::string id, std::uint64_t sequence, TimePoint now) {
  std::string stanzas;
  const auto append = [&](const std::string& address) {
    xmpp_schemas::XmlWriter(stanzas)
        .open("message")
        .attribute("from", address)
        .attribute("to", address)
        .attribute("id", id)
        .close();
  };
  if (!address_.empty()) {
    append(address_);
  } else {
    for (int number = 1; number <= trials; ++number) {
      append(std::string(local_part) + std::to_string(number) + '@' + domain_);
    }
  }
  outstanding_ = Outstanding{std::move(id), sequence, now};
  return stanzas;
}

bool Barrier::is_barrier(std::string_view from) const {
  return from == domain_ || (from.starts_with(local_part) && from.ends_with('@' + domain_));
}

std::optional<std::uint64_t> Barrier::on_returned(std::string_view from, std::string_view id) {
  // The id is random and the sender is ourselves: nobody else can move the cursor.
  const bool is_expected = address_.empty() ? is_barrier(from) : from == address_;
  if (!outstanding_ || !is_expected || id != outstanding_->id) return std::nullopt;
  address_ = from;
  const auto sequence = outstanding_->sequence;
  outstanding_.reset();
  return sequence;
}

/// Another stream may be another one's share.
void Barrier::on_stream_down() {
  outstanding_.reset();
  if (!is_alone_) address_.clear();
}

bool Barrier::is_overdue(TimePoint now) const {
  return outstanding_ && now - outstanding_->since >= time_limit;
}

}  // namespace component
