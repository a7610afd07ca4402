// Which nodes a client wants to hear of because its capabilities say so: features that end in
// "+notify", asked for once per version string. XEP-0060 §9.2, XEP-0115 §5, §6.2.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <gloox/tag.h>

#include "component/environment.hpp"
#include "pubsub/node.hpp"

namespace component {

class NotifyFeatures {
 public:
  using Nodes = std::vector<pubsub::NodeId>;
  static constexpr std::size_t most_versions = 1000;
  static constexpr std::size_t most_under_way = 1000;
  static constexpr std::size_t most_nodes = 20;

  NotifyFeatures(Environment& environment, StanzaOutput& output)
      : environment_(environment), output_(output) {}

  /// `then` runs once the features are known; never if the presence names none or nobody answers.
  void ask(const gloox::Tag& presence, const std::string& account, const std::string& full_jid,
           std::function<void(const Nodes&)> then);
  /// False: no answer to a question of ours.
  bool on_iq_answer(const gloox::Tag& iq);

 private:
  struct Question {
    std::string to;
    std::string version;
    std::function<void(const Nodes&)> then;
  };

  Environment& environment_;
  StanzaOutput& output_;
  std::map<std::string, Nodes> known_;         // by the node and version of <c/>
  std::map<std::string, Question> questions_;  // by the id of the request
};

}  // namespace component
