#include "component/ingest.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "component/bearer.hpp"
#include "sources/push/reader.hpp"

namespace component {
namespace {

constexpr std::size_t max_key = 255;

/// RFC 9110 §8.3: the media type without its parameters, in lower case.
std::string media_type_of(std::string_view field) {
  std::string type(field.substr(0, field.find(';')));
  while (type.ends_with(' ')) type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return type;
}

bool is_json(std::string_view media_type) {
  constexpr std::array<std::string_view, 5> types{"application/json", "application/x-ndjson",
                                                  "application/ndjson", "application/jsonl",
                                                  "text/json"};
  return media_type.empty() || media_type.ends_with("+json") ||
         std::find(types.begin(), types.end(), media_type) != types.end();
}

HttpResponse refusal_of(const sources::push::Mistake& mistake) {
  if (mistake.is_too_many) return make_problem(413, "Content Too Large", mistake.what);
  const auto where = mistake.where.empty() ? "the body" : "element " + mistake.where;
  return make_problem(400, "Bad Request", where + ": " + mistake.what);
}

sources::push::PushDialect dialect_of(const SourceConfig& source) {
  return {source.separator.front(), source.shared_prefix};
}

HttpResponse accepted(std::size_t count, std::size_t ignored) {
  HttpResponse response;
  response.status = 202;
  response.content_type = "application/json";
  response.body =
      boost::json::serialize(boost::json::object{{"accepted", count}, {"ignored", ignored}}) + "\n";
  return response;
}

}  // namespace

/// One that was read and is being kept.
struct Ingest::Request {
  SourceConfig source;
  std::string key;  // empty: none
  HttpAnswer answer;
  bool is_hasty = true;  // the sender waits only so long
  std::size_t accepted = 0;
  std::size_t ignored = 0;
};

void Ingest::configure(const std::vector<SourceConfig>& sources) {
  sources_.clear();
  for (const auto& source : sources) {
    if (source.type == SourceType::push) sources_.emplace(source.name, source);
  }
}

void Ingest::handle(const HttpRequest& request, Sources* sources, HttpAnswer answer) {
  if (auto refusal = refuse(request)) return answer(std::move(*refusal));
  const auto& source = sources_.at(request.rest);
  auto& counts = counts_[source.name];
  const auto refuse_with = [&](HttpResponse response) {
    ++counts.refused;
    rooms_.log.push_refused(source.name, request.peer,
                            std::to_string(response.status) + " " + response.body);
    answer(std::move(response));
  };
  const auto given = request.header("idempotency-key");
  if (given.size() > max_key)
    return refuse_with(make_problem(400, "Bad Request", "the Idempotency-Key is too long"));
  const auto key = given.empty() ? std::string() : source.name + '\n' + std::string(given);
  if (!key.empty() && answer_from_memory(key, answer)) return;
  if (counts.under_way >= max_under_way)
    return refuse_with(busy(429, "too many requests of this source are under way"));
  if (!rooms_.store.is_writable() || rooms_.store.pending() > max_backlog || sources == nullptr)
    return refuse_with(busy(503, "events cannot be kept at the moment"));
  auto reading = sources::push::read_events(request.body, dialect_of(source));
  if (reading.mistake) return refuse_with(refusal_of(*reading.mistake));
  const auto kept = std::make_shared<Request>(Request{source, key, std::move(answer), true, 0, 0});
  start(kept, std::move(reading), *sources);
}

void Ingest::take(const std::string& name, std::string_view body, Sources* sources,
                  std::function<void(bool)> then) {
  const auto source = sources_.find(name);
  const bool is_full = !rooms_.store.is_writable() || rooms_.store.pending() > max_backlog;
  if (source == sources_.end() || sources == nullptr || is_full) return then(false);
  auto reading = sources::push::read_events(body, dialect_of(source->second));
  if (reading.mistake) {
    ++counts_[name].refused;
    rooms_.log.push_refused(name, "socket", refusal_of(*reading.mistake).body);
    return then(true);  // it would be no better the next time
  }
  HttpAnswer answer = [done = std::move(then)](const HttpResponse& response) {
    done(response.status == 202);
  };
  start(std::make_shared<Request>(Request{source->second, {}, std::move(answer), false, 0, 0}),
        std::move(reading), *sources);
}

/// What needs no look at the body. RFC 9110 §15.5
std::optional<HttpResponse> Ingest::refuse(const HttpRequest& request) const {
  const auto source = sources_.find(request.rest);
  if (source == sources_.end())
    return make_problem(404, "Not Found", "there is no push source of this name");
  if (auto refusal = refuse_credentials(request, source->second)) return refusal;
  if (!is_json(media_type_of(request.header("content-type"))))
    return make_problem(415, "Unsupported Media Type", "expected application/json");
  const auto coding = request.header("content-encoding");
  if (!coding.empty() && coding != "identity")
    return make_problem(415, "Unsupported Media Type", "expected no Content-Encoding");
  return std::nullopt;
}

std::optional<HttpResponse> Ingest::refuse_credentials(const HttpRequest& request,
                                                       const SourceConfig& source) const {
  const auto token = token_of(request.header("authorization"));
  if (token && !source.token.empty() && is_same_secret(*token, source.token)) return std::nullopt;
  const bool is_another =
      token && std::any_of(sources_.begin(), sources_.end(), [&](const auto& row) {
        return !row.second.token.empty() && is_same_secret(*token, row.second.token);
      });
  rooms_.log.push_refused(
      source.name, request.peer,
      is_another ? "the token is another source's" : "no token, or a wrong one");
  if (is_another || source.token.empty())
    return make_problem(403, "Forbidden", "this token may not speak for this source");
  auto refusal = make_problem(401, "Unauthorized", "expected the token of the source");
  refusal.headers.emplace_back("WWW-Authenticate", "Bearer, Basic realm=\"mailnode\"");
  return refusal;
}

HttpResponse Ingest::busy(unsigned status, std::string_view detail) const {
  auto response =
      make_problem(status, status == 429 ? "Too Many Requests" : "Service Unavailable", detail);
  response.headers.emplace_back("Retry-After", status == 429 ? "1" : "5");
  return response;
}

void Ingest::start(const std::shared_ptr<Request>& request, sources::push::Reading reading,
                   Sources& sources) {
  request->accepted = reading.accepted;
  request->ignored = reading.ignored;
  auto& counts = counts_[request->source.name];
  ++counts.under_way;
  counts.ignored_parameters += reading.ignored_parameters;
  if (!request->key.empty()) {
    forget_keys();
    keys_[request->key].at = rooms_.environment.steady_now();
    key_order_.push_back(request->key);
  }
  if (request->is_hasty) start_deadline(request);
  rooms_.accounts.take(request->source, std::move(reading.told), sources,
                       [this, request](ToldAccounts::Outcome outcome) {
                         // transactions become durable in order: all of them, once this one is
                         rooms_.committer.commit(
                             {}, [this, request, outcome](boost::system::error_code error) {
                               finish(request, outcome, error);
                             });
                       });
}

void Ingest::start_deadline(const std::shared_ptr<Request>& request) {
  rooms_.environment.start_timer(answer_within, [this, weak = std::weak_ptr<Request>(request)] {
    const auto late = weak.lock();
    if (late && late->answer)
      std::exchange(late->answer, nullptr)(busy(503, "the journal is slow; nothing is lost"));
  });
}

void Ingest::finish(const std::shared_ptr<Request>& request, ToldAccounts::Outcome outcome,
                    boost::system::error_code error) {
  auto& counts = counts_[request->source.name];
  --counts.under_way;
  if (error) return give_back(request, "events cannot be kept: " + error.message());
  const auto outside = std::min(outcome.left_out, request->accepted);
  counts.accepted += request->accepted - outside;
  counts.ignored += request->ignored + outside;
  if (outcome.is_elsewhere) return give_back(request, "another gateway has this account");
  auto response = accepted(request->accepted - outside, request->ignored + outside);
  if (const auto found = keys_.find(request->key); found != keys_.end()) {
    found->second.answer = std::make_shared<const HttpResponse>(response);
    for (const auto& waiting : std::exchange(found->second.waiting, {})) waiting(response);
  }
  if (request->answer) std::exchange(request->answer, nullptr)(std::move(response));
}

/// The same request is read anew when it comes again.
void Ingest::give_back(const std::shared_ptr<Request>& request, std::string_view why) {
  keys_.erase(request->key);
  if (request->answer) std::exchange(request->answer, nullptr)(busy(503, why));
}

bool Ingest::answer_from_memory(const std::string& key, const HttpAnswer& answer) {
  forget_keys();
  const auto found = keys_.find(key);
  if (found == keys_.end()) return false;
  if (found->second.answer) {
    answer(*found->second.answer);
    return true;
  }
  if (found->second.waiting.size() >= max_under_way) {
    answer(busy(429, "the same request is under way"));
    return true;
  }
  const auto once = std::make_shared<HttpAnswer>(answer);
  const auto reply = [once](HttpResponse response) {
    if (*once) std::exchange(*once, nullptr)(std::move(response));
  };
  found->second.waiting.emplace_back(reply);
  rooms_.environment.start_timer(
      answer_within, [this, reply] { reply(busy(503, "the journal is slow; nothing is lost")); });
  return true;
}

void Ingest::forget_keys() {
  const auto now = rooms_.environment.steady_now();
  while (!key_order_.empty()) {
    const auto oldest = keys_.find(key_order_.front());
    const bool is_old =
        oldest == keys_.end() || now - oldest->second.at > key_kept || keys_.size() > max_keys;
    if (!is_old) return;
    if (oldest != keys_.end()) keys_.erase(oldest);
    key_order_.pop_front();
  }
}

void Ingest::add_to(Metrics& metrics) const {
  for (const auto& [name, source] : sources_) {
    const auto found = counts_.find(name);
    const auto counts = found == counts_.end() ? Counts{} : found->second;
    metrics.push_accepted[name] = counts.accepted;
    metrics.push_ignored[name] = counts.ignored;
    metrics.push_ignored_parameters[name] = counts.ignored_parameters;
    metrics.push_refused[name] = counts.refused;
  }
}

}  // namespace component
