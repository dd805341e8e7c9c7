#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "sqlite/virtual_table.h"
#include "vcs/query/generated_columns.h"
#include "vcs/query/index_definition.h"
#include "vcs/query/row_walk.h"
#include "vcs/query/table_plan.h"
#include "vcs/query/table_services.h"
#include "vcs/query/table_version.h"
#include "vcs/row_reader.h"

namespace pvc {

/// A table's rows as a virtual table's columns show them.
struct TableView {
  /// Where a column of the virtual table comes from.
  struct Source {
    enum class Kind { kStored, kGenerated, kAbsent } kind = Kind::kAbsent;
    size_t index = 0;  ///< among the stored cells, or among the table's columns
  };

  TableVersion version;
  std::vector<Source> columns;
  KeyShape key;               ///< in terms of the virtual table's columns
  bool key_is_usable = true;  ///< false: a plan's choice means another key; all rows are read
  std::vector<IndexDefinition> indexes;  ///< by the number in plans
  std::vector<PlannedTable::Index> index_shapes;

  /// All columns of a table, as they are.
  static TableView Of(TableVersion version);
};

/// A pass over a table of one state.   Lifetime: the services outlive it.
class TableCursor : public VirtualCursor {
 public:
  explicit TableCursor(TableServices& services, std::shared_ptr<const TableView> view = nullptr)
      : services_(services), view_(std::move(view)) {}

  /// Starts over another view.   `values`: those of the plan.
  void Start(std::shared_ptr<const TableView> view, const FilterCall& call);

  void Filter(const FilterCall& call) override { Start(view_, call); }
  bool AtEnd() const override { return walk_->AtEnd(); }
  void Next() override;
  void Column(int column, ColumnResult& result) override;
  /// The table's, or Identity.
  int64_t Rowid() override;

  /// Nothing for a table without rowids.   Requires: !AtEnd().
  std::optional<int64_t> TableRowid();
  /// Tells a row from all others of the table, at other commits too.   Requires: !AtEnd().
  int64_t Identity();

 private:
  std::unique_ptr<RowWalk> MakeWalk(const TablePlan& plan, const FilterCall& call);
  RowReader& Row();

  TableServices& services_;
  std::shared_ptr<const TableView> view_;
  std::unique_ptr<RowReader> reader_;
  std::unique_ptr<RowWalk> walk_;
  bool has_row_ = false;  // reader_ is at the walk's row
  std::unique_ptr<GeneratedColumns> generated_;
  bool has_generated_ = false;  // generated_ has computed those of the walk's row
  uint32_t steps_ = 0;
};

}  // namespace pvc
