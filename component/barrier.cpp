#include "component/barrier.hpp"

#include "xmpp_schemas/xml_writer.hpp"

namespace component {

std::string Barrier::raise(std::string id, std::uint64_t sequence, TimePoint now) {
  std::string stanza;
  xmpp_schemas::XmlWriter(stanza)
      .open("message")
      .attribute("from", address_)
      .attribute("to", address_)
      .attribute("id", id)
      .close();
  outstanding_ = Outstanding{std::move(id), sequence, now};
  return stanza;
}

std::optional<std::uint64_t> Barrier::on_returned(std::string_view from, std::string_view id) {
  // The id is random and the sender is ourselves: nobody else can move the cursor.
  if (!outstanding_ || from != address_ || id != outstanding_->id) return std::nullopt;
  const auto sequence = outstanding_->sequence;
  outstanding_.reset();
  return sequence;
}

bool Barrier::is_overdue(TimePoint now) const {
  return outstanding_ && now - outstanding_->since >= time_limit;
}

}  // namespace component
