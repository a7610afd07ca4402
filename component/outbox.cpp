#include "component/outbox.hpp"

#include <utility>

namespace component {
namespace {

constexpr std::size_t slice_stanzas = 512;              // per turn of the event loop
constexpr std::size_t page_notices = 200;               // per read of the journal
constexpr std::size_t live_limit = 4096;                // notices kept in memory on their way out
constexpr std::chrono::milliseconds barrier_pause{20};  // gathers what one turn sends
constexpr std::chrono::seconds barrier_check{1};
constexpr std::chrono::seconds read_again{1};
constexpr std::chrono::seconds finish_within{2};
constexpr std::chrono::seconds late{5};  // older notices carry <delay/> (XEP-0203)

std::string key_of(const pubsub::Notice& notice) {
  return notice.account + '\n' + notice.node;
}

bool is_publication(const pubsub::Notice& notice) {
  return notice.kind == pubsub::NoticeKind::item || notice.kind == pubsub::NoticeKind::state;
}

}  // namespace

Outbox::Outbox(Environment& environment, StanzaOutput& output, store::Store& store,
               const pubsub::Service& service, Barrier barrier)
    : environment_(environment),
      output_(output),
      store_(store),
      service_(service),
      barrier_(std::move(barrier)) {}

void Outbox::restore(std::uint64_t cursor, std::uint64_t last_sequence) {
  cursor_ = cursor;
  last_committed_ = last_sequence;
  survey(cursor);
}

// Reads the part of the journal that is to be sent once, to learn which state notices are
// superseded by later ones.
void Outbox::survey(std::uint64_t after) {
  store_.read_notices(after, page_notices,
                      [this](boost::system::error_code error, std::vector<pubsub::Notice> notices) {
                        if (error || notices.empty()) {
                          surveyed_ = true;
                          return pump();
                        }
                        for (const auto& notice : notices) note(notice);
                        survey(notices.back().sequence);
                      });
}

void Outbox::note(const pubsub::Notice& notice) {
  departures_.note(notice);
  // A change of sight alone does not reach everybody who hears of counts, so it supersedes nothing.
  if (notice.kind != pubsub::NoticeKind::state || notice.sight_only) return;
  auto& newest = newest_state_[key_of(notice)];
  if (notice.sequence > newest) newest = notice.sequence;
}

bool Outbox::is_needless(const pubsub::Notice& notice) const {
  if (!is_publication(notice)) return false;
  if (const auto* departed = departures_.find(notice); departed != nullptr && departed->empty())
    return true;
  if (notice.kind != pubsub::NoticeKind::state) return false;
  const auto newest = newest_state_.find(key_of(notice));
  return newest != newest_state_.end() && newest->second > notice.sequence;
}

void Outbox::on_committed(std::vector<pubsub::Notice> notices) {
  for (auto& notice : notices) {
    last_committed_ = notice.sequence;
    note(notice);
    if (is_up_) live_.push_back(std::move(notice));
  }
  if (live_.size() > live_limit) live_.clear();  // they are in the journal: read from there
  pump();
}

void Outbox::on_stream_up() {
  ++epoch_;
  is_up_ = true;
  sent_ = cursor_;
  resumed_until_ = last_committed_;
  pressure_ = false;
  reading_ = false;
  page_.clear();
  pump();
}

void Outbox::on_stream_down() {
  ++epoch_;
  is_up_ = false;
  barrier_.on_stream_down();
  fan_out_.reset();
  notice_.reset();
  live_.clear();
  page_.clear();
}

void Outbox::finish(std::function<void()> then) {
  if (!is_up_ || sent_ == cursor_) return then();
  finished_ = std::move(then);
  arm_barrier(std::chrono::milliseconds(0));
  environment_.start_timer(finish_within, [this] { tell_finished(); });
}

void Outbox::tell_finished() {
  if (auto told = std::exchange(finished_, nullptr)) told();
}

void Outbox::after_journal(std::function<void()> then) {
  waiting_.emplace_back(last_committed_, std::move(then));
  if (cursor_ >= last_committed_) tell_waiting();
}

void Outbox::tell_waiting() {
  while (!waiting_.empty() && waiting_.front().first <= cursor_) {
    const auto then = std::move(waiting_.front().second);
    waiting_.pop_front();
    then();
  }
}

void Outbox::on_pressure(bool high) {
  pressure_ = high;
  if (!high) pump();
}

bool Outbox::on_message(std::string_view from, std::string_view id) {
  const auto sequence = barrier_.on_returned(from, id);
  if (!sequence) return barrier_.is_barrier(from);
  cursor_ = *sequence;
  last_barrier_ = environment_.wall_now();
  if (cursor_ == last_committed_) newest_state_.clear();
  departures_.forget_until(cursor_);
  store::Transaction transaction;
  transaction.cursor = cursor_;
  store_.commit(std::move(transaction), [this](boost::system::error_code) { tell_waiting(); });
  if (sent_ > cursor_) {
    arm_barrier(barrier_pause);
  } else {
    tell_finished();
  }
  return true;
}

void Outbox::pump() {
  if (!surveyed_ || pump_scheduled_ || !is_up_ || pressure_) return;
  if (!fan_out_ && !take_next()) return;
  send_slice();
  pump_later(std::chrono::milliseconds(0));
}

void Outbox::pump_later(std::chrono::milliseconds after) {
  if (pump_scheduled_) return;
  pump_scheduled_ = true;
  environment_.start_timer(after, [this] {
    pump_scheduled_ = false;
    pump();
  });
}

bool Outbox::take_next() {
  if (take_from(page_) || take_from(live_)) return true;
  if (sent_ < last_committed_) read_page();
  return false;
}

bool Outbox::take_from(std::deque<pubsub::Notice>& queue) {
  while (!queue.empty()) {
    auto& front = queue.front();
    if (front.sequence > sent_ + 1 && &queue == &live_)
      return false;  // older ones are in the journal
    pubsub::Notice notice = std::move(front);
    queue.pop_front();
    if (notice.sequence <= sent_) continue;
    if (!is_needless(notice)) {
      begin(std::move(notice));
      return true;
    }
    sent_ = notice.sequence;
    arm_barrier(barrier_pause);
  }
  return false;
}

void Outbox::begin(pubsub::Notice notice) {
  const bool resumed = notice.sequence <= resumed_until_;
  const bool delayed = resumed && environment_.wall_now() - notice.at > late;
  notice_ = std::move(notice);
  const auto* departed = is_publication(*notice_) ? departures_.find(*notice_) : nullptr;
  if (departed != nullptr) notice_->recipients = *departed;  // its node has gone since
  fan_out_ = std::make_unique<pubsub::FanOut>(service_, *notice_, delayed);
  const bool is_digested = on_digested_ && !fan_out_->digested().empty();
  if (is_digested) on_digested_(*notice_, fan_out_->digested());
}

void Outbox::send_slice() {
  auto& out = output_.begin_append();
  const bool done = fan_out_->step(out, slice_stanzas);
  output_.end_append();
  if (!done) return;
  notifications_ += fan_out_->sent();
  sent_ = notice_->sequence;
  fan_out_.reset();
  notice_.reset();
  arm_barrier(barrier_pause);
}

void Outbox::read_page() {
  if (reading_) return;
  reading_ = true;
  const auto on_page = [this, epoch = epoch_, until = last_committed_](
                           boost::system::error_code error, std::vector<pubsub::Notice> notices) {
    if (epoch != epoch_) return;
    reading_ = false;
    if (error) return pump_later(read_again);
    if (notices.empty()) sent_ = until;  // what is missing was too old to be kept
    for (auto& notice : notices) page_.push_back(std::move(notice));
    pump();
  };
  store_.read_notices(sent_, page_notices, on_page);
}

void Outbox::arm_barrier(std::chrono::milliseconds after) {
  if (barrier_armed_) return;
  barrier_armed_ = true;
  environment_.start_timer(after, [this] { on_barrier_timer(); });
}

void Outbox::on_barrier_timer() {
  barrier_armed_ = false;
  if (!is_up_) return;
  const auto now = environment_.steady_now();
  if (barrier_.is_overdue(now)) return output_.declare_dead();
  if (!barrier_.is_outstanding() && sent_ > cursor_) {
    output_.send(barrier_.raise(environment_.random_id(), sent_, now));
  }
  if (barrier_.is_outstanding()) arm_barrier(barrier_check);
}

}  // namespace component
