#pragma once

#include <set>
#include <string>

#include "vcs/merge/row_merge.h"
#include "vcs/merge/schema_merge.h"

namespace pvc {

/// A table whose rows were merged.
struct MergedTable {
  MergedObject object;                       ///< its entry has the merged rows
  RowsOfSides sides;                         ///< in the merged layout
  Tree conflicts;                            ///< row key -> RowConflict
  std::set<std::string> new_unique_indexes;  ///< UNIQUE indexes that a side does not have
};

}  // namespace pvc
