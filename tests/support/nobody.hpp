// A PubSub service of which nobody owns, audits or shares anything.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pubsub/access.hpp"
#include "pubsub/service.hpp"

namespace tests {

struct Nobody final : pubsub::Access {
  bool is_owner(const std::string&, std::string_view) const override { return false; }
  std::vector<std::string> accounts_of(const std::string&) const override { return {}; }
  std::vector<std::string> owners_of(const std::string&) const override { return {}; }
  bool is_auditor(std::string_view) const override { return false; }
  bool is_welcome(std::string_view) const override { return true; }
  bool shares_presence(const std::string&, std::string_view) const override { return false; }
  std::optional<pubsub::Shows> shows_of(const std::string&, std::string_view) const override {
    return std::nullopt;
  }
};

struct SameId final : pubsub::IdSource {
  std::string random_id() override { return "subid"; }
};

}  // namespace tests
