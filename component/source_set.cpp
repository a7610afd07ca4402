#include "component/source_set.hpp"

#include <algorithm>
#include <utility>

namespace component {
namespace {

sources::imap::Tls to_tls(TlsMode mode) {
  switch (mode) {
    case TlsMode::implicit:
      return sources::imap::Tls::implicit;
    case TlsMode::starttls:
      return sources::imap::Tls::starttls;
    case TlsMode::none:
      return sources::imap::Tls::none;
  }
  return sources::imap::Tls::starttls;
}

bool is_configured(const SourceConfig& source, const std::string& login) {
  return std::find(source.accounts.begin(), source.accounts.end(), login) != source.accounts.end();
}

/// Accounts of the configuration may carry the mail domain; then a name that lost it gets it back
/// at the login.
std::string to_login(const SourceConfig& source, const std::string& name) {
  if (source.mail_domain.empty() || name.find('@') != std::string::npos) return name;
  const auto with_domain = name + '@' + source.mail_domain;
  if (is_configured(source, with_domain)) return with_domain;
  if (is_configured(source, name)) return name;
  const bool all_have_it =
      !source.accounts.empty() && source.accounts.front().find('@') != std::string::npos;
  return all_have_it ? with_domain : name;
}

std::map<std::string, std::string> passwords_for(const Config& config, const SourceConfig& source) {
  std::map<std::string, std::string> passwords;
  for (const auto& account : config.accounts) {
    if (account.source == source.name && !account.password.empty()) {
      passwords[to_login(source, account.name)] = account.password;
    }
  }
  return passwords;
}

}  // namespace

SourceSet::SourceSet(boost::asio::any_io_executor executor, events::Sink& sink,
                     sources::imap::ImapLog& log, std::function<sources::Moment()> now,
                     KnownFinder find_known)
    : executor_(std::move(executor)),
      sink_(sink),
      found_(*this),
      timer_(executor_),
      log_(log),
      now_(std::move(now)),
      find_known_(std::move(find_known)) {}

SourceSet::~SourceSet() = default;

void SourceSet::configure(const Config& config) {
  config_ = config;
  std::vector<std::unique_ptr<Running>> next;
  for (const auto& source : config.sources) {
    if (source.type != SourceType::imap) continue;
    const auto passwords = passwords_for(config, source);
    const auto same = std::find_if(running_.begin(), running_.end(), [&](const auto& running) {
      if (!running) return false;
      auto accounts_apart = running->config;
      accounts_apart.accounts = source.accounts;
      return accounts_apart == source && running->passwords == passwords;
    });
    if (same != running_.end()) {
      (*same)->config = source;
      next.push_back(std::move(*same));
      continue;
    }
    auto running = std::make_unique<Running>();
    running->config = source;
    running->passwords = passwords;
    running->source = make_source(*running);
    next.push_back(std::move(running));
  }
  for (const auto& gone : running_) {
    if (gone) gone->source->stop();
  }
  running_ = std::move(next);
}

std::unique_ptr<sources::imap::ImapSource> SourceSet::make_source(const Running& running) {
  const auto& from = running.config;
  sources::imap::ImapConfig config;
  config.name = from.name;
  config.host = from.host;
  config.port = from.port;
  config.tls = to_tls(from.tls);
  config.tls_name = from.tls_name;
  config.ca_file = from.ca_file;
  config.master_user = from.master_user;
  config.master_password = from.master_password;
  config.passwords = running.passwords;
  config.poll_interval = std::chrono::seconds(from.poll_seconds);
  auto source = std::make_unique<sources::imap::ImapSource>(executor_, std::move(config), registry_,
                                                            found_, log_, now_);
  if (paused_) source->pause(true);
  return source;
}

/// The source that lists the account or has its password; else the first that can log in for
/// anybody.
SourceSet::Running* SourceSet::source_for(const std::string& name, std::string& login) {
  Running* any = nullptr;
  for (const auto& running : running_) {
    login = to_login(running->config, name);
    if (is_configured(running->config, login) || running->passwords.count(login) != 0)
      return running.get();
    if (any == nullptr && !running->config.master_user.empty()) any = running.get();
  }
  if (any != nullptr) login = to_login(any->config, name);
  return any;
}

bool SourceSet::watch(const mapping::AccountAddress& address) {
  std::string login;
  auto* running = source_for(address.name, login);
  if (running == nullptr) return false;
  if (!running->watched.emplace(address.name, login).second) return true;
  const auto source_name = running->config.name;
  find_known_(address.name, [this, source_name, name = address.name, login](auto known) {
    // What was asked for may be void by now: the source gone, the account not wanted any more.
    for (const auto& candidate : running_) {
      if (candidate->config.name != source_name || candidate->watched.count(name) == 0) continue;
      if (known) known->account = login;
      mark_listed(known);
      candidate->source->watch(login, std::move(known));
      return;
    }
  });
  return true;
}

void SourceSet::unwatch(const mapping::AccountAddress& address) {
  for (const auto& running : running_) {
    const auto watched = running->watched.find(address.name);
    if (watched == running->watched.end()) continue;
    running->source->unwatch(watched->second);
    running->watched.erase(watched);
  }
  // what is kept of it may be another gateway's work by the time of the next push
  const auto told = told_.find(address.name);
  if (told != told_.end() && told->second.account) told_.erase(told);
}

void SourceSet::pause(bool paused) {
  paused_ = paused;
  for (const auto& running : running_) running->source->pause(paused);
}

std::vector<SourceHealth> SourceSet::health() const {
  std::vector<SourceHealth> all;
  for (const auto& running : running_) {
    const auto health = running->source->health();
    SourceHealth one;
    one.name = running->config.name;
    one.type = "imap";
    one.watched = health.watched;
    one.connected = health.in_sight;
    all.push_back(std::move(one));
  }
  for (const auto& source : config_.sources) {
    if (source.type == SourceType::push) all.push_back({source.name, "push", 0, 0});
  }
  return all;
}

void SourceSet::stop() {
  for (const auto& running : running_) running->source->stop();
  timer_.cancel();
  pass_on(registry_.release_all());
}

void SourceSet::tell(const SourceConfig& source, const mapping::AccountAddress& address,
                     std::vector<sources::Act> acts, std::function<void()> then) {
  std::function<void(sources::SharedAccount&)> apply =
      [this, name = source.name, separator = source.separator.front(), all = std::move(acts),
       done = std::move(then)](sources::SharedAccount& account) mutable {
        pass_on(registry_.on_told(account, std::move(all), name, separator, now_().steady));
        done();
      };
  const auto [row, is_new] = told_.try_emplace(address.name);
  auto& told = row->second;
  const auto login = login_of(address.name);
  if (!told.account) told.account = registry_.find(login);
  if (const auto account = told.account; account && told.waiting.empty()) return apply(*account);
  told.waiting.push_back(std::move(apply));
  if (!is_new) return;
  find_known_(address.name, [this, name = address.name, login](auto known) {
    auto& asked = told_[name];
    if (known) known->account = login;
    mark_listed(known);
    if (!asked.account) asked.account = registry_.share(login, known);
    const auto account = asked.account;  // what is told may end in its not being wanted any more
    for (const auto& act : std::exchange(asked.waiting, {})) act(*account);
  });
}

std::string SourceSet::login_of(const std::string& name) {
  std::string login;
  return source_for(name, login) != nullptr ? login : name;
}

/// What a push alone has told has no MODSEQ; of such an account no listing has shown the whole
/// tree.
void SourceSet::mark_listed(std::optional<events::KnownAccount>& known) const {
  const bool has_push =
      std::any_of(config_.sources.begin(), config_.sources.end(),
                  [](const auto& source) { return source.type == SourceType::push; });
  if (!known || !has_push) return;
  known->is_listed =
      std::any_of(known->mailboxes.begin(), known->mailboxes.end(),
                  [](const auto& mailbox) { return mailbox.highestmodseq.has_value(); });
}

void SourceSet::pass_on(sources::AccountRegistry::Reports reports) {
  for (auto& report : reports) sink_.on_report(std::move(report));
  start_timer();
}

void SourceSet::start_timer() {
  const auto due = registry_.due();
  if (!due) return;
  timer_.expires_at(*due);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) pass_on(registry_.on_time(now_().steady));
  });
}

void SourceSet::Found::on_report(events::Report report) {
  set_.pass_on(set_.registry_.on_found(std::move(report), set_.now_().steady));
}

void SourceSet::Found::on_sight(events::SightChange change) {
  set_.sink_.on_sight(std::move(change));
}

events::DataWanted SourceSet::Found::data_wanted(const std::string& account,
                                                 const std::string& mailbox) const {
  return set_.sink_.data_wanted(account, mailbox);
}

}  // namespace component
