#include "component/program.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <utility>

#include "component/asio_environment.hpp"
#include "component/config_file.hpp"
#include "component/control.hpp"
#include "component/gateway.hpp"
#include "component/http_server.hpp"
#include "component/imap_log_adapter.hpp"
#include "component/local_time.hpp"
#include "component/log.hpp"
#include "component/push_sockets.hpp"
#include "component/sd_notify.hpp"
#include "component/signal.hpp"
#include "component/stream.hpp"
#include "component/version.hpp"
#include "store/postgres_store.hpp"
#include "store/sqlite_store.hpp"

namespace component {
namespace {

/// The stream is made before the gateway that listens to it.
class StreamRelay final : public StreamListener {
 public:
  StreamListener* to = nullptr;
  void on_stream_up() override { to->on_stream_up(); }
  void on_stanza(const gloox::Tag& stanza) override { to->on_stanza(stanza); }
  void on_skipped(std::string_view head, StanzaFramer::Fault why) override {
    to->on_skipped(head, why);
  }
  void on_stream_down() override { to->on_stream_down(); }
  void on_pressure(bool under_pressure) override { to->on_pressure(under_pressure); }
};

StreamConfig to_stream_config(const XmppConfig& config) {
  return {config.domain, config.host, config.secret, config.port};
}

class Program {
 public:
  Program(const Config& config, std::string config_file)
      : config_(config),
        config_file_(std::move(config_file)),
        log_(make_log(config.log, std::getenv("JOURNAL_STREAM") != nullptr, std::cerr)),
        environment_(loop_.get_executor()),
        imap_log_(*log_) {}

  int run() {
    log_->starting(version_text, config_file_);
    for (const auto& feature : inactive_features(config_)) log_->inactive_feature(feature);
    if (!open_store()) return 1;
    make_gateway();
    if (!listen() || !open_control()) return 1;
    if (!sockets_.configure(config_)) return 1;
    const Signals signals(
        loop_, [this](std::string_view name) { stop(name); }, [this] { reload(); });
    gateway_->start([this] { stream_->start(); });
    loop_.run();
    return exit_code_;
  }

 private:
  store::Observer store_observer() {
    store::Observer observer;
    observer.refused = [this](boost::system::error_code, const std::string& why) {
      log_->store_refuses(why);
    };
    observer.accepted = [this] { log_->store_recovered(); };
    observer.dropped = [this](boost::system::error_code, const std::string& what) {
      log_->bug("store", what);
    };
    observer.read_failed = observer.refused;
    // its accounts and its journal are another gateway's now: begin anew, as a new one
    observer.fenced = [this](boost::system::error_code, const std::string& why) {
      log_->store_refuses(why + "; this process ends");
      exit_code_ = 1;
      loop_.stop();
    };
    return observer;
  }

  bool open_store() {
    const std::string scheme = "sqlite:";
    const auto& url = config_.store.url;
    if (!url.starts_with(scheme)) {
      auto postgres =
          std::make_unique<store::PostgresStore>(loop_.get_executor(), url, store_observer());
      leases_ = &postgres->leases();
      close_store_ = [kept = postgres.get()](auto then) { kept->close(std::move(then)); };
      store_ = std::move(postgres);
      return true;
    }
    auto opened = store::SqliteStore::open(
        url.substr(scheme.size()),
        [this](std::function<void()> then) { boost::asio::post(loop_, std::move(then)); },
        store_observer());
    if (opened.has_error()) {
      log_->store_refuses(opened.error().message);
      return false;
    }
    store_ = std::move(*opened);
    return true;
  }

  void make_gateway() {
    stream_.emplace(loop_, to_stream_config(config_.xmpp), relay_, *log_);
    World world{environment_, *stream_, *store_, leases_, *log_, {}, [this] { on_ready(); }};
    world.make_sources = [this](events::Sink& sink, KnownFinder find_known) {
      return std::make_unique<SourceSet>(
          loop_.get_executor(), sink, imap_log_, [this] { return moment(); },
          std::move(find_known));
    };
    gateway_.emplace(config_, world);
    relay_.to = &*gateway_;
  }

