#pragma once

#include <string>
#include <vector>

#include "vcs/catalog.h"
#include "vcs/merge/row_merge.h"

namespace pvc {

/// The stored columns of `before` that `after` does not have.
std::vector<std::string> DroppedColumns(const TableInfo& before, const TableInfo& after);

/// Of the columns named, those in which a side changed a value that base had: rows that the side
/// added or removed do not count.
///
/// Requires: both entries hold rows, by the same key.   Cost: O(changes); O(rows) when the layouts
/// differ in more than columns behind all others.
std::vector<std::string> ChangedColumns(const RowMergeContext& context, const CatalogEntry& base,
                                        const CatalogEntry& side,
                                        const std::vector<std::string>& columns);

}  // namespace pvc
