#include "sources/quota.hpp"

#include <utility>

namespace sources {
namespace {

using Resource = std::optional<QuotaResource>;

/// Makes the events of one resource of one root; `fill` says which parameters it has.
template <class Fill>
class Difference {
 public:
  Difference(std::vector<events::Event>& events, const std::string& account, events::Timestamp at,
             Fill fill)
      : events_(events), account_(account), at_(at), fill_(fill) {}

  void tell(const Resource& before, const Resource& now) {
    if (!before || !now) return;
    if (before->limit != now->limit) add(events::QuotaChange{}, *now);
    if (before->is_exceeded() == now->is_exceeded()) return;
    if (now->is_exceeded()) {
      add(events::QuotaExceed{}, *now);
    } else {
      add(events::QuotaWithin{}, *now);
    }
  }

 private:
  template <class Kind>
  void add(Kind kind, const QuotaResource& now) {
    fill_(kind, now);
    events::Event event{account_, {}, std::move(kind)};
    event.circumstances.timestamp = at_;
    events_.push_back(std::move(event));
  }

  std::vector<events::Event>& events_;
  const std::string& account_;
  events::Timestamp at_;
  Fill fill_;
};

/// RFC 5423 §5 diskQuota, diskUsed
void fill_storage(events::Quota& quota, const QuotaResource& now) {
  quota.disk_quota = now.limit;
  quota.disk_used = now.usage;
}

/// RFC 5423 §5 maxMessages, messages
void fill_message(events::Quota& quota, const QuotaResource& now) {
  quota.max_messages = now.limit;
  quota.messages = now.usage;
}

}  // namespace

std::vector<events::Event> QuotaTable::apply(const QuotaRoot& root, const std::string& account,
                                             events::Timestamp at) {
  std::vector<events::Event> events;
  const auto known = roots_.find(root.name);
  if (known == roots_.end()) {
    if (roots_.size() < max_roots) roots_.emplace(root.name, root);
    return events;
  }
  Difference(events, account, at, fill_storage).tell(known->second.storage, root.storage);
  Difference(events, account, at, fill_message).tell(known->second.message, root.message);
  known->second = root;
  return events;
}

}  // namespace sources
