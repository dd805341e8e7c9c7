#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/environment.h"
#include "engine/node_reader.h"
#include "vcs/diff.h"

namespace pvc {

/// One side of a comparison.
struct DiffSide {
  std::string name;    ///< as people call it: "HEAD~1", "app.db"
  std::string commit;  ///< full id; "" for the working database
  /// The working database: what belongs to the file rather than to its content is not compared.
  bool is_working = false;
  Snapshot snapshot;
  /// Has what the snapshots of both sides refer to, if this is the later one.
  NodeReader* nodes = nullptr;
  std::shared_ptr<const void> keeps;  ///< what `nodes` reads from, when it is nobody else's

  ObjectSource& source() const { return nodes->source(); }
};

enum class DiffDetail {
  kSchema,
  kCounts,  ///< rows are compared to be counted
  kRows,
  kPatch,  ///< rows, so exactly that they make either side of the other; nothing of the file's own
};

/// A comparison that a renderer runs, once or more often: the changes stream, so what must be known
/// before them (counts, widths) costs a run of its own.
///
/// Lifetime: what it refers to outlives the renderer.
struct DiffInput {
  DiffSide before;
  DiffSide after;
  std::vector<DiffFilter> filters;
  HashKind hash_kind = HashKind::kBlake2b256;
  std::function<void(DiffSink& sink, DiffDetail detail)> run;
};

/// What a table's rows add up to.
struct TableOverview {
  std::string name;
  TableDiffCounts counts;
  uint64_t rows_before = 0;
  uint64_t rows_after = 0;
  bool is_new = false;
  bool is_removed = false;
  size_t key_columns = 0;  ///< width of the widest row key; 0 when rows were only counted

  uint64_t total() const { return counts.added + counts.removed + counts.changed; }
};

/// A comparison without its rows.
struct DiffOverview {
  std::vector<PropertyChange> properties;
  std::vector<SchemaChange> objects;
  std::vector<TableOverview> tables;

  bool empty() const { return properties.empty() && objects.empty() && tables.empty(); }
};

/// Runs the comparison for its totals.
DiffOverview ReadOverview(const DiffInput& input, DiffDetail detail = DiffDetail::kRows);

}  // namespace pvc
