#pragma once

#include <functional>
#include <map>
#include <string>

#include "cli/conflict_kind.h"
#include "cli/row_conflict_text.h"
#include "cli/terminal_text.h"
#include "vcs/merge/unfinished_merge.h"

namespace pvc {

/// The conflicts of an unfinished merge that a renderer runs through, once or more often.
///
/// Lifetime: what it refers to outlives the renderer.
struct ConflictsInput {
  const UnfinishedMerge& merge;
  TextEncoding encoding = TextEncoding::kUtf8;
  ObjectSource& source;
  /// Streams the conflicts asked for.
  std::function<void(ConflictSink& sink)> run;

  SideNames names() const { return {merge.ours_name, merge.theirs_name}; }
};

/// What the conflicts of a table add up to.
struct TableConflictOverview {
  ConflictCounts counts;
  size_t key_columns = 0;  ///< width of the widest row key
};

/// Conflicts without their rows.
struct ConflictsOverview {
  uint64_t schema = 0;
  std::map<std::string, TableConflictOverview> tables;  ///< by name, those with rows

  bool empty() const { return schema == 0 && tables.empty(); }
};

/// Runs through the conflicts for their totals.
ConflictsOverview ReadConflictsOverview(const ConflictsInput& input);

/// Whether any conflict is open among those asked for.
enum class ConflictsOutcome { kNone, kOpen };

/// What people read: conflicts of the schema, then a line per table, and each row below it.
/// `columns`: width to lay out for.
ConflictsOutcome RenderConflictsText(Painter& out, size_t columns, const ConflictsInput& input);
/// A line for the schema and one per table: how many of each kind.
ConflictsOutcome RenderConflictsSummary(Painter& out, const ConflictsInput& input);
/// One document; null: nothing is unfinished.   Format: docs/json.md, "pvc.conflicts/v1".
ConflictsOutcome RenderConflictsJson(TextWriter& out, const ConflictsInput* input);
/// One conflict a line.   Format: docs/json.md, "pvc.conflict-event/v1".
ConflictsOutcome RenderConflictsJsonl(TextWriter& out, const ConflictsInput* input);

}  // namespace pvc
