// What a push source was read to tell: acts, each with the name of the account that it is about.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sources/act.hpp"

namespace sources::push {

struct Told {
  std::string account;  ///< as the source names it
  Act act;
};

/// A known event that lacks what it must have, or what is no event at all.
struct Mistake {
  std::string where;  ///< a JSON pointer, or empty for the whole
  std::string what;
  bool is_too_many = false;
};

struct Reading {
  std::vector<Told> told;
  std::size_t accepted = 0;            ///< objects of which something was read
  std::size_t ignored = 0;             ///< objects whose event nobody here knows
  std::size_t ignored_parameters = 0;  ///< that are no parameters of RFC 5423
  std::optional<Mistake> mistake;      ///< then nothing else counts
};

}  // namespace sources::push
