#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vcs/merge/renumber.h"

namespace pvc {

/// New integer keys for rows of theirs: those of `old_keys` get the keys from `first_new` on, in
/// order.
struct Renumbering {
  std::vector<int64_t> old_keys;  ///< ascending
  int64_t first_new = 0;

  /// Returns: nothing for a key that stays.
  std::optional<int64_t> NewKey(int64_t old_key) const;
};
using RenumberedTables = std::map<std::string, Renumbering>;  ///< by name

/// The foreign keys of one table that refer to integer keys.
struct TableReferences {
  struct Reference {
    size_t cell = 0;     ///< among the stored columns
    std::string parent;  ///< as its catalog entry spells it
  };
  std::string table;
  std::vector<Reference> references;
};

/// Those of all tables.   Throws: kCorrupt, kIo.
std::vector<TableReferences> ReadReferences(const RowMergeContext& context,
                                            const Snapshot& snapshot);

/// Makes foreign keys of theirs' rows in one table follow rows that were renumbered: in the merged
/// table, in its conflicts, and in rows that both sides added alike (RenumberTheirs).
///
/// `moved`: all renumberings of this very table so far, these too.
/// Returns: how many rows were changed or added.
/// Throws:  kUnsupported naming a table whose layout differs between the sides; kCorrupt, kIo.
/// Cost:    O(changes of both sides of the table). Bounded memory.
uint64_t RewriteReferences(const RowMergeContext& context, const MergeUnderWay& merge,
                           const TableReferences& references, const RenumberedTables& renumbered,
                           const std::vector<Renumbering>& moved);

}  // namespace pvc
