#include "component/archives.hpp"

#include <utility>

namespace component {
namespace {

using pubsub::Error;
using pubsub::ErrorCode;

Error no_store() {
  return {ErrorCode::internal_server_error, "the store does not answer"};
}

pubsub::NodeId node_of(const gloox::Tag& element, const Archives::Question& question) {
  const std::string& node = element.findAttribute("node");
  return node.empty() ? question.implied_node : node;
}

}  // namespace

// XEP-0313 §4.1.5: of an archive, or of whatever archives there are here
void Archives::answer_form(const Question& question, const gloox::Tag& query,
                           const Answer& answer) {
  const auto node = node_of(query, question);
  if (!node.empty()) {
    const auto leaf = pubsub_.readable_leaf(question.target.account, question.asker.bare, node);
    if (!leaf) return answer(leaf.error());
    const auto plan = pubsub::plan_archive_metadata(question.target.account, *leaf);
    if (!plan) return answer(plan.error());
  }
  answer(pubsub::Result{pubsub::to_archive_form_xml()});
}

// XEP-0313 §8.1: deviates - refusals are those of retrieving items, which tell why
void Archives::on_query(const Question& question, const gloox::Tag& query, Answer answer) {
  if (!question.is_set) return answer_form(question, query, answer);
  const auto asked = pubsub::parse_archive_query(query, question.implied_node);
  if (!asked) return answer(asked.error());
  const auto& [account, service] = question.target;
  const auto leaf = pubsub_.readable_leaf(account, question.asker.bare, asked->node);
  if (!leaf) return answer(leaf.error());
  auto plan = pubsub::plan_archive(account, service, *leaf, *asked);
  if (!plan) return answer(plan.error());
  const auto then = [this, addresses = question.addresses, plan = *plan,
                     answer](const ItemReader::Rows& rows) {
    const auto id = 'a' + environment_.random_id();
    const auto made = pubsub::make_archive_answer(plan, rows.front(), addresses, id);
    for (const auto& message : made.messages) output_.send(message);
    answer(made.reply);
  };
  items_.read({plan->items}, then, [answer] { answer(no_store()); });
}

void Archives::on_metadata(const Question& question, const gloox::Tag& metadata, Answer answer) {
  const auto node = node_of(metadata, question);
  if (node.empty()) return answer(Error{ErrorCode::nodeid_required, {}});
  const auto leaf = pubsub_.readable_leaf(question.target.account, question.asker.bare, node);
  if (!leaf) return answer(leaf.error());
  auto plan = pubsub::plan_archive_metadata(question.target.account, *leaf);
  if (!plan) return answer(plan.error());
  const auto then = [answer](const auto& rows) { answer(pubsub::make_archive_metadata(rows)); };
  items_.read(std::move(*plan), then, [answer] { answer(no_store()); });
}

}  // namespace component
