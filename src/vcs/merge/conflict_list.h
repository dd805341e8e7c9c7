#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/node_reader.h"
#include "engine/tree_cursor.h"
#include "vcs/merge/conflict.h"
#include "vcs/repository.h"
#include "vcs/row_codec.h"
#include "vcs/tree_join.h"

namespace pvc {

/// Part of a merge's conflicts: an object or table by a glob, a row of it, a column of that row.
struct ConflictSelector {
  std::string table;                  ///< as for IgnoredTables; a name is a glob too
  std::optional<std::string> key;     ///< as typed (KeyRangesOf)
  std::optional<std::string> column;  ///< without case

  /// Reads "TABLE", "TABLE:KEY" or "TABLE:KEY:COLUMN".
  static ConflictSelector Parse(const std::string& text);
  bool MatchesName(const std::string& name) const;
};

/// One conflict of a row, decoded. Views live during the callback.
struct ConflictRow {
  ByteView key;
  const RowConflict& conflict;
  const Row* base;  ///< null where the side has no such row
  const Row* ours;
  const Row* theirs;

  /// A side that has the row, for its key: ours, theirs or base.
  const Row& any() const { return ours != nullptr ? *ours : theirs != nullptr ? *theirs : *base; }
};

/// Walks the conflicts of one table, by key.
///
/// Lifetime: the reader and the table outlive it.   Throws: kCorrupt, kIo.
class ConflictWalk {
 public:
  /// `ranges`: of keys, ascending.
  ConflictWalk(NodeReader& nodes, const TableConflicts& table, TextEncoding encoding,
               HashKind hash_kind, std::vector<KeyRange> ranges);

  /// Returns: null past the last. It lives until the next call.
  const ConflictRow* Next();

 private:
  struct Side {
    RowCodec codec;
    Row row;
  };
  const Row* Decode(MergeSide which, const std::optional<Bytes>& value);

  const TableConflicts& table_;
  std::vector<KeyRange> ranges_;
  size_t next_range_ = 0;
  bool is_open_ = false;
  TreeCursor cursor_;
  std::vector<Side> sides_;  // by MergeSide
  RowConflict conflict_;
  std::optional<ConflictRow> row_;
};

/// Receives conflicts as they are read: those of the schema, then tables by name, rows by key.
class ConflictSink {
 public:
  virtual ~ConflictSink() = default;
  virtual void OnSchema(const SchemaConflict& conflict) = 0;
  /// `table.rows.entry_count` is how many the table has in all.
  virtual void BeginTable(const TableConflicts& table) = 0;
  /// Returns: false to leave out the rest of the table.
  virtual bool OnRow(const TableConflicts& table, const ConflictRow& row) = 0;
  virtual void EndTable(const TableConflicts& table) = 0;
};

/// Streams conflicts. `selectors`: empty for all.
///
/// `nodes` reads their trees.
/// Throws: kNotFound for a selector that no conflict matches, with the names that there are as
/// hints;
///         kInvalid for a key that cannot be one; kCorrupt, kIo.
/// Cost:   O(conflicts read), bounded memory.
void ListConflicts(Repository& repository, NodeReader& nodes, TextEncoding encoding,
                   const MergeConflicts& conflicts, const std::vector<ConflictSelector>& selectors,
                   ConflictSink& sink);

/// The ranges of a table's conflicts that a selector names: all without a key.
/// Throws: kInvalid.
std::vector<KeyRange> SelectedRanges(Repository& repository, const TableConflicts& table,
                                     TextEncoding encoding, const ConflictSelector& selector);

/// Throws kNotFound for the first selector that matches no object or table.
void RequireMatches(const MergeConflicts& conflicts,
                    const std::vector<ConflictSelector>& selectors);

/// A row's key as a user types it behind TABLE: "42", "EPSG,4326"; text that would read as
/// something else as an SQL literal.
std::string TypedKey(const TableInfo& info, const Row& row, TextEncoding encoding);

}  // namespace pvc
