#include "mapping/error.hpp"

namespace mapping {
namespace {

// COMPAT Boost's category has a protected destructor that is not virtual, by design
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "mapping"; }
  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::empty_level:
        return "the mailbox name has an empty level";
      case errc::too_long:
        return "the name is too long";
      case errc::too_deep:
        return "the mailbox name has too many levels";
      case errc::not_canonical:
        return "no canonical node id";
      case errc::bad_percent_encoding:
        return "'%' without two hexadecimal digits";
      case errc::bad_url:
        return "no IMAP URL of a server, mailbox or message";
      case errc::bad_jid:
        return "no valid JID";
      case errc::address_taken:
        return "another account has this address";
      case errc::node_taken:
        return "another mailbox has this node id";
      case errc::incomplete_event:
        return "the event lacks a parameter that it must have";
    }
    return "unknown mapping error";
  }
};
#pragma GCC diagnostic pop

}  // namespace

const boost::system::error_category& mapping_category() {
  static const Category category;
  return category;
}

}  // namespace mapping
