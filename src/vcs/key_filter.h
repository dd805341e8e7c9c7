#pragma once

#include <map>
#include <string>
#include <vector>

#include "vcs/diff.h"
#include "vcs/tree_join.h"

namespace pvc {

/// Finds the keys that `typed` may mean in a table: a rowid, or the components of its key tuple,
/// separated by commas, each bare or an SQL literal ('a,b', 42, x'00', NULL). A bare component is
/// read as its column's affinity would; where a column keeps what it is given, as a number and as
/// text.
///
/// Returns: ranges of keys, one a reading; a NULL in the key of a rowid table may have many rows.
/// Throws:  kInvalid when the table has no such key.
std::vector<KeyRange> KeyRangesOf(const TableInfo& table, TextEncoding encoding, HashKind hash_kind,
                                  const std::string& typed);

/// The filters of a diff, checked against what both sides hold.
class DiffSelection {
 public:
  /// Rows wanted of one table, if not all.
  struct Rows {
    bool all = false;
    std::vector<std::string> keys;  ///< as typed
  };

  /// Throws: kNotFound for a name that neither side has; kInvalid for a key that cannot be one.
  DiffSelection(HashKind hash_kind, NodeReader& nodes, const std::optional<Snapshot>& before,
                const std::optional<Snapshot>& after, const std::vector<DiffFilter>& filters);

  bool selects_everything() const { return rows_.empty(); }
  /// Objects named, and those that belong to a table named.
  bool SelectsObject(const SchemaObject& object) const;
  /// Null: none of the table's rows.
  const Rows* FindRows(const std::string& table_name) const;

 private:
  Rows all_rows_;
  std::map<std::string, Rows> rows_;  // by folded name
};

}  // namespace pvc
