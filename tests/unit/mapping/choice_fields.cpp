#include "mapping/choice_fields.hpp"

#include "mapping/vocabulary.hpp"
#include "tests/unit/mapping/choice_forms.hpp"

using choice_forms::choice;
using choice_forms::clark;
using choice_forms::form;
using choice_forms::Option;
using choice_forms::Values;

TEST_CASE("fields come back as they were parsed", "[XEP-0060:6.3]") {
  const mapping::MailVocabulary vocabulary;
  const std::vector<Option> options = GENERATE(values<std::vector<Option>>({
      {{"event_types", {"flags", "vnd.x.y", "MessageNew"}}},
      {{"event_types", {"quota", "QuotaChange", "access"}}},
      {{"event_types", {"message", "flags", "access", "mailbox", "quota"}}},
      {{"flag_events", {"full"}}},
      {{"parameters", {"uri", "headers", "vnd.x.y"}}},
      {{"max_content_octets", {"32768"}}},
      {{"flag_names", {"$mdnsent", "\\seen", "$Junk"}}},
      {{"spam", {"none"}}},
      {{"spam", {"only"}}},
      {{"tags", {"b", "a"}}},
      {{"tags", {"t"}}, {"spam", {"only"}}, {"event_types", {"FlagsSet"}}},
  }));
  const auto parsed = vocabulary.parse(form(options));
  REQUIRE(parsed.has_value());
  REQUIRE(*parsed);
  const auto fields = (*parsed)->to_fields();
  CHECK_FALSE(fields.empty());
  const auto again = vocabulary.parse(fields);
  REQUIRE(again.has_value());
  REQUIRE(*again);
  CHECK((*again)->to_fields() == fields);
  CHECK(mapping::parse_wishes(fields).has_value());
  CHECK(*mapping::parse_wishes(fields) == *mapping::parse_wishes(form(options)));
}

TEST_CASE("equal choices have equal fields, in the order of the form", "[XEP-0060:6.3]") {
  const auto one =
      choice({{"tags", {"b", "a"}},
              {"event_types", {"FlagsSet", "FlagsClear", "MessageTrash", "Login", "MessageRead"}},
              {"max_content_octets", {"007"}},
              {"flag_names", {"\\SEEN"}}});
  CHECK(one.to_fields() == form({{"event_types", {"flags", "Login"}},
                                 {"max_content_octets", {"7"}},
                                 {"flag_names", {"\\Seen"}},
                                 {"tags", {"a", "b"}}}));
}

TEST_CASE("the default is no choice at all", "[XEP-0060:6.3]") {
  const mapping::MailVocabulary vocabulary;
  pubsub::FormFields defaults;
  for (const auto& field : vocabulary.fields()) {
    defaults.emplace_back(std::string(field.var), field.defaults);
  }
  CHECK(defaults.size() == 7);
  const auto nothing = GENERATE_COPY(values<pubsub::FormFields>(
      {{}, defaults, {{"event_types", {"x"}}, {"pubsub#expire", {"x"}}}}));
  const auto parsed = vocabulary.parse(nothing);
  REQUIRE(parsed.has_value());
  CHECK(*parsed == nullptr);
}

TEST_CASE("every option of a list is accepted, and lists alone have options", "[XEP-0004:3.3]") {
  const mapping::MailVocabulary vocabulary;
  for (const auto& field : vocabulary.fields()) {
    INFO(field.var);
    CHECK(field.type.starts_with("list-") == !field.options.empty());
    CHECK(field.label.size() > 10);
    for (const auto option : field.options) {
      CHECK(vocabulary.parse({{std::string(field.var), {std::string(option)}}}).has_value());
    }
  }
}

TEST_CASE("bad values are refused by name", "[XEP-0060:6.3.5]") {
  const std::string long_tag(65, 'x');
  const Values many_tags = [] {
    Values tags;
    for (int i = 0; i < 17; ++i) tags.push_back("t" + std::to_string(i));
    return tags;
  }();
  struct Row {
    std::string field;
    Values values;
    std::string named;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"event_types", {"MessageNew", "messagenew"}, "bad value 'messagenew'"},
      {"event_types", {"vnd."}, "bad value 'vnd.'"},
      {"event_types", {"vnd.a<b"}, "bad value 'vnd.a<b'"},
      {"event_types", Values(101, "MessageNew"), "one value too many: 'MessageNew'"},
      {"flag_events", {"Full"}, "bad value 'Full'"},
      {"flag_events", {"full", "simple"}, "one value too many: 'simple'"},
      {"parameters", {"uid"}, "bad value 'uid'"},
      {"max_content_octets", {"32769"}, "bad value '32769'"},
      {"max_content_octets", {"-1"}, "bad value '-1'"},
      {"max_content_octets", {"1k"}, "bad value '1k'"},
      {"max_content_octets", {"99999999999999999999999"}, "bad value '99999999999999999999999'"},
      {"flag_names", {"\\Recent"}, "bad value '\\Recent'"},
      {"flag_names", {"a b"}, "bad value 'a b'"},
      {"spam", {"some"}, "bad value 'some'"},
      {"tags", {"a b"}, "bad value 'a b'"},
      {"tags", {"a,b"}, "bad value 'a,b'"},
      {"tags", {"a\nb"}, "bad value 'a b'"},
      {"tags", {"a\xE2\x80\xAE"}, "bad value 'a\xEF\xBF\xBD'"},
      {"tags", {"a\xFF"}, "bad value 'a\xEF\xBF\xBD'"},
      {"tags", {long_tag}, "bad value '" + long_tag.substr(1) + "'"},  // cut
      {"tags", many_tags, "one value too many: 't16'"},
  }));
  const auto parsed = mapping::MailVocabulary().parse(form({{row.field, row.values}}));
  INFO(row.field);
  REQUIRE(parsed.has_error());
  CHECK(parsed.error().code == pubsub::ErrorCode::invalid_options);
  CHECK(parsed.error().text == clark(row.field) + ": " + row.named);
}
