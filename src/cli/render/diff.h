#pragma once

#include "cli/render/diff_input.h"
#include "cli/terminal_text.h"

namespace pvc {

/// Whether a comparison found anything.
enum class DiffOutcome { kEqual, kDifferent };

/// What people read: a line per table, one per row, then the schema.
/// `columns`: width to lay out for. Long rows wrap, all rows are shown.
DiffOutcome RenderDiffText(Painter& out, size_t columns, const DiffInput& input);
/// A histogram line per table, and totals.
DiffOutcome RenderDiffStat(Painter& out, size_t columns, const DiffInput& input);
/// The same of what is known already.
void PutDiffStat(Painter& out, size_t columns, const DiffOverview& overview);
/// Names of tables whose rows or schema differ, one a line.
DiffOutcome RenderDiffNames(Painter& out, const DiffInput& input);
/// One document.   Format: docs/json.md, "pvc.diff/v1".
DiffOutcome RenderDiffJson(TextWriter& out, const DiffInput& input);
/// One event a line.   Format: docs/json.md, "pvc.diff-event/v1".
DiffOutcome RenderDiffJsonl(TextWriter& out, const DiffInput& input);
/// SQL that turns `before` into `after`, losslessly, when a stock SQLite runs it.
/// Throws: kUnsupported naming what SQL cannot do (change the encoding; reach hidden rowids).
DiffOutcome RenderDiffSql(TextWriter& out, const DiffInput& input);

}  // namespace pvc
