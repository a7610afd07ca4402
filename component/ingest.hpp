// Events that mail stores push by HTTP: POST or PUT /v1/events/<source>. Who may, what is too much,
// and the answer, which comes once everything is durable or after 95 ms, since the sender's
// delivery waits for it. Pure. docs/operations.md "Push sources".
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "component/committer.hpp"
#include "component/config.hpp"
#include "component/environment.hpp"
#include "component/http_server.hpp"
#include "component/log.hpp"
#include "component/metrics.hpp"
#include "component/told_accounts.hpp"

namespace component {

class Ingest {
 public:
  static constexpr std::chrono::milliseconds answer_within{95};
  static constexpr std::chrono::hours key_kept{1};
  static constexpr std::size_t max_keys = 100'000;
  static constexpr std::size_t max_under_way = 64;  // requests of one source
  static constexpr std::size_t max_backlog = 1000;  // transactions that are not yet durable

  struct Rooms {
    Environment& environment;
    store::Store& store;
    Committer& committer;
    Log& log;
    ToldAccounts& accounts;
  };

  explicit Ingest(Rooms rooms) : rooms_(rooms) {}

  /// The push sources are these now.
  void configure(const std::vector<SourceConfig>& sources);
  /// `sources` takes what is told; nullptr before there is any.
  void handle(const HttpRequest& request, Sources* sources, HttpAnswer answer);
  /// What a socket brought; nobody waits for an answer but a sender who is told whether it is kept.
  void take(const std::string& source, std::string_view body, Sources* sources,
            std::function<void(bool kept)> then);

  void add_to(Metrics& metrics) const;

 private:
  struct Request;
  struct Remembered {
    std::chrono::steady_clock::time_point at;
    std::shared_ptr<const HttpResponse> answer;  ///< null: under way
    std::vector<HttpAnswer> waiting;
  };
  struct Counts {
    std::uint64_t accepted = 0;
    std::uint64_t ignored = 0;
    std::uint64_t ignored_parameters = 0;
    std::uint64_t refused = 0;
    std::size_t under_way = 0;
  };

  std::optional<HttpResponse> refuse(const HttpRequest& request) const;
  std::optional<HttpResponse> refuse_credentials(const HttpRequest& request,
                                                 const SourceConfig& source) const;
  HttpResponse busy(unsigned status, std::string_view detail) const;
  void start(const std::shared_ptr<Request>& request, sources::push::Reading reading,
             Sources& sources);
  void start_deadline(const std::shared_ptr<Request>& request);
  void finish(const std::shared_ptr<Request>& request, ToldAccounts::Outcome outcome,
              boost::system::error_code error);
  void give_back(const std::shared_ptr<Request>& request, std::string_view why);
  bool answer_from_memory(const std::string& key, const HttpAnswer& answer);
  void forget_keys();

  Rooms rooms_;
  std::map<std::string, SourceConfig> sources_;  // by name
  std::map<std::string, Counts> counts_;         // by source
  std::map<std::string, Remembered> keys_;       // Idempotency-Key, after the source's name
  std::deque<std::string> key_order_;
};

}  // namespace component
