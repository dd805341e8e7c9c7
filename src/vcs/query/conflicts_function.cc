#include "vcs/query/conflicts_function.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "vcs/ascii_case.h"
#include "vcs/merge/conflict_kind.h"
#include "vcs/merge/conflict_list.h"
#include "vcs/merge/unfinished_merge.h"
#include "vcs/query/cell_result.h"
#include "vcs/query/sided_function.h"

namespace pvc {
namespace {

/// The conflicts of one table, with what reading them takes.
struct OpenConflicts {
  TableConflicts table;
  TextEncoding encoding = TextEncoding::kUtf8;
};

std::optional<OpenConflicts> FindConflicts(Repository& repository, const std::string& table) {
  const auto merge = FindUnfinishedMerge(repository.state());
  if (!merge) return std::nullopt;
  const auto& tables = merge->conflicts.tables;
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const TableConflicts& one) {
    return EqualIgnoringAsciiCase(one.name(), table);
  });
  if (found == tables.end()) return std::nullopt;
  return OpenConflicts{*found, repository.GetSnapshot(merge->ours).properties.encoding};
}

class ConflictRows final : public FunctionRows {
 public:
  ConflictRows(QueryScope& scope, std::shared_ptr<const SidedColumns> columns, OpenConflicts open,
               const FunctionCallValues& call)
      : scope_(scope), columns_(std::move(columns)), open_(std::move(open)) {
    Repository& repository = scope.repository();
    const HashKind hash_kind = repository.store().hash_kind();
    const StoredTable& layout = *open_.table.layout.table;
    cells_ = columns_->laid().CellsIn(layout, repository.nodes().source(), hash_kind);
    auto ranges = columns_->KeyRanges(layout.info, cells_, open_.encoding, call);
    if (!ranges) ranges.emplace(1);
    walk_.emplace(repository.nodes(), open_.table, open_.encoding, hash_kind, *std::move(ranges));
  }

  bool Next() override {
    scope_.Step();
    row_ = walk_->Next();
    return row_ != nullptr;
  }

  void Column(int column, ColumnResult& result) override {
    const auto place = columns_->PlaceOf(column);
    if (!place) return result.SetText(ConflictKindName(ConflictKindOf(row_->conflict)));
    const Row* row = place->side == 0 ? row_->base : place->side == 1 ? row_->ours : row_->theirs;
    const int cell = row == nullptr ? -1 : cells_[place->column];
    if (cell < 0) return result.SetNull();
    SetCell(result, row->cells[static_cast<size_t>(cell)], open_.encoding,
            scope_.repository().nodes().source());
  }

  bool AppendIdentity(Bytes& out) const override {
    out += row_->key;
    return true;
  }

 private:
  QueryScope& scope_;
  const std::shared_ptr<const SidedColumns> columns_;
  const OpenConflicts open_;
  std::vector<int> cells_;  // one a column of the function
  std::optional<ConflictWalk> walk_;
  const ConflictRow* row_ = nullptr;
};

}  // namespace

std::unique_ptr<VirtualTable> ConnectConflictsFunction(QueryScope& scope,
                                                       const CatalogEntry& table) {
  const std::string name = table.object.name;
  const auto now_open = FindConflicts(scope.repository(), name);
  auto columns = std::make_shared<const SidedColumns>(
      now_open ? now_open->table.layout : table, std::vector<FunctionColumn>{{"kind", "TEXT"}},
      std::vector<std::string>{"base_", "ours_", "theirs_"});
  return std::make_unique<SidedFunction>(
      columns, std::vector<std::string>{},
      [&scope, name, columns](const FunctionCallValues& call) -> std::unique_ptr<FunctionRows> {
        auto open = FindConflicts(scope.repository(), name);
        if (!open) return std::make_unique<ListedRows>(std::vector<ListedRows::ListedRow>{});
        return std::make_unique<ConflictRows>(scope, columns, *std::move(open), call);
      });
}

}  // namespace pvc
