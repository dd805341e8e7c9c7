#include "cli/render/query_columns.h"

namespace pvc {
namespace {

/// A table with lines around it.
class QueryBox final : public QueryColumns {
 public:
  using QueryColumns::QueryColumns;

 private:
  void PutHead(const std::vector<Column>& columns) override {
    PutLine(columns, "┌", "┬", "┐\n");
    for (const Column& column : columns) {
      PutCellInBox(column, {column.name, Label::kHeading, column.is_number});
    }
    PutBorder("│\n");
    PutLine(columns, "├", "┼", "┤\n");
  }

  void PutRow(const std::vector<Column>& columns, const std::vector<ShownValue>& row) override {
    for (size_t i = 0; i < row.size(); ++i) PutCellInBox(columns[i], row[i]);
    PutBorder("│\n");
  }

  void PutTail(const std::vector<Column>& columns) override { PutLine(columns, "└", "┴", "┘\n"); }

  void PutCellInBox(const Column& column, const ShownValue& value) {
    PutBorder("│");
    out().Put(" ");
    PutCell(column, value, false);
    out().Put(" ");
  }

  void PutLine(const std::vector<Column>& columns, std::string_view left, std::string_view between,
               std::string_view right) {
    std::string line(left);
    for (size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) line += between;
      for (size_t k = 0; k < columns[i].width + 2; ++k) line += "─";
    }
    line += right;
    PutBorder(line);
  }

  void PutBorder(std::string_view text) { out().Put(Label::kMuted, text); }
};

}  // namespace

std::unique_ptr<QueryRenderer> MakeQueryBox(const QueryOutput& output) {
  QueryOutput shown = output;
  shown.header = QueryHeader::kShown;
  return std::make_unique<QueryBox>(shown);
}

}  // namespace pvc
