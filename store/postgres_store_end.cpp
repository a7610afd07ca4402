// How the store in PostgreSQL ends: in order, or because another gateway took its place.
#include <utility>

#include "store/postgres_store.hpp"

namespace store {

/// What was not written never will be.
void PostgresStore::end_commits(errc verdict) {
  auto commits = std::exchange(batch_, {});
  for (auto& job : std::exchange(queue_, {})) {
    if (auto* commit = std::get_if<Commit>(&job)) commits.push_back(std::move(*commit));
  }
  for (auto& commit : commits) commit.verdict = verdict;
  post_completions(std::move(commits));
}

void PostgresStore::be_fenced(const std::string& why) {
  is_fenced_ = true;
  is_ready_ = false;
  is_writable_ = false;
  leases_.close();
  connection_->close();
  answer_queued_reads(errc::fenced, why);
  end_commits(errc::fenced);
  if (observer_.fenced) observer_.fenced(errc::fenced, why);
  if (on_closed_) finish_closing();
}

void PostgresStore::close(std::function<void()> done) {
  on_closed_ = std::move(done);
  if (is_fenced_) return finish_closing();
  closing_limit_.expires_after(options_.shutdown_limit);
  closing_limit_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) finish_closing();
  });
  pump();
}

/// Others need not wait for 6 seconds, and our journal goes on with whoever takes our place.
void PostgresStore::say_goodbye() {
  is_busy_ = true;
  leases_.close();
  connection_->run({to_statement("UPDATE gateway_alive a SET alive_at = '-infinity' FROM gateway g "
                                 "WHERE a.id = $1 AND g.id = $1 AND g.fence = $2",
                                 self_.id, self_.fence)},
                   [this](const PostgresAnswer&) { finish_closing(); });
}

void PostgresStore::finish_closing() {
  if (!on_closed_) return;
  closing_limit_.cancel();
  retry_.cancel();
  leases_.close();
  connection_->close();
  is_ready_ = false;
  end_commits(errc::shut_down);
  boost::asio::post(executor_, std::exchange(on_closed_, nullptr));
}

}  // namespace store
