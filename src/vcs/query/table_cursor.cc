#include "vcs/query/table_cursor.h"

#include <algorithm>
#include <utility>

#include "vcs/query/cell_result.h"
#include "vcs/query/index_cache.h"
#include "vcs/query/index_walk.h"

namespace pvc {
namespace {

/// Rows between two questions whether to stop, for what SQLite does not ask itself.
constexpr uint32_t kRowsPerStep = 4096;

/// Of a table that an index would name more than this part of, all rows are read.
constexpr uint64_t kWorthwhilePart = 8;

ScanDirection DirectionOf(TablePlan::Order order) {
  return order == TablePlan::Order::kDescending ? ScanDirection::kBackward
                                                : ScanDirection::kForward;
}

}  // namespace

TableView TableView::Of(TableVersion version) {
  TableView view;
  const TableInfo& info = version.table().info;
  std::vector<int> declared_of;
  size_t cell = 0;
  for (size_t i = 0; i < info.columns.size(); ++i) {
    declared_of.push_back(static_cast<int>(i));
    if (info.columns[i].is_generated) {
      view.columns.push_back({Source::Kind::kGenerated, i});
    } else {
      view.columns.push_back({Source::Kind::kStored, cell++});
    }
  }
  view.key = KeyShape::OfTable(info, version.encoding(), declared_of, !info.without_rowid);
  view.version = std::move(version);
  return view;
}

std::unique_ptr<RowWalk> TableCursor::MakeWalk(const TablePlan& plan, const FilterCall& call) {
  const TableVersion& version = view_->version;
  NodeReader& nodes = *version.side.nodes;
  const Tree& rows = version.table().rows;
  const std::span<const Value> values = call.arguments;
  const ScanDirection direction = DirectionOf(plan.order);
  const ScanUse use = plan.counts_only ? ScanUse::kCountOnly : ScanUse::kEntries;

  if (plan.access == TablePlan::Access::kIndex && version.side.working == nullptr) {
    const KeyShape& shape = view_->index_shapes[plan.index_number].shape;
    const IndexDefinition& definition = view_->indexes[plan.index_number];
    std::vector<KeyRange> ranges = KeyRangesFor(shape, plan.choice, values, call.encoding);
    if (ranges.empty()) return WalkScan({nodes, rows, {}, direction, use});
    const auto index = services_.indexes->Find(version.table(), version.encoding(), definition,
                                               [this] { services_.scope.Step(); });
    if (index) {
      IndexCursor cursor(services_.indexes->nodes(), *index);
      uint64_t count = 0;
      for (const KeyRange& range : ranges) count += cursor.Count(range);
      if (count <= rows.entry_count / kWorthwhilePart + 1) {
        return WalkIndex(*services_.indexes, *index, version, std::move(ranges));
      }
    }
  }
  std::vector<KeyRange> ranges = {KeyRange{}};
  if (plan.access == TablePlan::Access::kKey && view_->key_is_usable) {
    ranges = KeyRangesFor(view_->key, plan.choice, values, call.encoding);
  }
  RangeScan scan(nodes, rows, std::move(ranges), direction, use);
  if (plan.order == TablePlan::Order::kAny || view_->key.is_rowid) return WalkScan(std::move(scan));
  const size_t equal_count = CountEqualities(plan.choice);
  const bool is_mixed =
      equal_count > 0 && !HoldsOnePoint(view_->key, plan.choice, values, call.encoding);
  return WalkInOrder(services_.scope, version, std::move(scan), direction,
                     plan.orders_whole ? 0 : equal_count, is_mixed);
}

void TableCursor::Start(std::shared_ptr<const TableView> view, const FilterCall& call) {
  if (reader_ == nullptr || view != view_) {
    reader_ = std::make_unique<RowReader>(view->version.table().info);
    generated_ = nullptr;
  }
  view_ = std::move(view);
  walk_ = nullptr;
  has_row_ = false;
  has_generated_ = false;
  walk_ = MakeWalk(TablePlan::Parse(call.plan), call);
}

void TableCursor::Next() {
  if (++steps_ % kRowsPerStep == 0) services_.scope.Step();
  has_row_ = false;
  has_generated_ = false;
  walk_->Next();
}

RowReader& TableCursor::Row() {
  if (!has_row_) {
    const ByteView key = walk_->key();
    reader_->SetRow(key, walk_->value());
    has_row_ = true;
  }
  return *reader_;
}

void TableCursor::Column(int column, ColumnResult& result) {
  const TableView::Source& source = view_->columns[static_cast<size_t>(column)];
  const TableVersion& version = view_->version;
  switch (source.kind) {
    case TableView::Source::Kind::kAbsent:
      return result.SetNull();
    case TableView::Source::Kind::kStored:
      return SetCell(result, Row().ReadCell(source.index), version.encoding(),
                     version.side.nodes->source());
    case TableView::Source::Kind::kGenerated:
      break;
  }
  if (generated_ == nullptr) {
    generated_ =
        std::make_unique<GeneratedColumns>(version.entry.object, version.table().info,
                                           version.encoding(), version.side.nodes->source());
  }
  if (!has_generated_) generated_->Compute(Row());
  has_generated_ = true;
  result.Set(generated_->value(source.index), version.encoding());
}

int64_t TableCursor::Rowid() {
  const auto rowid = TableRowid();
  return rowid ? *rowid : Identity();
}

std::optional<int64_t> TableCursor::TableRowid() {
  if (view_->version.table().info.without_rowid) return std::nullopt;
  return Row().Rowid();
}

int64_t TableCursor::Identity() {
  Bytes identity;
  if (const auto& commit = view_->version.side.commit) identity += commit->id.View();
  identity += walk_->key();
  return RowidOfIdentity(identity);
}

}  // namespace pvc
