#include <algorithm>

#include "cli/render/query.h"
#include "cli/render/query_value.h"

namespace pvc {
namespace {

/// A line a value, "name = value", and an empty line between rows.
class QueryLine final : public QueryRenderer {
 public:
  explicit QueryLine(const QueryOutput& output) : output_(output) {}

  void Begin(const std::vector<std::string>& columns) override {
    columns_.clear();
    size_t width = 0;
    for (const std::string& name : columns) {
      columns_.push_back(EscapeName(name));
      width = std::max(width, DisplayWidth(columns_.back()));
    }
    for (std::string& name : columns_) name = PadLeft(name, width);
  }

  void Row(std::span<const Value> values) override {
    if (row_count_++ > 0) output_.out.Put("\n");
    for (size_t i = 0; i < values.size(); ++i) {
      const ShownValue value = ShowValue(values[i], output_.encoding);
      output_.out.Put(Label::kHeading, columns_[i]);
      output_.out.Put(" = ");
      output_.out.Put(value.label, value.text);
      output_.out.Put("\n");
    }
  }

  void End() override {}

 private:
  QueryOutput output_;
  std::vector<std::string> columns_;
  uint64_t row_count_ = 0;
};

}  // namespace

std::unique_ptr<QueryRenderer> MakeQueryLine(const QueryOutput& output) {
  return std::make_unique<QueryLine>(output);
}

}  // namespace pvc
