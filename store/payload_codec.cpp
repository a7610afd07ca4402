#include "store/payload_codec.hpp"

#include <cstdint>

#include "store/error.hpp"

namespace store {
namespace {

constexpr char version = 1;

void put_number(std::string& out, std::uint64_t number) {
  while (number >= 0x80) {
    out += static_cast<char>((number & 0x7F) | 0x80);
    number >>= 7;
  }
  out += static_cast<char>(number);
}

void put(std::string& out, std::string_view octets) {
  put_number(out, octets.size());
  out += octets;
}

void put(std::string& out, const std::vector<std::string>& list) {
  put_number(out, list.size());
  for (const auto& entry : list) put(out, entry);
}

/// Reads what the functions above wrote; after the first octet that does not fit, everything it
/// gives is empty.
class Reader {
 public:
  explicit Reader(std::string_view blob) : rest_(blob) { fits_ = octet() == version; }

  bool is_done() const { return fits_ && rest_.empty(); }
  bool fits() const { return fits_; }

  char octet() {
    if (rest_.empty()) return fail();
    const char first = rest_.front();
    rest_.remove_prefix(1);
    return first;
  }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 35 && fits_; shift += 7) {
      const auto group = static_cast<unsigned char>(octet());
      value |= static_cast<std::uint64_t>(group & 0x7F) << shift;
      if (group < 0x80) {
        // the shortest form only: one value, one blob
        if (group == 0 && shift > 0) fail();
        return fits_ ? value : 0;
      }
    }
    return static_cast<std::uint64_t>(fail());
  }

  /// A count of entries that take at least one octet each: a large lie costs no memory.
  std::size_t count() {
    const auto value = number();
    if (value > rest_.size()) return static_cast<std::size_t>(fail());
    return static_cast<std::size_t>(value);
  }

  std::string text() {
    const auto size = count();
    std::string octets(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return octets;
  }

  std::vector<std::string> texts() {
    std::vector<std::string> list;
    for (auto left = count(); left > 0 && fits_; --left) list.push_back(text());
    return list;
  }

  char fail() {
    fits_ = false;
    rest_ = {};
    return 0;
  }

 private:
  std::string_view rest_;
  bool fits_ = true;
};

/// version, count, entries: `read_entry` gives one entry.
template <class Entry, class ReadEntry>
boost::system::result<std::vector<Entry>> decode_list(std::string_view blob, ReadEntry read_entry) {
  Reader reader(blob);
  std::vector<Entry> list;
  for (auto left = reader.count(); left > 0 && reader.fits(); --left) {
    list.push_back(read_entry(reader));
  }
  if (!reader.is_done()) return make_error_code(errc::corrupt);
  return list;
}

template <class List, class PutEntry>
std::string encode_list(const List& list, PutEntry put_entry) {
  std::string out(1, version);
  put_number(out, list.size());
  for (const auto& entry : list) put_entry(out, entry);
  return out;
}

}  // namespace

std::string encode(const pubsub::Payload& payload) {
  return encode_list(payload, [](std::string& out, const pubsub::Part& part) {
    out += static_cast<char>(part.disclosure);
    put(out, part.xml);
  });
}

std::string encode(const std::vector<pubsub::Recipient>& recipients) {
  return encode_list(recipients, [](std::string& out, const pubsub::Recipient& recipient) {
    put(out, recipient.jid);
    put(out, recipient.service);
    put(out, recipient.subids);
    put(out, recipient.collections);
  });
}

std::string encode(const std::vector<pubsub::NodeId>& nodes) {
  return encode_list(nodes, [](std::string& out, const pubsub::NodeId& node) { put(out, node); });
}

std::string encode(const Fields& fields) {
  return encode_list(fields, [](std::string& out, const auto& field) {
    put(out, field.first);
    put(out, field.second);
  });
}

std::string encode(const MultiFields& fields) {
  return encode_list(fields, [](std::string& out, const auto& field) {
    put(out, field.first);
    put(out, field.second);
  });
}

boost::system::result<pubsub::Payload> decode_payload(std::string_view blob) {
  return decode_list<pubsub::Part>(blob, [](Reader& reader) {
    const auto disclosure = reader.octet();
    if (disclosure < 0 || disclosure > static_cast<char>(pubsub::Disclosure::actor)) reader.fail();
    return pubsub::Part{static_cast<pubsub::Disclosure>(disclosure), reader.text()};
  });
}

boost::system::result<std::vector<pubsub::Recipient>> decode_recipients(std::string_view blob) {
  return decode_list<pubsub::Recipient>(blob, [](Reader& reader) {
    pubsub::Recipient recipient;
    recipient.jid = reader.text();
    recipient.service = reader.text();
    recipient.subids = reader.texts();
    recipient.collections = reader.texts();
    return recipient;
  });
}

boost::system::result<std::vector<pubsub::NodeId>> decode_nodes(std::string_view blob) {
  return decode_list<pubsub::NodeId>(blob, [](Reader& reader) { return reader.text(); });
}

boost::system::result<Fields> decode_fields(std::string_view blob) {
  return decode_list<Fields::value_type>(blob, [](Reader& reader) {
    auto name = reader.text();
    return Fields::value_type{std::move(name), reader.text()};
  });
}

boost::system::result<MultiFields> decode_multi_fields(std::string_view blob) {
  return decode_list<MultiFields::value_type>(blob, [](Reader& reader) {
    auto name = reader.text();
    return MultiFields::value_type{std::move(name), reader.texts()};
  });
}

}  // namespace store
