#pragma once

#include <vector>

#include "vcs/patch/row_spool.h"

namespace pvc {

/// Where a stored column of a table's new layout comes from.
struct ColumnSource {
  int before = -1;  ///< index among the stored columns before; -1: every row gets `fill`
  OwnedValue fill;  ///< text in the database's encoding
};

/// Lays the rows of a table out anew. Rows keep their rowid where both layouts have one.
///
/// `columns`: one a stored column of `after`.
/// Throws: kInvalid when two rows get the same key, or one a key that cannot be; kCorrupt, kIo.
/// Cost:   O(rows log rows) on disk; none where columns were only added at the end.
Tree ConvertTable(PatchWorkshop& shop, const StoredTable& before, const TableInfo& after,
                  const std::vector<ColumnSource>& columns);

}  // namespace pvc
