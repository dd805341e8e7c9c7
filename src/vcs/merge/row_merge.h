#pragma once

#include "engine/node_reader.h"
#include "engine/object_io.h"
#include "sqlite/schema.h"
#include "vcs/merge/json_columns.h"
#include "vcs/repository.h"

namespace pvc {

/// Which side settles what both changed.
enum class FavoredSide : uint8_t { kNone = 0, kOurs = 1, kTheirs = 2 };

/// What merging rows of any table takes.
/// Lifetime: all it refers to outlives the merge.
struct RowMergeContext {
  Repository& repository;  ///< lends its hash and room for temporary files
  NodeReader& nodes;       ///< reads all sides, and what is put into `sink`
  ObjectSink& sink;
  TextEncoding encoding = TextEncoding::kUtf8;  ///< of all sides
  FavoredSide favor = FavoredSide::kNone;
  JsonColumns json;
};

/// Rows of one table on three sides, all in one layout. A side without the table has no rows.
struct RowsOfSides {
  Tree base;
  Tree ours;
  Tree theirs;
};

struct MergedRows {
  Tree rows;
  Tree conflicts;  ///< row key -> RowConflict
};

/// Merges the rows of one table; docs/merge.md says what becomes of which pair of changes.
///
/// Rows go by the table's key. Tables without one merge as multisets: rows of equal content are the
/// same wherever they are, what both sides added alike is there once, and a row that one side
/// changed is the row at its rowid. Rowids that are no key are kept; a row that comes in with one
/// that is in use takes another.
///
/// Throws: kCorrupt, kIo; kUnsupported when a table has no rowid left.
/// Cost:   O(changes of both sides * height), sorted on disk for rows without key; O(rows) when a
///         free rowid has to be found in a table whose key is another. Memory is bounded.
MergedRows MergeRows(const RowMergeContext& context, const TableInfo& info,
                     const RowsOfSides& sides);

}  // namespace pvc
