#include "vcs/query/blame_function.h"

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "vcs/blame.h"
#include "vcs/query/cell_result.h"
#include "vcs/query/commit_columns.h"
#include "vcs/query/range_scan.h"
#include "vcs/query/sided_function.h"
#include "vcs/query/table_version.h"
#include "vcs/row_reader.h"

namespace pvc {
namespace {

/// What all calls of one function share.
struct BlameTarget {
  QueryScope& scope;
  std::string table;
  std::shared_ptr<const SidedColumns> columns;
};

TableVersion TableAt(const BlameTarget& target, const FunctionCallValues& call) {
  std::string revision = target.scope.base();
  if (call.parameters[0]) {
    revision = *call.parameters[0];
    if (revision == QueryScope::kWorking) {
      throw Error(ErrorKind::kUnsupported, "what is not committed has no commit to name")
          .AddHint("name a revision: HEAD, a branch, a tag");
    }
  } else if (revision == QueryScope::kWorking) {
    revision = "HEAD";
  }
  return FindTableVersion(target.scope.Side(revision), target.table);
}

class BlameRows final : public FunctionRows {
 public:
  BlameRows(const BlameTarget& target, const FunctionCallValues& call)
      : target_(target),
        table_(TableAt(target, call)),
        cells_(target.columns->laid().CellsIn(table_.table(), table_.side.nodes->source(),
                                              target.scope.repository().store().hash_kind())),
        ranges_(target.columns->KeyRanges(table_.table().info, cells_, table_.encoding(), call)
                    .value_or(std::vector{KeyRange{}})),
        blame_(
            target.scope.repository(), *table_.side.commit, table_.entry,
            [this] { target_.scope.Step(); }, ranges_),
        scan_(*table_.side.nodes, table_.table().rows, ranges_, ScanDirection::kForward,
              ScanUse::kEntries),
        reader_(table_.table().info) {}

  bool Next() override {
    target_.scope.Step();
    if (has_begun_) scan_.Next();
    has_begun_ = true;
    if (scan_.AtEnd()) return false;
    key_ = scan_.key();
    reader_.SetRow(key_, scan_.value());
    commit_ = nullptr;
    return true;
  }

  void Column(int column, ColumnResult& result) override {
    if (const auto place = target_.columns->PlaceOf(column)) {
      const int cell = cells_[place->column];
      if (cell < 0) return result.SetNull();
      return SetCell(result, reader_.ReadCell(static_cast<size_t>(cell)), table_.encoding(),
                     table_.side.nodes->source());
    }
    if (commit_ == nullptr) commit_ = &*blame_.commits().find(blame_.CommitOf(key_));
    SetCommitColumn(target_.columns->OwnPlaceOf(column), commit_->first, commit_->second, result);
  }

  bool AppendIdentity(Bytes& out) const override {
    out += key_;
    return true;
  }

 private:
  const BlameTarget target_;
  const TableVersion table_;
  const std::vector<int> cells_;
  const std::vector<KeyRange> ranges_;
  const TableBlame blame_;
  RangeScan scan_;
  RowReader reader_;
  ByteView key_;
  bool has_begun_ = false;
  const std::pair<const CommitId, Commit>* commit_ = nullptr;  // the row's, once it is asked for
};

}  // namespace

std::unique_ptr<VirtualTable> ConnectBlameFunction(QueryScope& scope, const CatalogEntry& table) {
  auto columns = std::make_shared<const SidedColumns>(
      table, CommitColumns(), std::vector<std::string>{""}, SidedColumns::OwnPlace::kBehind);
  BlameTarget target{scope, table.object.name, columns};
  return std::make_unique<SidedFunction>(
      std::move(columns), std::vector<std::string>{"revision"},
      [target = std::move(target)](const FunctionCallValues& call) {
        return std::make_unique<BlameRows>(target, call);
      });
}

}  // namespace pvc
