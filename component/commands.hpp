// Ad-hoc commands of an account: which there are, and what each does. XEP-0050; XEP-0060 §8.7.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gloox/tag.h>

#include "component/environment.hpp"
#include "pubsub/service.hpp"

namespace component {

class Commands {
 public:
  Commands(Environment& environment, pubsub::Service& pubsub)
      : environment_(environment), pubsub_(pubsub) {}

  struct Command {
    std::string_view node;
    std::string_view name;
  };
  /// For the owner of an account.
  static const std::vector<Command>& all();

  struct Outcome {
    pubsub::Reply reply;
    std::vector<pubsub::Write> writes;
  };
  Outcome on_command(const pubsub::Target& target, const pubsub::Asker& asker,
                     const gloox::Tag& command);

 private:
  Outcome get_pending(const pubsub::Target& target, const pubsub::Asker& asker,
                      const gloox::Tag& command);

  Environment& environment_;
  pubsub::Service& pubsub_;
};

}  // namespace component
