#include "component/notify_features.hpp"

#include <utility>

#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace component {
namespace {

namespace ns = xmpp_schemas::ns;

constexpr std::string_view notify = "+notify";
constexpr std::size_t longest_version = 512;
constexpr std::chrono::seconds answer_within{60};

NotifyFeatures::Nodes nodes_of(const gloox::Tag& query) {
  NotifyFeatures::Nodes nodes;
  for (const gloox::Tag* feature : query.children()) {
    const std::string& var = feature->findAttribute("var");
    if (feature->name() != "feature" || !var.ends_with(notify)) continue;
    if (nodes.size() < NotifyFeatures::most_nodes)
      nodes.push_back(var.substr(0, var.size() - notify.size()));
  }
  return nodes;
}

}  // namespace

void NotifyFeatures::ask(const gloox::Tag& presence, const std::string& account,
                         const std::string& full_jid, std::function<void(const Nodes&)> then) {
  const gloox::Tag* caps = presence.findChild("c");
  if (caps == nullptr || caps->xmlns() != ns::caps) return;
  // XEP-0115 §4: without a hash the old form, whose versions are nobody's but the client's
  const std::string version = caps->findAttribute("node") + "#" + caps->findAttribute("ver");
  if (version.size() > longest_version) return;
  // XEP-0115 §5.4: deviates - the hash is not verified, so a version is trusted for its sender
  // alone
  const std::string key = full_jid + '\n' + version;
  if (const auto known = known_.find(key); known != known_.end()) return then(known->second);
  if (questions_.size() >= most_under_way) return;
  const std::string id = "c" + environment_.random_id();
  std::string stanza;
  xmpp_schemas::XmlWriter(stanza)
      .open("iq")
      .attribute("type", "get")
      .attribute("from", account)
      .attribute("to", full_jid)
      .attribute("id", id)
      .open("query", ns::disco_info)
      .attribute("node", version)
      .close()
      .close();
  questions_[id] = {full_jid, key, std::move(then)};
  output_.send(stanza);
  environment_.start_timer(answer_within, [this, id] { questions_.erase(id); });
}

bool NotifyFeatures::on_iq_answer(const gloox::Tag& iq) {
  const auto found = questions_.find(iq.findAttribute("id"));
  if (found == questions_.end() || found->second.to != iq.findAttribute("from")) return false;
  const Question question = std::move(found->second);
  questions_.erase(found);
  const gloox::Tag* query = iq.findChild("query");
  if (iq.findAttribute("type") != "result" || query == nullptr) return true;
  const Nodes nodes = nodes_of(*query);
  if (known_.size() >= most_versions) known_.clear();
  known_[question.version] = nodes;
  question.then(nodes);
  return true;
}

}  // namespace component
