#include "sources/push/reader.hpp"

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse_options.hpp>
#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <utility>

#include "sources/push/forms.hpp"

namespace sources::push {
namespace {

namespace json = boost::json;

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

void skip_space(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

void read_form(JsonFields& fields, const PushDialect& dialect, Reading& reading) {
  if (fields.has("event") && fields.has("fields"))
    return read_dovecot_export(fields, dialect, reading);
  if (fields.has("event") && fields.has("folder")) return read_dovecot_ox(fields, dialect, reading);
  if (fields.has("event")) return read_rfc5423(fields, dialect, reading);
  if (fields.has("name") && fields.has("mailbox"))
    return read_dovecot_lua(fields, dialect, reading);
  ++reading.ignored;
}

class Reader {
 public:
  explicit Reader(const PushDialect& dialect) : dialect_(dialect) {}

  Reading read(std::string_view body) {
    skip_space(body);
    if (body.empty()) refuse("", "nothing was sent; expected JSON objects");
    const bool is_array = body.starts_with('[');
    while (!body.empty() && !reading_.mistake) {
      json::monotonic_resource memory;
      const auto value = parse(body, &memory);
      if (reading_.mistake) break;
      if (!is_array) {
        take(value);
      } else if (!body.empty()) {
        refuse("", "something stands after the array");
      } else {
        for (const auto& element : value.as_array()) {
          if (!reading_.mistake) take(element);
        }
      }
    }
    if (reading_.mistake) return {{}, 0, 0, 0, std::move(reading_.mistake)};
    return std::move(reading_);
  }

 private:
  /// One value from the front of `body`.
  json::value parse(std::string_view& body, const json::storage_ptr& memory) {
    json::stream_parser parser(memory);
    json::error_code error;
    const auto used = parser.write_some(body.data(), body.size(), error);
    if (!error && !parser.done()) parser.finish(error);
    if (error) {
      refuse("/" + std::to_string(count_), "is no JSON: " + error.message());
      return {};
    }
    body.remove_prefix(used);
    skip_space(body);
    return parser.release();
  }

  void take(const json::value& value) {
    const auto where = "/" + std::to_string(count_);
    if (++count_ > max_objects) {
      refuse("", "more than 1000 objects");
      reading_.mistake->is_too_many = true;
      return;
    }
    if (!value.is_object()) return refuse(where, "is no object");
    JsonFields fields(value.get_object());
    read_form(fields, dialect_, reading_);
    if (fields.mistake().empty()) return;
    refuse(where + "/" + fields.wrong_field(), fields.mistake());
  }

  void refuse(std::string where, std::string what) {
    if (!reading_.mistake) reading_.mistake = Mistake{std::move(where), std::move(what), false};
  }

  const PushDialect& dialect_;
  Reading reading_;
  std::size_t count_ = 0;
};

}  // namespace

Reading read_events(std::string_view body, const PushDialect& dialect) {
  return Reader(dialect).read(body);
}

}  // namespace sources::push
