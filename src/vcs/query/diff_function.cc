#include "vcs/query/diff_function.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "vcs/layout_map.h"
#include "vcs/query/cell_result.h"
#include "vcs/query/side_pair.h"
#include "vcs/query/sided_function.h"
#include "vcs/row_diff.h"

namespace pvc {
namespace {

enum OwnColumn : int { kDiffType, kFromCommit, kToCommit };

std::string_view DiffType(ChangeKind kind) {
  return kind == ChangeKind::kAdded     ? "added"
         : kind == ChangeKind::kRemoved ? "removed"
                                        : "modified";
}

/// What all calls of one function share.
struct DiffTarget {
  QueryScope& scope;
  std::string table;
  std::shared_ptr<const SidedColumns> columns;
};

class DiffRows final : public FunctionRows {
 public:
  DiffRows(DiffTarget target, const FunctionCallValues& call)
      : target_(std::move(target)),
        sides_(ReadSidePair(target_.scope, call.parameters[0], call.parameters[1])),
        nodes_(sides_.nodes()) {
    table_.name = target_.table;
    ReadSide(sides_.from, from_, table_.before, table_.encoding_before);
    ReadSide(sides_.to, to_, table_.after, table_.encoding_after);
    if (!table_.before && !table_.after) ThrowNoTable();
    if (table_.before && table_.after) FollowRenames();
    if (table_.before == table_.after) return;
    diff_.emplace(target_.scope.repository(), nodes_, table_,
                  to_.entry ? &to_.entry->object : nullptr,
                  RowDiff::Options{nullptr, [this] { target_.scope.Step(); }});
    if (auto ranges = KeyRanges(call)) diff_->Restrict(*std::move(ranges));
  }

  bool Next() override { return diff_ && diff_->Next(change_); }

  void Column(int column, ColumnResult& result) override {
    if (const auto place = target_.columns->PlaceOf(column)) return SetSided(*place, result);
    if (column == kDiffType) return result.SetText(DiffType(change_.kind));
    const auto name = NameOfState(column == kFromCommit ? sides_.from : sides_.to);
    return name ? result.SetText(*name) : result.SetNull();
  }

  bool AppendIdentity(Bytes& out) const override {
    AppendU8(out, static_cast<uint8_t>(change_.kind));
    out += change_.key;
    return true;
  }

 private:
  /// One side's table.
  struct TableSide {
    std::optional<CatalogEntry> entry;
    std::vector<int> cells;  // one a column of the function
  };

  void ReadSide(const QuerySide& side, TableSide& table, std::optional<StoredTable>& rows,
                TextEncoding& encoding) {
    encoding = side.snapshot.properties.encoding;
    table.entry = FindTable(nodes_, side.snapshot.catalog, target_.table);
    if (!table.entry) return;
    rows = table.entry->table;
    table.cells = target_.columns->laid().CellsIn(*rows, nodes_.source(), hash_kind());
  }

  // A column that one side alone has in common with the function is that of the other side which it
  // is compared with.
  void FollowRenames() {
    const LayoutMap map(table_, nodes_.source(), hash_kind());
    std::vector<int>& before = from_.cells;
    std::vector<int>& after = to_.cells;
    for (size_t cell = 0; cell < map.column_map().size(); ++cell) {
      const int other = map.column_map()[cell];
      const auto in_before = std::find(before.begin(), before.end(), other) - before.begin();
      const auto in_after =
          std::find(after.begin(), after.end(), static_cast<int>(cell)) - after.begin();
      const auto count = static_cast<ptrdiff_t>(before.size());
      if (other < 0 || (in_before < count) == (in_after < count)) continue;
      const auto place = static_cast<size_t>(std::min(in_before, in_after));
      if (before[place] < 0) before[place] = other;
      if (after[place] < 0) after[place] = static_cast<int>(cell);
    }
  }

  HashKind hash_kind() { return target_.scope.repository().store().hash_kind(); }

  [[noreturn]] void ThrowNoTable() {
    std::vector<std::string> names;
    for (const QuerySide* side : {&sides_.from, &sides_.to}) {
      for (const CatalogEntry& entry : ReadCatalog(nodes_, side->snapshot.catalog)) {
        if (entry.table) names.push_back(entry.object.name);
      }
    }
    throw NoTableError(target_.table, names);
  }

  // Nothing: all rows are to be compared.
  std::optional<std::vector<KeyRange>> KeyRanges(const FunctionCallValues& call) const {
    if (!diff_->GoesByKey()) return std::nullopt;
    const auto ranges_of = [&](const TableSide& side, TextEncoding encoding) {
      return target_.columns->KeyRanges(side.entry->table->info, side.cells, encoding, call);
    };
    if (!to_.entry) return ranges_of(from_, table_.encoding_before);
    if (from_.entry && !ranges_of(from_, table_.encoding_before)) return std::nullopt;
    return ranges_of(to_, table_.encoding_after);
  }

  void SetSided(const SidedColumns::Place& place, ColumnResult& result) {
    const bool is_from = place.side == 0;
    const Row* row = is_from ? change_.before : change_.after;
    const int cell = row == nullptr ? -1 : (is_from ? from_ : to_).cells[place.column];
    if (cell < 0) return result.SetNull();
    SetCell(result, row->cells[static_cast<size_t>(cell)],
            is_from ? table_.encoding_before : table_.encoding_after, nodes_.source());
  }

  const DiffTarget target_;
  const SidePair sides_;
  NodeReader& nodes_;
  TableDiff table_;
  TableSide from_;
  TableSide to_;
  std::optional<RowDiff> diff_;  // nothing: both sides are alike
  RowChange change_;
};

}  // namespace

std::unique_ptr<VirtualTable> ConnectDiffFunction(QueryScope& scope, const CatalogEntry& table) {
  std::vector<FunctionColumn> own = {
      {"diff_type", "TEXT"}, {"from_commit", "TEXT"}, {"to_commit", "TEXT"}};
  auto columns = std::make_shared<const SidedColumns>(table, std::move(own),
                                                      std::vector<std::string>{"from_", "to_"});
  DiffTarget target{scope, table.object.name, columns};
  return std::make_unique<SidedFunction>(
      std::move(columns), std::vector<std::string>{"from", "to"},
      [target = std::move(target)](const FunctionCallValues& call) {
        return std::make_unique<DiffRows>(target, call);
      });
}

}  // namespace pvc
