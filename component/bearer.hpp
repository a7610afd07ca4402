// The credentials of an HTTP request. RFC 9110 §11.6.2; a token as Bearer, or as the password of
// Basic for senders that only take a URL.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace component {

/// The token in an Authorization field; absent: none, or another scheme.
std::optional<std::string> token_of(std::string_view authorization);

/// Takes the same time wherever they differ.
bool is_same_secret(std::string_view one, std::string_view other);

}  // namespace component
