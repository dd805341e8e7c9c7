#include "vcs/merge/table_outcome.h"

#include <algorithm>
#include <utility>

#include "engine/tree_cursor.h"

namespace pvc {
namespace {

constexpr size_t kMaxRecorded = 4096;

}  // namespace

std::optional<Bytes> ValueAt(NodeReader& nodes, const Tree& rows, ByteView key) {
  Bytes value;
  if (rows.empty() || !Lookup(nodes, rows, key, value)) return std::nullopt;
  return value;
}

TableOutcome::TableOutcome(const RowMergeContext& context, MergedTable& table)
    : nodes_(context.nodes),
      table_(table),
      rows_(context.nodes, context.sink, table.object.entry.table->rows),
      conflicts_(context.nodes, context.sink, table.conflicts) {}

void TableOutcome::Record(ByteView key, ByteView merged, const Violation& violation) {
  RowConflict conflict;
  const Bytes id(key);
  if (const auto earlier = recorded_.find(id); earlier != recorded_.end()) {
    conflict = earlier->second;
  } else if (const auto stored = ValueAt(nodes_, table_.conflicts, key)) {
    conflict = DecodeRowConflict(*stored);
  } else {
    conflict.ours = ValueAt(nodes_, table_.sides.ours, key);
    if (conflict.ours) {
      conflict.base = ValueAt(nodes_, table_.sides.base, key);
      conflict.theirs = ValueAt(nodes_, table_.sides.theirs, key);
    }
    if (!conflict.theirs) conflict.theirs = Bytes(merged);
  }
  // The row as a whole is to be settled.
  conflict.open_cells.clear();
  if (std::find(conflict.violations.begin(), conflict.violations.end(), violation) ==
      conflict.violations.end()) {
    conflict.violations.push_back(violation);
  }
  conflicts_.Put(key, EncodeRowConflict(conflict));
  if (recorded_.size() < kMaxRecorded) recorded_[id] = std::move(conflict);
}

void TableOutcome::GiveBack(ByteView key, const std::optional<Bytes>& ours) {
  if (ours) {
    rows_.Put(key, *ours);
  } else {
    rows_.Delete(key);
  }
  has_given_back_ = true;
}

void TableOutcome::Finish() {
  if (has_given_back_) table_.object.entry.table->rows = rows_.Finish();
  table_.conflicts = conflicts_.Finish();
}

}  // namespace pvc
