#include "component/config_reader.hpp"

#include <algorithm>
#include <optional>
#include <sstream>

#define TOML_EXCEPTIONS 0
// COMPAT toml++ 3.3: it asserts that a key begins like one ("[|x]") just before it reports that
// error in words; a faulty file must not end the gateway
#define TOML_ASSERT(expr) static_assert(true)
#include <toml++/toml.h>

#include "component/config_rules.hpp"
#include "component/config_section.hpp"

namespace component {
namespace {

constexpr std::string_view variable_start = "MAILNODE_";
constexpr std::array<std::string_view, 9> table_names = {
    "xmpp", "store", "http", "control", "log", "policy", "links", "source", "account"};

GivenValue to_given(const toml::node& node) {
  using Kind = GivenValue::Kind;
  GivenValue given;
  given.line = node.source().begin.line;
  if (const auto* text = node.as_string()) {
    given.kind = Kind::text;
    given.text = text->get();
  } else if (const auto* number = node.as_integer()) {
    given.kind = Kind::number;
    given.number = number->get();
  } else if (const auto* truth = node.as_boolean()) {
    given.kind = Kind::truth;
    given.truth = truth->get();
  } else if (const auto* array = node.as_array()) {
    given.kind = Kind::list;
    for (const auto& entry : *array) {
      const auto* text_entry = entry.as_string();
      if (!text_entry) {
        given.kind = Kind::other;
        break;
      }
      given.list.push_back(text_entry->get());
    }
  }
  return given;
}

std::map<std::string, GivenValue> to_values(const toml::table& table) {
  std::map<std::string, GivenValue> values;
  for (const auto& [key, node] : table) values.emplace(std::string(key.str()), to_given(node));
  return values;
}

/// The part of a variable's name that stands for a source or an account: upper case, all but
/// letters and digits "_".
std::string to_variable_part(std::string_view name) {
  std::string part;
  for (const char c : name) {
    if (c >= 'a' && c <= 'z') {
      part.push_back(static_cast<char>(c - 'a' + 'A'));
    } else {
      part.push_back((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_');
    }
  }
  return part;
}

template <class Table>
std::set<std::string_view> names_of(std::span<const ConfigKey<Table>> keys) {
  std::set<std::string_view> names;
  for (const auto& key : keys) names.insert(key.name);
  return names;
}

class Reader {
 public:
  Reader(const toml::table& root, const ConfigEnvironment& environment, const ConfigFiles& files,
         ConfigReading& reading)
      : root_(root), files_(files), reading_(reading) {
    for (const auto& [name, value] : environment) {
      if (name.starts_with(variable_start) && name.find("__") != std::string::npos)
        environment_.emplace(name, value);
    }
  }

  void run() {
    reject_unknown_tables();
    auto& config = reading_.config;
    auto xmpp = open("xmpp");
    read_table(xmpp, std::span<const ConfigKey<XmppConfig>>(xmpp_keys), config.xmpp);
    apply_rules(config.xmpp, xmpp, files_);
    auto store = open("store");
    read_table(store, std::span<const ConfigKey<StoreConfig>>(store_keys), config.store);
    auto http = open("http");
    read_table(http, std::span<const ConfigKey<HttpConfig>>(http_keys), config.http);
    apply_rules(config.http, http, files_);
    auto control = open("control");
    read_table(control, std::span<const ConfigKey<ControlConfig>>(control_keys), config.control);
    auto log = open("log");
    read_table(log, std::span<const ConfigKey<LogConfig>>(log_keys), config.log);
    auto policy = open("policy");
    read_table(policy, std::span<const ConfigKey<PolicyConfig>>(policy_keys), config.policy);
    auto links = open("links");
    read_table(links, std::span<const ConfigKey<LinksConfig>>(links_keys), config.links);
    apply_rules(config.links, links, files_);
    for (const auto* table : entries("source")) read_source(*table);
    for (const auto* table : entries("account")) read_account(*table);
    reject_unknown_variables();
  }

 private:
  void complain(std::size_t line, std::string table, std::string text) {
    ConfigMistake mistake;
    mistake.line = line;
    mistake.table = std::move(table);
    mistake.text = std::move(text);
    reading_.mistakes.push_back(std::move(mistake));
  }

  void reject_unknown_tables() {
    for (const auto& [key, node] : root_) {
      const auto known = std::find(table_names.begin(), table_names.end(), key.str());
      if (known != table_names.end()) continue;
      std::string expected;
      for (const auto name : table_names)
        expected += (expected.empty() ? "" : ", ") + std::string(name);
      complain(node.source().begin.line, "[" + std::string(key.str()) + "]",
               "is unknown; expected one of " + expected);
    }
  }

  ConfigSection open(std::string_view name) {
    const auto title = "[" + std::string(name) + "]";
    std::map<std::string, GivenValue> values;
    std::size_t line = 0;
    if (const auto* node = root_.get(name)) {
      line = node->source().begin.line;
      if (const auto* table = node->as_table()) {
        values = to_values(*table);
      } else {
        complain(line, title, "is no table; expected " + title + " once");
      }
    }
    return {title,
            line,
            std::move(values),
            std::string(variable_start) + to_variable_part(name) + "__",
            environment_,
            reading_};
  }

  std::vector<const toml::table*> entries(std::string_view name) {
    std::vector<const toml::table*> tables;
    const auto* node = root_.get(name);
    if (!node) return tables;
    const auto title = "[[" + std::string(name) + "]]";
    const auto* array = node->as_array();
    if (!array) {
      complain(node->source().begin.line, title, "is no list of tables; expected " + title);
      return tables;
    }
    for (const auto& entry : *array) {
      if (const auto* table = entry.as_table()) {
        tables.push_back(table);
      } else {
        complain(entry.source().begin.line, title,
                 "has an entry that is no table; expected " + title);
      }
    }
    return tables;
  }

  ConfigSection open_entry(std::string_view name, const toml::table& table) {
    const auto entry_name = table["name"].value_or(std::string());
    auto title = "[[" + std::string(name) + "]]";
    if (!entry_name.empty()) title += " " + entry_name.substr(0, 100);
    // without a name no variable can mean it
    const auto part = entry_name.empty() ? std::string("=") : to_variable_part(entry_name);
    const auto prefix = std::string(variable_start) + to_variable_part(name) + "__" + part + "__";
    return {title, table.source().begin.line, to_values(table), prefix, environment_, reading_};
  }

  template <class Table>
  void read_table(ConfigSection& section, std::span<const ConfigKey<Table>> keys, Table& table) {
    section.read(keys, table);
    section.reject_unknown();
  }

  void read_source(const toml::table& table) {
    auto section = open_entry("source", table);
    SourceConfig source;
    const std::span<const ConfigKey<SourceConfig>> common(source_keys);
    const std::span<const ConfigKey<SourceConfig>> imap(imap_source_keys);
    const std::span<const ConfigKey<SourceConfig>> push(push_source_keys);
    const auto before = reading_.mistakes.size();
    section.read(common, source);
    const bool has_type = std::none_of(
        reading_.mistakes.begin() + static_cast<std::ptrdiff_t>(before), reading_.mistakes.end(),
        [](const ConfigMistake& m) { return m.key == "type"; });
    if (!has_type) {  // what else it must have depends on the type
      section.read(imap, source);
      section.read(push, source);
      return section.reject_unknown();
    }
    if (source.type == SourceType::imap) {
      section.read(imap, source);
      section.reject_unknown(names_of(push), "a source with type = \"push\"");
    } else {
      section.read(push, source);
      section.reject_unknown(names_of(imap), "a source with type = \"imap\"");
    }
    apply_rules(source, section, files_);
    const bool seen =
        std::any_of(reading_.config.sources.begin(), reading_.config.sources.end(),
                    [&source](const SourceConfig& other) {
                      return to_variable_part(other.name) == to_variable_part(source.name);
                    });
    if (seen && !source.name.empty())
      section.mistake("name", "is used twice; expected a name of its own");
    reading_.config.sources.push_back(std::move(source));
  }

  void read_account(const toml::table& table) {
    auto section = open_entry("account", table);
    AccountConfig account;
    read_table(section, std::span<const ConfigKey<AccountConfig>>(account_keys), account);
    apply_rules(account, section, files_);
    auto& config = reading_.config;
    for (const auto& other : config.accounts) {
      if (other.name == account.name && other.source == account.source && !account.name.empty()) {
        section.mistake("name", "is used twice; expected one [[account]] for each name and source");
      }
    }
    if (!account.source.empty() && !find_source(account.source)) {
      section.mistake("source", "is \"" + account.source + "\"; expected the name of a [[source]]");
    }
    config.accounts.push_back(std::move(account));
  }

  const SourceConfig* find_source(const std::string& name) const {
    for (const auto& source : reading_.config.sources) {
      if (source.name == name) return &source;
    }
    return nullptr;
  }

  void reject_unknown_variables() {
    for (const auto& [name, value] : environment_) {
      ConfigMistake mistake;
      mistake.variable = name;
      mistake.text =
          "names no table of the configuration; expected MAILNODE_<TABLE>__<KEY> or "
          "MAILNODE_SOURCE__<NAME>__<KEY> of a [[source]] in the file";
      reading_.mistakes.push_back(std::move(mistake));
    }
  }

  const toml::table& root_;
  const ConfigFiles& files_;
  ConfigReading& reading_;
  ConfigEnvironment environment_;
};

/// Secrets that the configuration itself holds.
bool holds_secrets(const toml::table& root) {
  const auto has = [](const toml::node& node, std::string_view key) {
    const auto* table = node.as_table();
    return table && table->contains(key);
  };
  const auto* xmpp = root.get("xmpp");
  if (xmpp && has(*xmpp, "secret")) return true;
  for (const auto name : {"source", "account"}) {
    const auto* list = root[name].as_array();
    if (!list) continue;
    for (const auto& entry : *list) {
      if (has(entry, "master_password") || has(entry, "token") || has(entry, "password"))
        return true;
    }
  }
  return false;
}

}  // namespace

std::string to_line(std::string_view file, const ConfigMistake& mistake) {
  std::string line;
  if (!mistake.variable.empty()) {
    line = "environment " + mistake.variable + ": ";
  } else {
    line = std::string(file) + ":" + std::to_string(mistake.line == 0 ? 1 : mistake.line) + ": ";
  }
  if (!mistake.table.empty()) {
    line += mistake.table;
    if (!mistake.key.empty()) line += " " + mistake.key;
    line += ": ";
  }
  line += mistake.text;
  // a key in quotes, and what toml++ says it saw, may hold line ends: one mistake is one line
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c >= 0 && c < ' '; }, ' ');
  return line;
}

ConfigReading read_config(const FileContent& file, const ConfigEnvironment& environment,
                          const ConfigFiles& files) {
  ConfigReading reading;
  const auto parsed = toml::parse(file.text);
  if (!parsed) {
    ConfigMistake mistake;
    mistake.line = parsed.error().source().begin.line;
    mistake.text = "is no TOML: " + std::string(parsed.error().description());
    reading.mistakes.push_back(std::move(mistake));
    return reading;
  }
  const toml::table& root = parsed.table();
  Reader(root, environment, files, reading).run();
  if (file.others_can_read && holds_secrets(root)) {
    ConfigMistake warning;
    warning.text = "holds secrets and others can read it; expected mode 0600 or 0640";
    reading.warnings.push_back(std::move(warning));
  }
  return reading;
}

}  // namespace component
