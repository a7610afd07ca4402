#include "component/cluster.hpp"

#include <algorithm>
#include <utility>

namespace component {
namespace {

constexpr std::size_t page_notices = 500;
constexpr std::size_t most_at_once = 10'000;  // accounts of one claim
constexpr std::size_t few_at_once = 100;      // of one that hardly finds any

std::size_t divide_up(std::size_t amount, std::size_t by) {
  return (amount + by - 1) / by;
}

std::size_t count_active(const store::Survey& survey) {
  return static_cast<std::size_t>(
      std::count_if(survey.fellows.begin(), survey.fellows.end(),
                    [](const store::Fellow& fellow) { return fellow.is_active; }));
}

}  // namespace

void Cluster::start() {
  if (is_alone()) return;
  down_since_ = environment_.steady_now();
  tick();
}

void Cluster::want(const std::string& account) {
  if (is_alone()) {
    held_.insert(account);
    return listener_.on_granted(account);
  }
  if (!wanted_.insert(account).second || held_.contains(account)) return;
  missed_[account] = environment_.steady_now();
  // somebody asks for it: the others may not even know of it
  if (is_active_) leases_->claim({account}, 1, to_grants());
}

void Cluster::unwant(const std::string& account) {
  wanted_.erase(account);
  missed_.erase(account);
  given_up_.erase(account);
  unshared_.erase(account);
  if (!held_.contains(account)) return;
  if (!is_alone()) return give_up(account);
  held_.erase(account);
  listener_.on_withdrawn(account);
}

// The stream
// -------------------------------------------------------------------------------------------------

void Cluster::on_stream_up(std::function<void()> then) {
  ++epoch_;
  if (is_alone()) return then();
  take_stance(store::Leases::Stance::active, [this, after = std::move(then)] {
    const bool has_nothing = is_resting_ || !has_claimed_;
    is_active_ = true;
    is_resting_ = false;
    down_since_.reset();
    after();
    // What was ours before, if nobody has taken it over.
    if (has_nothing) leases_->read_held(to_grants());
  });
}

void Cluster::on_stream_down() {
  ++epoch_;
  if (is_alone()) return;
  is_active_ = false;
  if (!down_since_) down_since_ = environment_.steady_now();
  take_stance(store::Leases::Stance::waiting, [] {});
}

/// Asked again until the database has heard it, or the stream has changed again.
void Cluster::take_stance(store::Leases::Stance stance, std::function<void()> then) {
  leases_->take_stance(stance, [this, stance, after = std::move(then),
                                epoch = epoch_](boost::system::error_code error) {
    if (epoch != epoch_) return;
    if (!error) return after();
    environment_.start_timer(survey_every, [this, stance, after, epoch] {
      if (epoch == epoch_) take_stance(stance, after);
    });
  });
}

/// Another gateway has a stream: it takes over our journal, and then our accounts.
void Cluster::rest() {
  is_resting_ = true;
  for (const auto& account : std::exchange(held_, {})) {
    listener_.on_withdrawn(account);
    if (wanted_.contains(account)) missed_[account] = environment_.steady_now();
  }
  listener_.after_commits([this, epoch = epoch_] {
    if (epoch == epoch_) take_stance(store::Leases::Stance::resting, [] {});
  });
}

// Each second
// -------------------------------------------------------------------------------------------------

void Cluster::tick() {
  environment_.start_timer(survey_every, [this] { tick(); });
  leases_->survey([this](boost::system::error_code error, const store::Survey& survey) {
    if (!error) on_survey(survey);
  });
}

void Cluster::on_survey(const store::Survey& survey) {
  if (is_active_) {
    if (!survey.estates.empty() && !is_settling_) settle_estate(survey.estates.front());
    balance(survey);
    claim(survey);
  } else if (down_since_ && !is_resting_ && count_active(survey) > 0 &&
             environment_.steady_now() - *down_since_ >= rest_after) {
    rest();
  }
}

/// The journal first: what the other one had published comes before what we publish.
void Cluster::settle_estate(std::uint64_t gateway) {
  is_settling_ = true;
  leases_->read_estate(
      gateway, page_notices,
      [this, gateway](boost::system::error_code error, std::vector<pubsub::Notice> notices) {
        is_settling_ = false;
        if (error || !is_active_) return;
        if (notices.empty()) return inherit(gateway);
        is_settling_ = true;
        const store::ForeignNotices from{gateway, notices.back().sequence};
        listener_.adopt(std::move(notices), from, [this, gateway] { settle_estate(gateway); });
      });
}

void Cluster::inherit(std::uint64_t gateway) {
  leases_->inherit(gateway, to_grants());
}

/// Up to our share at once; beyond it what nobody has taken for a while.
void Cluster::claim(const store::Survey& survey) {
  auto leases = held_.size() + leaving_.size();
  for (const auto& fellow : survey.fellows) leases += fellow.held;
  // In the long run all that we miss is others'.
  const auto window = next_missed(leases < wanted_.size() ? most_at_once : few_at_once);
  const auto now = environment_.steady_now();
  Accounts fresh, late;
  for (const auto& account : window) {
    (now - missed_[account] >= unclaimed_for ? late : fresh).push_back(account);
  }
  const auto share = divide_up(wanted_.size(), count_active(survey) + 1);
  const auto has = held_.size() + leaving_.size();
  if (!late.empty()) leases_->claim(std::move(late), most_at_once, to_grants());
  if (share > has && !fresh.empty()) {
    leases_->claim(std::move(fresh), share - has, to_grants());
  }
  if (std::exchange(has_claimed_, true)) return;
  // answered after the claims
  leases_->survey([this](auto, const auto&) { listener_.on_first_claim(); });
}

/// All of them in turn: most may be another gateway's for years.
Cluster::Accounts Cluster::next_missed(std::size_t most) {
  Accounts window;
  auto at = missed_.upper_bound(last_missed_);
  while (window.size() < std::min(most, missed_.size())) {
    if (at == missed_.end()) at = missed_.begin();
    window.push_back((at++)->first);
  }
  last_missed_ = window.empty() ? std::string() : window.back();
  return window;
}

/// Gives accounts up as long as another gateway holds at least two less; not again before that one
/// has had the time to take them.
void Cluster::balance(const store::Survey& survey) {
  if (!leaving_.empty()) return;
  if (released_at_ && environment_.steady_now() - *released_at_ < unclaimed_for) return;
  auto least = held_.size();
  for (const auto& fellow : survey.fellows) {
    if (fellow.is_active) least = std::min(least, fellow.held);
  }
  auto surplus = (held_.size() - least) / 2;
  for (const auto& account : std::set(held_)) {
    if (surplus == 0) return;
    if (unshared_.contains(account)) continue;
    given_up_.insert(account);
    give_up(account);
    --surplus;
  }
}

store::DoneWith<Cluster::Accounts> Cluster::to_grants() {
  return [this](boost::system::error_code error, const Accounts& accounts) {
    if (!error && !is_resting_) grant(accounts);
  };
}

void Cluster::grant(const Accounts& accounts) {
  for (const auto& account : accounts) {
    if (leaving_.contains(account) || !held_.insert(account).second) continue;
    missed_.erase(account);
    if (given_up_.erase(account) != 0) unshared_.insert(account);
    wanted_.insert(account);
    listener_.on_granted(account);
  }
}

void Cluster::give_up(const std::string& account) {
  held_.erase(account);
  leaving_.insert(account);
  listener_.on_withdrawn(account);
  listener_.after_journal([this, account] { release(account); });
}

void Cluster::release(const std::string& account) {
  leases_->release({account}, [this, account](boost::system::error_code error) {
    if (error) return environment_.start_timer(survey_every, [this, account] { release(account); });
    leaving_.erase(account);
    released_at_ = environment_.steady_now();
    if (wanted_.contains(account)) missed_[account] = environment_.steady_now();
  });
}

}  // namespace component
