#pragma once

#include <vector>

#include "sqlite/database.h"
#include "vcs/merge/merged_table.h"

namespace pvc {

/// Whether both sides knew the foreign keys of a table.
enum class ForeignKeysAre { kKnown, kNewToASide };

/// Finds rows of a merged table whose foreign keys point at rows that the other side removed or,
/// where a side did not know the foreign key, at rows that are not there. They become conflicts and
/// stay.
///
/// `catalog`: the merged database's entries; `tables`: those whose rows were merged.
/// Requires: `child` is one of `tables`, and in `db`, empty, in a write transaction.
/// Throws:   kCorrupt, kIo.
/// Cost:     O(changes of the table and of those it refers to); O(rows) of these for a new key.
void CheckForeignKeys(const RowMergeContext& context, const std::vector<CatalogEntry>& catalog,
                      const std::vector<MergedTable>& tables, ForeignKeysAre keys_are, Database& db,
                      MergedTable& child);

}  // namespace pvc
