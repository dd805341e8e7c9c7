#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vcs/merge/row_merge.h"

namespace pvc {

/// A part of a table that both sides changed differently.
struct TableTextConflict {
  std::string column;  ///< empty: not of one column
  std::string reason;  ///< "both changed its definition"
};

struct MergedTableText {
  std::string sql;  ///< valid when there are no conflicts
  std::vector<TableTextConflict> conflicts;
  /// A column that one side dropped is there, because the side that changed it was favoured.
  bool keeps_dropped_column = false;
};

/// Merges the CREATE TABLE text of two sides that both changed it. Columns stand as in ours, those
/// that theirs added behind all others, in their order.
///
/// Columns go by their names; table constraints by what they are about: their name, PRIMARY KEY,
/// the columns of a FOREIGN KEY, else their tokens; STRICT and WITHOUT ROWID each by itself.
///
/// `base` empty: both sides made the table. `favor` settles what both changed differently.
/// What cannot be read as columns and constraints is one conflict.
MergedTableText MergeTableText(std::string_view base, std::string_view ours,
                               std::string_view theirs, FavoredSide favor);

}  // namespace pvc
