// Reading everything that the program keeps in memory, in one snapshot of the database and in
// portions, so that neither the memory nor the event loop is taken up by the answer. [I/O]
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "store/postgres_connection.hpp"
#include "store/postgres_known.hpp"
#include "store/record_reader.hpp"
#include "store/store.hpp"

namespace store {

class PostgresLoad : public std::enable_shared_from_this<PostgresLoad> {
 public:
  struct Outcome {
    boost::system::error_code error;
    std::string message;
    bool is_lost = false;
    Everything everything;
    std::int64_t seen = 0;  ///< the last change that is in it
  };
  using Done = std::function<void(Outcome)>;

  PostgresLoad(std::shared_ptr<PostgresConnection> connection, std::int64_t gateway, Done done)
      : connection_(std::move(connection)), gateway_(gateway), done_(std::move(done)) {}
  void start();

 private:
  /// One table: its rows come through a cursor.
  struct Table {
    const char* declare;
    const char* fetch;
    const char* close;
    void (PostgresLoad::*take)(const PostgresRow& row);
  };
  static const Table tables[];
  static const std::size_t table_count;

  void open_next();
  void on_rows(const PostgresAnswer& answer);
  void end();
  void fail(const PostgresAnswer& answer);

  void take_account(const PostgresRow& row);
  void take_mailbox(const PostgresRow& row);
  void take_subscribed(const PostgresRow& row);
  void take_message(const PostgresRow& row);
  void take_node(const PostgresRow& row);
  void take_subscription(const PostgresRow& row);
  void take_affiliation(const PostgresRow& row);
  void take_contact(const PostgresRow& row);

  std::shared_ptr<PostgresConnection> connection_;
  std::int64_t gateway_;
  Done done_;
  std::size_t table_ = 0;
  Outcome outcome_;
  RecordReader records_;
  KnownAccounts known_;
};

}  // namespace store
