#pragma once

#include <map>
#include <string>
#include <vector>

#include "vcs/merge/merged_table.h"

namespace pvc {

/// Tables that cannot be merged because rows of ours break what theirs demands: name -> reason.
using RefusedTables = std::map<std::string, std::string>;

/// Checks rows that came together against NOT NULL, CHECK, UNIQUE and foreign keys, by having
/// SQLite insert those that either side touched into a scratch database.
///
/// Each side's rows are taken to satisfy its own constraints, so that a violation has a touched row
/// on both ends. A row that came in and breaks a constraint becomes a conflict, and is as ours has
/// it from then on; a row whose foreign key points at a row that the other side removed becomes a
/// conflict and stays.
///
/// `catalog`: the merged database's entries.
/// Returns: tables to merge anew as ours has them.
/// Throws:  kCorrupt, kIo.
/// Cost:    O(changes of both sides); O(rows) where a side did not know a constraint, or where
/// cells
///          of a UNIQUE tuple came from both sides. Bounded memory.
RefusedTables CheckConstraints(const RowMergeContext& context,
                               const std::vector<CatalogEntry>& catalog,
                               std::vector<MergedTable>& tables);

}  // namespace pvc
