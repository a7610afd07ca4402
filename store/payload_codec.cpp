#include "store/payload_codec.hpp"

#include <cstdint>

#include "store/columns.hpp"
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

/// What a blob that is no list holds, after the version.
enum class Form : char { subscription, no_subscription, affiliation, move, forget, contact };

template <class... Texts>
std::string encode_texts(Form form, const Texts&... texts) {
  std::string out{version, static_cast<char>(form)};
  (put(out, texts), ...);
  return out;
}

/// Eight octets, high first: any value, times before 1970 included.
void put_time(std::string& out, pubsub::WallTime time) {
  const auto value = static_cast<std::uint64_t>(to_column(time));
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xFF);
}

void put_time(std::string& out, const std::optional<pubsub::WallTime>& time) {
  out += static_cast<char>(time ? 1 : 0);
  if (time) put_time(out, *time);
}

pubsub::WallTime read_time(Reader& reader) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(reader.octet());
  return to_time(static_cast<std::int64_t>(value));
}

std::optional<pubsub::WallTime> read_optional_time(Reader& reader) {
  const auto is_there = reader.octet();
  if (is_there == 0) return std::nullopt;
  if (is_there != 1) reader.fail();
  return read_time(reader);
}

/// An enumerator from 0 to `last`.
template <class Enum>
Enum read_enum(Reader& reader, Enum last) {
  const auto octet = reader.octet();
  if (octet < 0 || octet > static_cast<char>(last)) reader.fail();
  return static_cast<Enum>(octet);
}

template <class Value>
boost::system::result<Value> judged(const Reader& reader, Value value) {
  if (!reader.is_done()) return make_error_code(errc::corrupt);
  return value;
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

std::string encode(const pubsub::SubscriptionRecord& record) {
  auto out = encode_texts(Form::subscription, record.account, record.node, record.jid, record.subid,
                          record.service, encode(record.options));
  out += static_cast<char>(record.state);
  put_time(out, record.expires);
  put_time(out, record.seen);
  put_time(out, record.parked);
  return out;
}

std::string encode(const pubsub::RemoveSubscription& write) {
  return encode_texts(Form::no_subscription, write.account, write.node, write.jid, write.subid);
}

std::string encode(const pubsub::AffiliationRecord& record) {
  auto out = encode_texts(Form::affiliation, record.account, record.node, record.jid);
  return out += static_cast<char>(record.affiliation);
}

std::string encode(const pubsub::MoveNodeRows& write) {
  return encode_texts(Form::move, write.account, write.from, write.to);
}

std::string encode(const pubsub::ForgetNodeRows& write) {
  return encode_texts(Form::forget, write.account, write.node);
}

std::string encode(const ContactRecord& record) {
  auto out = encode_texts(Form::contact, record.account, record.jid);
  return out += static_cast<char>(record.state);
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

namespace {

pubsub::WriteSubscription read_subscription(Reader& reader) {
  pubsub::SubscriptionRecord record;
  record.account = reader.text();
  record.node = reader.text();
  record.jid = reader.text();
  record.subid = reader.text();
  record.service = reader.text();
  const auto options = decode_multi_fields(reader.text());
  if (options) {
    record.options = *options;
  } else {
    reader.fail();
  }
  record.state = read_enum(reader, pubsub::SubscriptionState::subscribed);
  record.expires = read_optional_time(reader);
  record.seen = read_time(reader);
  record.parked = read_optional_time(reader);
  return {std::move(record)};
}

pubsub::Write read_write(Reader& reader) {
  const auto form = read_enum(reader, Form::contact);
  // braces: from left to right
  switch (form) {
    case Form::subscription:
      return read_subscription(reader);
    case Form::no_subscription:
      return pubsub::RemoveSubscription{reader.text(), reader.text(), reader.text(), reader.text()};
    case Form::affiliation:
      return pubsub::WriteAffiliation{{reader.text(), reader.text(), reader.text(),
                                       read_enum(reader, pubsub::Affiliation::owner)}};
    case Form::move:
      return pubsub::MoveNodeRows{reader.text(), reader.text(), reader.text()};
    case Form::forget:
      return pubsub::ForgetNodeRows{reader.text(), reader.text()};
    case Form::contact:
      reader.fail();
      break;
  }
  return {};
}

}  // namespace

boost::system::result<pubsub::Write> decode_write(std::string_view blob) {
  Reader reader(blob);
  auto write = read_write(reader);
  return judged(reader, std::move(write));
}

boost::system::result<ContactRecord> decode_contact(std::string_view blob) {
  Reader reader(blob);
  if (reader.octet() != static_cast<char>(Form::contact)) reader.fail();
  ContactRecord record{reader.text(), reader.text(), read_enum(reader, ContactState::both)};
  return judged(reader, std::move(record));
}

}  // namespace store
