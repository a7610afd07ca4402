#include "store/postgres_connection.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "store/error.hpp"

namespace store {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Descriptor = asio::posix::stream_descriptor;

constexpr std::chrono::seconds connect_limit{10};
constexpr std::chrono::milliseconds first_retry{100};
constexpr std::chrono::milliseconds last_retry{5'000};

/// A peer that vanished is noticed within half a minute, whatever the system's defaults.
constexpr std::pair<const char*, const char*> defaults[] = {{"keepalives_idle", "10"},
                                                            {"keepalives_interval", "5"},
                                                            {"keepalives_count", "3"},
                                                            {"tcp_user_timeout", "20000"},
                                                            {"application_name", "mailnode"}};

std::string without_line_end(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string value_of(const std::vector<std::pair<std::string, std::string>>& options,
                     const std::string& name) {
  for (const auto& [key, value] : options) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

PostgresConnection::PostgresConnection(asio::any_io_executor executor, std::string url,
                                       Listener listener)
    : executor_(executor),
      url_(std::move(url)),
      listener_(std::move(listener)),
      resolver_(executor),
      socket_(executor),
      deadline_(executor),
      retry_(executor) {}

PostgresConnection::~PostgresConnection() {
  drop();
}

void PostgresConnection::start() {
  connect();
}

void PostgresConnection::close() {
  is_closed_ = true;
  exchanges_.clear();
  resolver_.cancel();
  retry_.cancel();
  deadline_.cancel();
  drop();
}

// The life of a connection
// -------------------------------------------------------------------------------------------

void PostgresConnection::connect() {
  deadline_.expires_after(connect_limit);
  deadline_.async_wait([weak = weak_from_this()](const error_code& cancelled) {
    const auto self = weak.lock();
    if (!cancelled && self && !self->is_up_) self->lose("no answer within 10 seconds");
  });
  char* error = nullptr;
  PQconninfoOption* parsed = PQconninfoParse(url_.c_str(), &error);
  if (parsed == nullptr) {
    const std::string why = error != nullptr ? error : "no memory";
    PQfreemem(error);
    return lose("[store] url: " + why);
  }
  Options options;
  for (auto* option = parsed; option->keyword != nullptr; ++option) {
    if (option->val != nullptr) options.emplace_back(option->keyword, option->val);
  }
  PQconninfoFree(parsed);
  for (const auto& [key, value] : defaults) {
    if (value_of(options, key).empty()) options.emplace_back(key, value);
  }
  resolve(std::move(options));
}

/// libpq would look the name up with a blocking call. A list of hosts it does look up itself.
void PostgresConnection::resolve(Options options) {
  const auto host = value_of(options, "host");
  const bool is_path = host.empty() || host.front() == '/' || host.front() == '@';
  if (is_path || host.find(',') != std::string::npos || !value_of(options, "hostaddr").empty()) {
    return begin(options);
  }
  resolver_.async_resolve(
      host, "",
      [weak = weak_from_this(), options, host](
          const error_code& error, const asio::ip::tcp::resolver::results_type& found) mutable {
        const auto self = weak.lock();
        if (!self || self->is_closed_) return;
        if (error) return self->lose("cannot find host " + host + ": " + error.message());
        std::string hosts;
        std::string addresses;
        for (const auto& entry : found) {
          addresses += (addresses.empty() ? "" : ",") + entry.endpoint().address().to_string();
          hosts += (hosts.empty() ? "" : ",") + host;  // the name in the certificate
        }
        std::erase_if(options, [](const auto& option) { return option.first == "host"; });
        options.emplace_back("host", hosts);
        options.emplace_back("hostaddr", addresses);
        self->begin(options);
      });
}

void PostgresConnection::begin(const Options& options) {
  std::vector<const char*> keys;
  std::vector<const char*> values;
  for (const auto& [key, value] : options) {
    keys.push_back(key.c_str());
    values.push_back(value.c_str());
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);
  connection_ = PQconnectStartParams(keys.data(), values.data(), 0);
  if (connection_ == nullptr || PQstatus(connection_) == CONNECTION_BAD) {
    return lose(last_error());
  }
  PQsetNoticeReceiver(
      connection_, [](void*, const PGresult*) {}, nullptr);  // not to stderr
  wait_for_poll(Descriptor::wait_write);  // as PQconnectPoll's documentation demands
}

void PostgresConnection::poll() {
  socket_.release();  // libpq may close it and open another one
  switch (PQconnectPoll(connection_)) {
    case PGRES_POLLING_READING:
      return wait_for_poll(Descriptor::wait_read);
    case PGRES_POLLING_WRITING:
      return wait_for_poll(Descriptor::wait_write);
    case PGRES_POLLING_OK:
      return on_established();
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE:
      return lose(last_error());
  }
}

void PostgresConnection::wait_for_poll(Descriptor::wait_type what) {
  error_code error;
  socket_.assign(PQsocket(connection_), error);
  if (error) return lose(error.message());
  socket_.async_wait(what, [weak = weak_from_this()](const error_code& cancelled) {
    const auto self = weak.lock();
    if (!cancelled && self && self->connection_ != nullptr) self->poll();
  });
}

void PostgresConnection::on_established() {
  error_code error;
  socket_.assign(PQsocket(connection_), error);
  if (error || PQsetnonblocking(connection_, 1) != 0 || PQenterPipelineMode(connection_) != 1) {
    return lose(error ? error.message() : last_error());
  }
  is_up_ = true;
  retry_after_ = std::chrono::milliseconds(0);
  deadline_.cancel();
  read();
  if (listener_.on_up) listener_.on_up();
}

void PostgresConnection::lose(const std::string& why) {
  const auto keep = shared_from_this();
  drop();
  const auto pending = std::exchange(exchanges_, {});
  if (is_closed_) return;
  if (listener_.on_down) listener_.on_down(errc::io, why);
  for (const auto& exchange : pending) {
    if (is_closed_) return;
    PostgresAnswer answer;
    answer.error = errc::io;
    answer.message = why;
    answer.is_lost = true;
    exchange.done(std::move(answer));
  }
  if (!is_closed_) wait_and_reconnect();
}

void PostgresConnection::drop() {
  is_up_ = false;
  is_writing_ = false;
  commands_.clear();
  prepared_.clear();
  if (socket_.is_open()) socket_.release();  // libpq closes it
  if (connection_ != nullptr) PQfinish(std::exchange(connection_, nullptr));
}

void PostgresConnection::wait_and_reconnect() {
  deadline_.cancel();
  retry_after_ = std::clamp(retry_after_ * 2, first_retry, last_retry);
  retry_.expires_after(retry_after_);
  retry_.async_wait([weak = weak_from_this()](const error_code& cancelled) {
    const auto self = weak.lock();
    if (!cancelled && self && !self->is_closed_) self->connect();
  });
}

std::string PostgresConnection::last_error() const {
  return without_line_end(connection_ != nullptr ? PQerrorMessage(connection_) : "no memory");
}

// Statements
// ---------------------------------------------------------------------------------------------------------

void PostgresConnection::run(std::vector<PostgresStatement> statements, Done done) {
  if (!is_up_) {
    asio::post(executor_, [weak = weak_from_this(), done = std::move(done)] {
      const auto self = weak.lock();
      if (!self || self->is_closed_) return;
      PostgresAnswer answer;
      answer.error = errc::io;
      answer.message = "no connection to the database";
      answer.is_lost = true;
      done(std::move(answer));
    });
    return;
  }
  exchanges_.push_back({std::move(done), {}});
  for (const auto& statement : statements) {
    if (!send(statement)) return lose(last_error());
  }
  if (PQpipelineSync(connection_) != 1) return lose(last_error());
  commands_.push_back({Command::Kind::sync});
  flush();
}

bool PostgresConnection::send(const PostgresStatement& statement) {
  const auto count = static_cast<int>(statement.parameters.size());
  const auto [prepared, is_new] = prepared_.try_emplace(statement.sql);
  if (is_new) {
    prepared->second = "s" + std::to_string(++names_);
    std::vector<Oid> types;
    for (const auto& parameter : statement.parameters) {
      types.push_back(static_cast<Oid>(parameter.type));
    }
    if (PQsendPrepare(connection_, prepared->second.c_str(), statement.sql, count, types.data()) !=
        1) {
      return false;
    }
    commands_.push_back({Command::Kind::prepare, statement.sql});
  }
  std::vector<const char*> values;
  std::vector<int> lengths;
  const std::vector<int> formats(statement.parameters.size(), 1);
  for (const auto& parameter : statement.parameters) {
    values.push_back(parameter.octets ? parameter.octets->data() : nullptr);
    lengths.push_back(parameter.octets ? static_cast<int>(parameter.octets->size()) : 0);
  }
  commands_.push_back({Command::Kind::statement, statement.sql});
  return PQsendQueryPrepared(connection_, prepared->second.c_str(), count, values.data(),
                             lengths.data(), formats.data(), 1) == 1;
}

void PostgresConnection::flush() {
  if (is_writing_ || connection_ == nullptr) return;
  const int left = PQflush(connection_);
  if (left < 0) return lose(last_error());
  if (left == 0) return;
  is_writing_ = true;
  socket_.async_wait(Descriptor::wait_write, [weak = weak_from_this()](const error_code& error) {
    const auto self = weak.lock();
    if (error || !self) return;
    self->is_writing_ = false;
    self->flush();
  });
}

void PostgresConnection::read() {
  socket_.async_wait(Descriptor::wait_read, [weak = weak_from_this()](const error_code& error) {
    const auto self = weak.lock();
    if (!error && self && self->is_up_) self->on_readable();
  });
}

void PostgresConnection::on_readable() {
  const auto keep = shared_from_this();
  if (PQconsumeInput(connection_) != 1) return lose(last_error());
  take_results();
  if (!is_up_) return;
  if (PQstatus(connection_) == CONNECTION_BAD) return lose(last_error());
  bool is_notified = false;
  while (PGnotify* notification = PQnotifies(connection_)) {
    PQfreemem(notification);
    is_notified = true;
  }
  flush();
  if (is_up_) read();
  if (is_notified && listener_.on_notification) listener_.on_notification();
}

/// One result for each command; between them libpq gives null.
void PostgresConnection::take_results() {
  int nulls = 0;
  while (is_up_ && !commands_.empty() && nulls < 2 && PQisBusy(connection_) == 0) {
    auto* result = PQgetResult(connection_);
    nulls = result == nullptr ? nulls + 1 : 0;
    if (result != nullptr) on_result(result);
  }
}

void PostgresConnection::on_result(pg_result* result) {
  PostgresRows rows(result);
  const auto status = PQresultStatus(result);
  if (status == PGRES_FATAL_ERROR) note_error(result);
  const auto command = commands_.front();
  // an error here is one of the commit; the end of the exchange is still to come
  if (command.kind == Command::Kind::sync && status != PGRES_PIPELINE_SYNC) return;
  commands_.pop_front();
  switch (command.kind) {
    case Command::Kind::prepare:
      if (status != PGRES_COMMAND_OK) prepared_.erase(command.sql);
      return;
    case Command::Kind::statement:
      exchanges_.front().answer.rows.push_back(std::move(rows));
      return;
    case Command::Kind::sync: {
      auto exchange = std::move(exchanges_.front());
      exchanges_.pop_front();
      return exchange.done(std::move(exchange.answer));
    }
  }
}

void PostgresConnection::note_error(const pg_result* result) {
  auto& answer = exchanges_.front().answer;
  if (answer.error) return;
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  answer.error = to_errc(std::string_view(state != nullptr ? state : ""));
  answer.failed = answer.rows.size();
  answer.message = without_line_end(PQresultErrorMessage(result));
}

}  // namespace store
