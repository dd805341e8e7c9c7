#pragma once

#include <vector>

#include "vcs/diff.h"
#include "vcs/key_filter.h"

namespace pvc {

/// Compares the rows of one table, or of one side's table alone, and hands `sink` what differs
/// between BeginTable and EndTable; nothing when nothing does.
///
/// Rows go by the table's key while both sides have the same one. When it changed (identity, key
/// columns, collations, or the text encoding below a key), rows of equal content still match; all
/// others are removed and added. Rows of a rowid table with NULL in their key are compared by
/// content and come after all others.
///
/// `nodes` reads both sides; the repository lends its hash and room for temporary files.
/// `object_after`: the table's schema object, for defaults of columns added; null without one.
/// `rows`: null means all. By key, a row of a table without key is what is at that rowid.
/// Throws: kCorrupt, kIo.
/// Cost: O(changes); O(rows) when columns moved, the key or the encoding changed.
void DiffTableRows(Repository& repository, NodeReader& nodes, const TableDiff& table,
                   const SchemaObject* object_after, const DiffSelection::Rows* rows,
                   DiffSink& sink);

}  // namespace pvc
