#include "pubsub/archive_query.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "pubsub/data_form.hpp"
#include "pubsub/date_time.hpp"
#include "pubsub/request_input.hpp"
#include "xmpp_schemas/namespaces.hpp"
#include "xmpp_schemas/xml_writer.hpp"

namespace pubsub {
namespace {

namespace ns = xmpp_schemas::ns;
using Values = std::vector<std::string>;
using Verdict = boost::system::result<void, Error>;

constexpr std::size_t max_queryid = 256;

Error refuse(std::string why) {
  return {ErrorCode::bad_request, std::move(why)};
}

Verdict read_with(ArchiveFilter& filter, const std::string& value) {
  const auto jid = parse_jid(value);
  if (!jid) return refuse("'with' is no JID");
  filter.with = jid->full;
  return {};
}

// XEP-0313 §4.1.2
Verdict read_start(ArchiveFilter& filter, const std::string& value) {
  filter.start = parse_date_time(value);
  if (!filter.start) return refuse("'start' is no DateTime");
  return {};
}

// A stamp on the wire has milliseconds: what happened within the last of them is meant too.
Verdict read_end(ArchiveFilter& filter, const std::string& value) {
  const auto end = parse_date_time(value);
  if (!end) return refuse("'end' is no DateTime");
  filter.end = *end + std::chrono::milliseconds(1) - WallTime::duration(1);
  return {};
}

Verdict read_after_id(ArchiveFilter& filter, const std::string& value) {
  filter.after_id = value;
  return {};
}

Verdict read_before_id(ArchiveFilter& filter, const std::string& value) {
  filter.before_id = value;
  return {};
}

struct Row {
  std::string_view var;
  std::string_view type;
  Verdict (*read)(ArchiveFilter&, const std::string&);  ///< null: takes several values
};

constexpr std::array<Row, 6> fields{{
    {"with", "jid-single", read_with},
    {"start", "text-single", read_start},
    {"end", "text-single", read_end},
    {"before-id", "text-single", read_before_id},
    {"after-id", "text-single", read_after_id},
    {"ids", "list-multi", nullptr},
}};

Verdict read_field(ArchiveFilter& filter, const std::string& var, const Values& values) {
  for (const Row& row : fields) {
    if (row.var != var) continue;
    if (row.read == nullptr) {
      filter.ids = values;
      return {};
    }
    if (values.empty()) return {};
    if (values.size() > 1) return refuse("'" + var + "' has more than one value");
    return row.read(filter, values.front());
  }
  // XEP-0313 §4.1.5: a field that is not known
  return Error{ErrorCode::feature_not_implemented, "the field " + var};
}

boost::system::result<ArchiveFilter, Error> parse_filter(const gloox::Tag& query) {
  ArchiveFilter filter;
  const gloox::Tag* form = nullptr;
  for (const gloox::Tag* child : query.children()) {
    if (child->name() != "x" || child->xmlns() != ns::data_forms) continue;
    if (form != nullptr) return refuse("two forms in one");
    form = child;
  }
  if (form == nullptr) return filter;
  const auto submission = parse_submission(*form, ns::mam);
  if (!submission) return refuse(submission.error().text);
  if (submission->is_cancel) return refuse("the form is cancelled");
  for (const auto& [var, values] : submission->fields) {
    const auto read = read_field(filter, var, values);
    if (!read) return read.error();
  }
  return filter;
}

}  // namespace

boost::system::result<ArchiveQuery, Error> parse_archive_query(const gloox::Tag& query,
                                                               const NodeId& implied_node) {
  auto node = required_node({query, query, implied_node});
  if (!node) return node.error();
  ArchiveQuery asked;
  asked.node = *node;
  asked.queryid = query.findAttribute("queryid");
  if (asked.queryid.size() > max_queryid) return refuse("'queryid' is too long");
  auto filter = parse_filter(query);
  if (!filter) return filter.error();
  asked.filter = std::move(*filter);
  auto page = parse_page_request(query.findChild("set"));
  if (!page) return page.error();
  asked.page = std::move(*page);
  asked.is_flipped = query.hasChild("flip-page");
  const auto order = parse_order(query);
  if (!order) return order.error();
  asked.order = *order;
  return asked;
}

std::string to_archive_form_xml() {
  std::string xml;
  xmpp_schemas::XmlWriter writer(xml);
  writer.open("query", ns::mam);
  open_form(writer, "form", ns::mam);
  for (const Row& row : fields) {
    writer.open("field").attribute("var", row.var).attribute("type", row.type);
    if (row.read == nullptr) {  // XEP-0313 §4.1.5: any values, not a list to choose from
      writer.open("validate", ns::data_validate).attribute("datatype", "xs:string");
      writer.open("open").close().close();
    }
    writer.close();
  }
  writer.close().close();
  return xml;
}

}  // namespace pubsub
