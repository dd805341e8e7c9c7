#pragma once

#include <memory>
#include <vector>

#include "vcs/query/derived_index.h"
#include "vcs/query/index_cache.h"
#include "vcs/query/row_walk.h"

namespace pvc {

/// Walks the rows that an index has within ranges of components.
///
/// Lifetime: cache and version outlive it.
/// Throws:   from its members, kCorrupt when the index names a row that the table does not have;
/// the
///           cache is thrown away then.
std::unique_ptr<RowWalk> WalkIndex(IndexCache& cache, const Tree& index,
                                   const TableVersion& version, std::vector<KeyRange> ranges);

}  // namespace pvc
