#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vcs/catalog.h"
#include "vcs/merge/conflict.h"
#include "vcs/merge/row_merge.h"
#include "vcs/repository.h"
#include "vcs/snapshot.h"

namespace pvc {

/// A schema object of the merged database.
struct MergedObject {
  CatalogEntry entry;  ///< with its rank; a table's rows count only if it is whole
  /// The sides' entries, with renames of other sides applied; nothing where a side has none.
  std::optional<CatalogEntry> base;
  std::optional<CatalogEntry> ours;
  std::optional<CatalogEntry> theirs;
  /// Taken from one side with its rows, which are not merged.
  bool is_whole = false;
};

struct MergedSchema {
  std::vector<MergedObject> objects;  ///< by rank
  DatabaseProperties properties;
  std::vector<SchemaConflict> conflicts;
};

/// What was decided about schema objects and properties beforehand; names folded.
struct SchemaDecisions {
  std::map<std::string, FavoredSide> choices;  ///< conflicts that were settled
  std::map<std::string, std::string> refused;  ///< tables that cannot be merged, and why
};

/// Merges properties and schema objects of two descendants of `base`; docs/merge.md has every pair
/// of changes. An object that cannot be merged is as in ours, a table with its indexes and
/// triggers, and is a conflict.
///
/// `context.favor` settles all conflicts, `decisions` those of the objects named.
/// Throws: kUnsupported when the text encodings differ; kCorrupt, kIo.
/// Cost:   O(objects); when both sides changed the schema, SQLite reads the merged one once more.
MergedSchema MergeSchemas(const RowMergeContext& context, const SchemaDecisions& decisions,
                          const Snapshot& base, const Snapshot& ours, const Snapshot& theirs);

}  // namespace pvc
