#include <algorithm>

#include "cli/render/conflicts.h"

namespace pvc {
namespace {

class OverviewSink final : public ConflictSink {
 public:
  explicit OverviewSink(const ConflictsInput& input) : input_(input) {}

  void OnSchema(const SchemaConflict&) override { ++overview.schema; }
  void BeginTable(const TableConflicts&) override { current_ = {}; }
  bool OnRow(const TableConflicts& table, const ConflictRow& row) override {
    current_.counts.Add(ConflictKindOf(row.conflict));
    const std::string key =
        FormatRowKey(table.layout.table->info, row.any(), input_.encoding, input_.source);
    current_.key_columns = std::max(current_.key_columns, DisplayWidth(key));
    return true;
  }
  void EndTable(const TableConflicts& table) override {
    if (current_.counts.total() != 0) overview.tables[table.name()] = current_;
  }

  ConflictsOverview overview;

 private:
  const ConflictsInput& input_;
  TableConflictOverview current_;
};

}  // namespace

ConflictsOverview ReadConflictsOverview(const ConflictsInput& input) {
  OverviewSink sink(input);
  input.run(sink);
  return std::move(sink.overview);
}

}  // namespace pvc
