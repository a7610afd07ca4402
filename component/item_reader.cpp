#include "component/item_reader.hpp"

#include <utility>

namespace component {

struct ItemReader::Reading {
  Queries queries;
  Rows rows;
  std::function<void(const Rows&)> then;
  std::function<void()> otherwise;
};

void ItemReader::read(Queries queries, std::function<void(const Rows&)> then,
                      std::function<void()> otherwise) {
  auto reading = std::make_shared<Reading>();
  reading->queries = std::move(queries);
  reading->then = std::move(then);
  reading->otherwise = std::move(otherwise);
  go_on(reading);
}

void ItemReader::go_on(const std::shared_ptr<Reading>& reading) {
  if (reading->rows.size() == reading->queries.size()) return reading->then(reading->rows);
  const auto on_rows = [this, reading](boost::system::error_code error, pubsub::ItemRows rows) {
    if (error) return reading->otherwise();
    reading->rows.push_back(std::move(rows));
    go_on(reading);
  };
  store_.read_items(reading->queries[reading->rows.size()], on_rows);
}

void ItemReader::send_last_items(pubsub::Retrieval retrieval) {
  auto queries = retrieval.queries;
  auto then = [this, of = std::move(retrieval)](const Rows& rows) {
    for (const auto& message : pubsub_.last_items(of, rows)) output_.send(message);
  };
  read(std::move(queries), std::move(then), [] {});
}

}  // namespace component
