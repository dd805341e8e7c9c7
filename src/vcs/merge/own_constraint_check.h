#pragma once

#include <optional>
#include <string>

#include "sqlite/database.h"
#include "vcs/merge/merged_table.h"

namespace pvc {

struct OwnConstraintScope {
  bool all_rows = false;    ///< a side did not know a UNIQUE: rows that nobody touched may meet
  bool is_new = false;      ///< a side did not know a constraint: its rows may break it
  bool is_of_both = false;  ///< both sides changed the table's text
};

/// Checks NOT NULL, CHECK and UNIQUE of one merged table. Rows that came in and break one become
/// conflicts and go back to what ours has.
///
/// Requires: the table and its UNIQUE indexes are in `db`, empty, in a write transaction.
/// Returns:  why the table cannot be merged, if rows of ours break what is new to them.
/// Throws:   kCorrupt, kIo; kUnsupported for rows that meet in an index over an expression in a way
///           that cannot be told apart.
std::optional<std::string> CheckOwnConstraints(const RowMergeContext& context, Database& db,
                                               MergedTable& table, OwnConstraintScope scope);

}  // namespace pvc
