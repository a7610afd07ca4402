#include "pubsub/disclosure.hpp"

#include "tests/support/catch.hpp"

using pubsub::Disclosure;

TEST_CASE("what one entity may see is the least of what is set", "[XEP-0060:4.5]") {
  using D = Disclosure;
  struct Row {
    pubsub::DisclosureTerms terms;
    D effective;
  };
  const auto row = GENERATE(values<Row>({
      {{D::content, {}, {}, true}, D::envelope},
      {{D::content, D::content, {}, true}, D::content},
      {{D::content, D::content, D::counts, true}, D::content},
      {{D::counts, D::content, {}, true}, D::counts},
      {{D::content, {}, {}, false}, D::counts},
      {{D::content, {}, D::content, false}, D::envelope},
      {{D::content, D::content, D::content, false}, D::content},
      {{D::content, D::content, D::envelope, false}, D::envelope},
      {{D::content, D::counts, D::content, false}, D::counts},
  }));
  CHECK(pubsub::effective_disclosure(row.terms) == row.effective);
}