  sources::Moment moment() const {
    const auto wall = environment_.wall_now();
    return {environment_.steady_now(), {wall, local_utc_offset(wall)}};
  }

  bool listen() {
    const auto endpoint = to_endpoint(config_.http.listen);
    std::vector<HttpRoute> routes;
    routes.push_back({{"GET"}, "/healthz", [this](const HttpRequest&, HttpAnswer answer) {
                        const auto health = gateway_->health();
                        answer({to_status(health), "application/json", to_json(health), {}});
                      }});
    routes.push_back({{"GET"}, "/metrics", [this](const HttpRequest&, HttpAnswer answer) {
                        auto metrics = gateway_->metrics();
                        for (const auto& [status, count] : http_->answered())
                          metrics.http_requests[std::to_string(status)] = count;
                        answer({200, prometheus_content_type, to_prometheus_text(metrics), {}});
                      }});
    routes.push_back(
        {{"POST", "PUT"}, "/v1/events/", [this](const HttpRequest& request, HttpAnswer answer) {
           gateway_->take_events(request, std::move(answer));
         }});
    try {
      http_.emplace(
          loop_,
          HttpAddress{endpoint.host, endpoint.port, config_.http.tls_cert, config_.http.tls_key},
          std::move(routes), *log_);
    } catch (const std::runtime_error& error) {
      log_->http_error(config_.http.listen, error.what());
      return false;
    }
    return true;
  }

  bool open_control() {
    if (config_.control.socket.empty()) return true;
    try {
      control_.emplace(
          loop_, config_.control.socket,
          [this](std::string_view line) { return gateway_->on_control(line); }, *log_);
    } catch (const std::runtime_error& error) {
      log_->control_error(error.what());
      return false;
    }
    log_->listening("control", config_.control.socket);
    return true;
  }

  void on_ready() {
    log_->ready();
    if (const auto told = notify_service_manager("READY=1"); told.has_error()) {
      log_->config_warning("NOTIFY_SOCKET: " + told.error().message());
    }
  }

  void reload() {
    const auto reading = read_config_file(config_file_);
    for (const auto& warning : reading.warnings)
      log_->config_warning(to_line(config_file_, warning));
    for (const auto& mistake : reading.mistakes)
      log_->config_refused(to_line(config_file_, mistake));
    if (!reading.mistakes.empty()) return;  // a faulty file changes nothing
    gateway_->reconfigure(reading.config);
    (void)sockets_.configure(reading.config);
    log_->set_level(reading.config.log.level);
    config_ = reading.config;
    log_->config_reloaded();
  }

  void stop(std::string_view signal) {
    if (is_stopping_) return loop_.stop();
    is_stopping_ = true;
    log_->stopping(signal);
    (void)notify_service_manager("STOPPING=1");
    http_->stop();
    sockets_.close();
    if (control_) control_->stop();
    gateway_->stop([this] { stream_->stop([this] { close_store_([this] { loop_.stop(); }); }); });
  }

  Config config_;
  std::string config_file_;
  boost::asio::io_context loop_{1};
  std::unique_ptr<LogWriter> log_;
  AsioEnvironment environment_;
  ImapLogAdapter imap_log_;
  StreamRelay relay_;
  std::unique_ptr<store::Store> store_;
  store::Leases* leases_ = nullptr;  // of the store, where several gateways may share it
  /// What the store has to do while the loop still runs.
  std::function<void(std::function<void()>)> close_store_ = [](const auto& then) { then(); };
  int exit_code_ = 0;
  std::optional<Stream> stream_;
  std::optional<Gateway> gateway_;
  std::optional<HttpServer> http_;
  PushSockets sockets_{loop_.get_executor(), *log_,
                       [this](const std::string& source, std::string_view body, auto then) {
                         gateway_->take_message(source, body, std::move(then));
                       }};
  std::optional<ControlServer> control_;
  bool is_stopping_ = false;
};

}  // namespace

int run_program(const Config& config, const std::string& config_file) {
  return Program(config, config_file).run();
}

}  // namespace component
