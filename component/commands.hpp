// Ad-hoc commands of an account: which there are, and what each does. XEP-0050; XEP-0060 §8.7.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>
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
  static const Command* find(std::string_view node);

  struct Outcome {
    pubsub::Reply reply;
    std::vector<pubsub::Write> writes;
  };
  Outcome on_command(const pubsub::Target& target, const pubsub::Asker& asker,
                     const gloox::Tag& command);

 private:
  static constexpr std::size_t most_sessions = 1000;

  Outcome get_pending(const pubsub::Target& target, const pubsub::Asker& asker,
                      const gloox::Tag& command);
  Outcome choose_node(const pubsub::Target& target, const pubsub::Asker& asker,
                      const std::string& session, const gloox::Tag* form);
  std::string begin(const pubsub::Asker& asker);
  bool is_open(const pubsub::Asker& asker, const std::string& session) const;
  void end(const std::string& session);

  Environment& environment_;
  pubsub::Service& pubsub_;
  /// Who has begun what and not ended it, the oldest first. XEP-0050 §3.3
  std::deque<std::pair<std::string, std::string>> sessions_;  // full JID, session
};

}  // namespace component
