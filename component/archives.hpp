// Queries of the archives of event nodes: the results go out as messages, then the reply says which
// they were. Who may retrieve a node's items may query its archive. XEP-0313, XEP-0442.
#pragma once

#include <functional>
#include <string>

#include <gloox/tag.h>

#include "component/environment.hpp"
#include "component/item_reader.hpp"
#include "pubsub/archive.hpp"
#include "pubsub/reply.hpp"
#include "pubsub/service.hpp"

namespace component {

class Archives {
 public:
  struct Question {
    pubsub::Target target;
    pubsub::Asker asker;
    pubsub::ArchiveAddresses addresses;  ///< of the reply
    pubsub::NodeId implied_node;         ///< that the address names
    bool is_set = false;
  };
  using Answer = std::function<void(const pubsub::Reply&)>;

  Archives(Environment& environment, StanzaOutput& output, pubsub::Service& pubsub,
           ItemReader& items)
      : environment_(environment), output_(output), pubsub_(pubsub), items_(items) {}

  /// <query/>: `answer` is called once, now or later.
  void on_query(const Question& question, const gloox::Tag& query, Answer answer);
  /// <metadata/>
  void on_metadata(const Question& question, const gloox::Tag& metadata, Answer answer);

 private:
  void answer_form(const Question& question, const gloox::Tag& query, const Answer& answer);

  Environment& environment_;
  StanzaOutput& output_;
  pubsub::Service& pubsub_;
  ItemReader& items_;
};

}  // namespace component
