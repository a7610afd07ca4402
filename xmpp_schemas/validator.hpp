// Checks XML against the schemas of this folder, first of all payloads against message-store.xsd:
// in tests, for the documentation's examples, and at run time where the debug switch asks for it.
// XML Schema 1.0, by libxml2.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace xmpp_schemas {

struct Verdict {
  bool valid = false;
  std::string reason;  ///< the first thing that is wrong; empty if valid
};

/// One compiled schema; validating changes nothing in it, so that several threads may share one
/// Validator.
class Validator {
 public:
  /// Longer payloads than any stanza may carry are refused unread.
  static constexpr std::size_t max_octets = 1U << 20U;

  /// `schema`: path of an embedded schema: "message-store.xsd" for payloads, "all.xsd" for these
  /// and the protocols around them. Throws std::invalid_argument if there is no such schema or it
  /// does not compile.
  explicit Validator(std::string_view schema = "message-store.xsd");
  ~Validator();
  Validator(Validator&&) noexcept;
  Validator& operator=(Validator&&) noexcept;

  /// One XML element with its namespace declarations; no DTD.
  [[nodiscard]] Verdict validate(std::string_view xml) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace xmpp_schemas
