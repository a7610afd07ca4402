// Why a name or an address could not be mapped.
#pragma once

#include <string>

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace mapping {

template <class T>
using result = boost::system::result<T>;

enum class errc {
  empty_level = 1,  ///< two separators in a row, or one at an end
  too_long,         ///< more octets than a node id or a URL may carry
  too_deep,         ///< more levels than the graph follows
  not_canonical,    ///< another spelling of a node id, or none at all
  bad_percent_encoding,
  bad_url,
  bad_jid,           ///< RFC 6122 §2: some part is missing, too long or refused by stringprep
  address_taken,     ///< another account has that address already
  node_taken,        ///< another mailbox has that node id already
  incomplete_event,  ///< it lacks what the schema demands (RFC 5423 §4)
};

const boost::system::error_category& mapping_category();
inline boost::system::error_code make_error_code(errc code) {
  return {static_cast<int>(code), mapping_category()};
}

}  // namespace mapping

template <>
struct boost::system::is_error_code_enum<mapping::errc> : std::true_type {};
