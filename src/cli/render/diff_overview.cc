#include <algorithm>

#include "cli/cell_text.h"
#include "cli/render/diff_input.h"

namespace pvc {
namespace {

class OverviewSink final : public DiffSink {
 public:
  OverviewSink(const DiffInput& input, DiffDetail detail) : input_(input), detail_(detail) {}

  void OnProperty(const PropertyChange& change) override { overview.properties.push_back(change); }
  void OnSchemaObject(const SchemaChange& change) override { overview.objects.push_back(change); }

  void BeginTable(const TableDiff& table) override {
    TableOverview& row = overview.tables.emplace_back();
    row.name = table.name;
    row.is_new = !table.before;
    row.is_removed = !table.after;
    if (table.before) row.rows_before = table.before->rows.entry_count;
    if (table.after) row.rows_after = table.after->rows.entry_count;
  }

  void OnRow(const TableDiff& table, const RowChange& change) override {
    if (detail_ == DiffDetail::kCounts) return;
    const bool use_after = change.after != nullptr;
    const std::string key = use_after ? FormatRowKey(table.after->info, *change.after,
                                                     table.encoding_after, input_.after.source())
                                      : FormatRowKey(table.before->info, *change.before,
                                                     table.encoding_before, input_.before.source());
    size_t& widest = overview.tables.back().key_columns;
    widest = std::max(widest, DisplayWidth(key));
  }

  void EndTable(const TableDiff&, const TableDiffCounts& counts) override {
    overview.tables.back().counts = counts;
  }

  DiffOverview overview;

 private:
  const DiffInput& input_;
  const DiffDetail detail_;
};

}  // namespace

DiffOverview ReadOverview(const DiffInput& input, DiffDetail detail) {
  OverviewSink sink(input, detail);
  input.run(sink, detail);
  return std::move(sink.overview);
}

}  // namespace pvc
