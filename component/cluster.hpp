// Which accounts this gateway watches where several share a store: an account that is wanted is
// claimed, held, and given up when another gateway has less to do; what a gateway that is gone left
// behind is taken over, its journal before its accounts. Pure: the clock and the database are
// passed in. docs/decisions/0004-postgresql.md "Several gateways".
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "component/environment.hpp"
#include "store/leases.hpp"

namespace component {

class ClusterListener {
 public:
  /// The account is ours from now on.
  virtual void on_granted(const std::string& account) = 0;
  /// It is ours no longer: nothing more is published for it.
  virtual void on_withdrawn(const std::string& account) = 0;
  /// The accounts that others hold are theirs for now: asked for once, after the first claim.
  virtual void on_first_claim() = 0;
  /// Runs `then` when what was committed so far is durable.
  virtual void after_commits(std::function<void()> then) = 0;
  /// Runs `then` when what was committed so far has left our journal.
  virtual void after_journal(std::function<void()> then) = 0;
  /// The notices become ours in one transaction with leaving the other's journal; `then` runs after
  /// it.
  virtual void adopt(std::vector<pubsub::Notice> notices, store::ForeignNotices from,
                     std::function<void()> then) = 0;

 protected:
  ~ClusterListener() = default;
};

class Cluster {
 public:
  static constexpr std::chrono::seconds survey_every{1};
  /// How long a stream may be down before others may take over.
  static constexpr std::chrono::seconds rest_after{10};
  /// How long an account may be nobody's before whoever wants it takes more than its share.
  static constexpr std::chrono::seconds unclaimed_for{5};

  /// Without leases (one gateway alone) what is wanted is granted at once.
  Cluster(Environment& environment, store::Leases* leases, ClusterListener& listener)
      : environment_(environment), leases_(leases), listener_(listener) {}

  bool is_alone() const { return leases_ == nullptr; }
  /// After the store has been loaded.
  void start();
  void want(const std::string& account);
  void unwant(const std::string& account);
  bool holds(const std::string& account) const { return is_alone() || held_.contains(account); }
  const std::set<std::string>& held() const { return held_; }

  /// `then` runs when nobody else takes over our journal any more.
  void on_stream_up(std::function<void()> then);
  void on_stream_down();

 private:
  using Accounts = std::vector<std::string>;
  using TimePoint = std::chrono::steady_clock::time_point;

  void take_stance(store::Leases::Stance stance, std::function<void()> then);
  void rest();
  void tick();
  void on_survey(const store::Survey& survey);
  void settle_estate(std::uint64_t gateway);
  void inherit(std::uint64_t gateway);
  void claim(const store::Survey& survey);
  Accounts next_missed(std::size_t most);
  void balance(const store::Survey& survey);
  store::DoneWith<Accounts> to_grants();
  void grant(const Accounts& accounts);
  void give_up(const std::string& account);
  void release(const std::string& account);

  Environment& environment_;
  store::Leases* leases_;
  ClusterListener& listener_;
  std::optional<TimePoint> down_since_;
  bool is_active_ = false;   // the stream is up, and the database knows it
  bool is_resting_ = false;  // others may take over; nothing is held
  bool has_claimed_ = false;
  bool is_settling_ = false;
  std::uint64_t epoch_ = 0;  // counts changes of the stream
  std::set<std::string> wanted_;
  std::set<std::string> held_;               // granted
  std::set<std::string> leaving_;            // withdrawn, the lease is ours still
  std::optional<TimePoint> released_at_;     // the last of them
  std::map<std::string, TimePoint> missed_;  // wanted, neither held nor leaving, since when
  std::string last_missed_;                  // how far the claims of missed ones have come
  std::set<std::string> given_up_;           // by us, for others
  std::set<std::string> unshared_;           // given up and come back: nobody else wants them
};

}  // namespace component
