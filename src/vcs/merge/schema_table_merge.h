#pragma once

#include "vcs/merge/schema_draft.h"

namespace pvc {

/// Merges one table's text into the draft, or takes one side of it, or refuses it: also where rows
/// of a side cannot be laid into the columns that both want.
///
/// Requires: a side at least has a table under `key`; the others may have something else.
/// Throws:   kCorrupt, kIo.
/// Cost:     O(text); O(changes) where a column is dropped; O(rows) where a key is changed.
void MergeTableSchema(SchemaDraft& draft, const ObjectKey& key);

}  // namespace pvc
