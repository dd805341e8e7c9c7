#include "cli/render/query_columns.h"

namespace pvc {
namespace {

/// Columns with two spaces between them, under their names and a line.
class QueryTable final : public QueryColumns {
 public:
  using QueryColumns::QueryColumns;

 private:
  void PutSeparator() override { out().Put("\n"); }

  void PutHead(const std::vector<Column>& columns) override {
    if (!shows_header()) return;
    std::string line;
    for (size_t i = 0; i < columns.size(); ++i) {
      const Column& column = columns[i];
      const bool is_last = i + 1 == columns.size();
      PutCell(column, {column.name, Label::kHeading, column.is_number}, is_last);
      out().Put(is_last ? "\n" : "  ");
      line += std::string(column.width, '-') + (is_last ? "\n" : "  ");
    }
    out().Put(Label::kMuted, line);
  }

  void PutRow(const std::vector<Column>& columns, const std::vector<ShownValue>& row) override {
    for (size_t i = 0; i < row.size(); ++i) {
      const bool is_last = i + 1 == row.size();
      PutCell(columns[i], row[i], is_last);
      out().Put(is_last ? "\n" : "  ");
    }
  }
};

}  // namespace

std::unique_ptr<QueryRenderer> MakeQueryTable(const QueryOutput& output) {
  return std::make_unique<QueryTable>(output);
}

}  // namespace pvc
