// Rows of either engine as the records of pubsub/ and of the store. Pure.
#pragma once

#include <string_view>
#include <utility>

#include "store/columns.hpp"
#include "store/payload_codec.hpp"
#include "store/store.hpp"

namespace store {

/// Columns in the order of the SELECTs; `first` is the first of them. A list that cannot be decoded
/// is empty and leaves its name behind.
class RecordReader {
 public:
  /// account, id, kind, holding, parents, name, is_listed, meta_data, last_item, is_there,
  /// state_key, redirect, redirect_until, config, readers, is_audited, is_closed
  template <class Row>
  pubsub::NodeRecord to_node(const Row& row, int first = 0) {
    pubsub::NodeRecord node;
    node.account = row.text(first);
    node.spec.id = row.text(first + 1);
    node.spec.kind = static_cast<pubsub::NodeKind>(row.integer(first + 2));
    node.spec.holding = static_cast<pubsub::Holding>(row.integer(first + 3));
    node.spec.parents = checked(decode_nodes(row.octets(first + 4)), "node.parents");
    node.spec.name = row.text(first + 5);
    node.spec.is_listed = row.integer(first + 6) != 0;
    node.spec.meta_data = checked(decode_fields(row.octets(first + 7)), "node.meta_data");
    node.last_item = row.number(first + 8);
    node.exists = row.integer(first + 9) != 0;
    node.state_key = row.text(first + 10);
    if (!row.is_null(first + 11)) node.redirect = row.text(first + 11);
    node.redirect_until = to_time(row.integer(first + 12));
    node.config = checked(decode_fields(row.octets(first + 13)), "node.config");
    node.spec.readers = checked(decode_nodes(row.octets(first + 14)), "node.readers");
    node.spec.is_audited = row.integer(first + 15) != 0;
    node.spec.is_closed = row.integer(first + 16) != 0;
    return node;
  }

  /// account, node, jid, subid, state, service, options, expires, seen, parked
  template <class Row>
  pubsub::SubscriptionRecord to_subscription(const Row& row) {
    return {row.text(0),
            row.text(1),
            row.text(2),
            row.text(3),
            static_cast<pubsub::SubscriptionState>(row.integer(4)),
            row.text(5),
            checked(decode_multi_fields(row.octets(6)), "subscription.options"),
            to_optional_time(row, 7),
            to_time(row.integer(8)),
            to_optional_time(row, 9)};
  }

  /// sequence, kind, account, node, number, at, content, target, sight_only, recipients
  template <class Row>
  pubsub::Notice to_notice(const Row& row) {
    pubsub::Notice notice;
    notice.sequence = row.number(0);
    notice.kind = static_cast<pubsub::NoticeKind>(row.integer(1));
    notice.account = row.text(2);
    notice.node = row.text(3);
    notice.number = row.number(4);
    notice.at = to_time(row.integer(5));
    notice.payload = to_payload(row.octets(6));
    notice.target = row.text(7);
    notice.sight_only = row.integer(8) != 0;
    notice.recipients = checked(decode_recipients(row.octets(9)), "notice.recipients");
    return notice;
  }

  pubsub::Payload to_payload(std::string_view octets) {
    return checked(decode_payload(octets), "payload.content");
  }

  /// The list that could not be read; null: all could.
  const char* damaged() const { return damaged_; }

 private:
  template <class Row>
  static std::optional<pubsub::WallTime> to_optional_time(const Row& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return to_time(row.integer(column));
  }
  template <class Value>
  Value checked(boost::system::result<Value> decoded, const char* what) {
    if (decoded) return std::move(*decoded);
    damaged_ = what;
    return {};
  }

  const char* damaged_ = nullptr;
};

/// account, node, jid, affiliation
template <class Row>
pubsub::AffiliationRecord to_affiliation(const Row& row) {
  return {row.text(0), row.text(1), row.text(2), static_cast<pubsub::Affiliation>(row.integer(3))};
}

/// account, jid, state
template <class Row>
ContactRecord to_contact(const Row& row) {
  return {row.text(0), row.text(1), static_cast<ContactState>(row.integer(2))};
}

}  // namespace store
