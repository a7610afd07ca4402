// [I/O] One watched account of an IMAP source: its supervisor and the connection that it has at
// the moment. The model is shared with other sources.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "sources/account_registry.hpp"
#include "sources/imap/connection.hpp"
#include "sources/imap/imap_source.hpp"
#include "sources/imap/supervisor.hpp"

namespace sources::imap {

class WatchedAccount;

/// What all accounts of one source share; it outlives them.
struct SourceContext {
  SourceContext(boost::asio::any_io_executor executor_in, ImapConfig config_in,
                AccountRegistry& registry_in, events::Sink& sink_in, ImapLog& log_in,
                std::function<Moment()> now_in, Endpoint endpoint_in)
      : executor(std::move(executor_in)),
        config(std::move(config_in)),
        registry(registry_in),
        sink(sink_in),
        log(log_in),
        now(std::move(now_in)),
        endpoint(std::move(endpoint_in)) {}

  boost::asio::any_io_executor executor;
  ImapConfig config;
  AccountRegistry& registry;
  events::Sink& sink;
  ImapLog& log;
  std::function<Moment()> now;
  Endpoint endpoint;
  std::minstd_rand random{std::random_device{}()};
  bool is_paused = false;

  /// A login is work for the server, and a thousand at once would cost each its deadline: they wait
  /// for a slot.
  void ask_for_slot(std::weak_ptr<WatchedAccount> account);
  void free_slot();

 private:
  void fill_slots();

  std::deque<std::weak_ptr<WatchedAccount>> waiting_;
  std::size_t connecting_ = 0;
};

class WatchedAccount final : public ConnectionOwner,
                             public std::enable_shared_from_this<WatchedAccount> {
 public:
  WatchedAccount(SourceContext& context, std::string name,
                 const std::optional<events::KnownAccount>& known);
  ~WatchedAccount();
  WatchedAccount(const WatchedAccount&) = delete;
  WatchedAccount& operator=(const WatchedAccount&) = delete;

  void start();
  void stop();  ///< nothing is reported after this
  void pause(bool paused);
  bool is_in_sight() const { return supervisor_.is_in_sight(); }
  /// A slot is free. False: it is not needed any more.
  bool connect();

  void on_connected() override;
  void on_report(events::Report report) override;
  void on_in_sight() override;
  void on_ended(const Ending& ending) override;

 private:
  using Which = Supervisor::StartTimer::Which;

  void apply(const Supervisor::Actions& actions);
  void start_timer(const Supervisor::StartTimer& action);
  std::optional<SessionConfig> credentials() const;
  void log_ending(const Ending& ending);
  void leave_slot();

  SourceContext& context_;
  std::string name_;
  std::shared_ptr<Account> model_;
  std::shared_ptr<SessionMemory> memory_ = std::make_shared<SessionMemory>();
  Supervisor supervisor_;
  boost::asio::steady_timer retry_;
  boost::asio::steady_timer sight_;
  std::shared_ptr<Connection> connection_;
  bool is_stopped_ = false;
  bool is_waiting_ = false;  ///< for a slot
  bool has_slot_ = false;
};

}  // namespace sources::imap
