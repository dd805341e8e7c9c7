#include "vcs/query/history_function.h"

#include <string>
#include <utility>
#include <vector>

#include "vcs/query/cell_result.h"
#include "vcs/query/commit_columns.h"
#include "vcs/query/sided_function.h"
#include "vcs/revision.h"
#include "vcs/row_history.h"
#include "vcs/typed_literal.h"

namespace pvc {
namespace {

/// What all calls of one function share.
struct HistoryTarget {
  QueryScope& scope;
  std::string table;
  std::shared_ptr<const SidedColumns> columns;
};

std::string_view DiffType(ChangeKind kind) {
  return kind == ChangeKind::kAdded     ? "added"
         : kind == ChangeKind::kRemoved ? "removed"
                                        : "modified";
}

std::vector<int> CellsIn(const HistoryTarget& target, const PastLayout& layout) {
  Repository& repository = target.scope.repository();
  return target.columns->laid().CellsIn({layout.info(), {}}, repository.nodes().source(),
                                        repository.store().hash_kind());
}

/// A call's constraints on the key, kept while rows are read.
class KeyCall {
 public:
  explicit KeyCall(const FunctionCallValues& call)
      : plan_(call.plan), encoding_(call.filter->encoding) {
    for (const Value& value : call.arguments) values_.push_back(OwnedValue::Of(value));
  }

  bool empty() const { return plan_.empty(); }

  std::optional<std::vector<KeyRange>> RangesIn(const HistoryTarget& target,
                                                const PastLayout& layout) const {
    std::vector<Value> values;
    for (const OwnedValue& value : values_) values.push_back(value.View());
    FilterCall filter;
    filter.encoding = encoding_;
    FunctionCallValues call;
    call.filter = &filter;
    call.plan = plan_;
    call.arguments = values;
    return target.columns->KeyRanges(layout.info(), CellsIn(target, layout), layout.encoding, call);
  }

 private:
  std::string plan_;
  TextEncoding encoding_;
  std::vector<OwnedValue> values_;
};

RowHistory::Options OptionsOf(const HistoryTarget& target, const FunctionCallValues& call) {
  QueryScope& scope = target.scope;
  // The working database is at HEAD.
  const std::string base = scope.base() == QueryScope::kWorking ? "HEAD" : scope.base();
  RevisionRange range =
      ResolveRange(scope.repository(), {call.parameters[0].value_or(base)}, scope.Now());
  RowHistory::Options options;
  options.from = std::move(range.from);
  options.without = std::move(range.without);
  options.on_step = [&scope] { scope.Step(); };
  KeyCall key(call);
  if (!key.empty()) {
    options.ranges = [target, key = std::move(key)](const PastLayout& layout) {
      return key.RangesIn(target, layout);
    };
  }
  return options;
}

class HistoryRows final : public FunctionRows {
 public:
  HistoryRows(const HistoryTarget& target, const FunctionCallValues& call)
      : target_(target),
        history_(target.scope.repository(), target.table, OptionsOf(target, call)) {}

  bool Next() override { return history_.Next(); }

  void Column(int column, ColumnResult& result) override {
    if (const auto place = target_.columns->PlaceOf(column))
      return SetStored(place->column, result);
    const size_t own = target_.columns->OwnPlaceOf(column);
    if (own == kCommitColumnCount) return result.SetText(DiffType(history_.change().kind));
    SetCommitColumn(own, history_.commit_id(), history_.commit(), result);
  }

  bool AppendIdentity(Bytes& out) const override {
    out += history_.commit_id().id.View();
    AppendU8(out, static_cast<uint8_t>(history_.change().kind));
    out += history_.change().key;
    return true;
  }

 private:
  void SetStored(size_t column, ColumnResult& result) {
    const RowChange& change = history_.change();
    const bool is_removed = change.after == nullptr;
    const auto& layout = is_removed ? history_.layout_before() : history_.layout_after();
    if (laid_ != layout) {
      cells_ = CellsIn(target_, *layout);
      laid_ = layout;
    }
    if (cells_[column] < 0) return result.SetNull();
    const Row& row = is_removed ? *change.before : *change.after;
    SetCell(result, row.cells[static_cast<size_t>(cells_[column])], layout->encoding,
            target_.scope.repository().nodes().source());
  }

  const HistoryTarget target_;
  RowHistory history_;
  std::shared_ptr<const PastLayout> laid_;  // the layout that cells_ are of
  std::vector<int> cells_;
};

}  // namespace

std::unique_ptr<VirtualTable> ConnectHistoryFunction(QueryScope& scope, const CatalogEntry& table) {
  std::vector<FunctionColumn> own = CommitColumns();
  own.push_back({"diff_type", "TEXT"});
  auto columns = std::make_shared<const SidedColumns>(
      table, std::move(own), std::vector<std::string>{""}, SidedColumns::OwnPlace::kBehind);
  HistoryTarget target{scope, table.object.name, columns};
  return std::make_unique<SidedFunction>(
      std::move(columns), std::vector<std::string>{"revision"},
      [target = std::move(target)](const FunctionCallValues& call) {
        return std::make_unique<HistoryRows>(target, call);
      });
}

}  // namespace pvc
