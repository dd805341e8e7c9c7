#pragma once

#include "vcs/merge/row_merge.h"

namespace pvc {

/// MergeRows for tables whose rowid is neither key nor content: those without a PRIMARY KEY, and
/// rowid tables with another PRIMARY KEY than the rowid.
MergedRows MergeLooseRows(const RowMergeContext& context, const TableInfo& info,
                          const RowsOfSides& sides);

}  // namespace pvc
