#pragma once

#include <optional>
#include <vector>

#include "engine/object_io.h"
#include "vcs/column_default.h"
#include "vcs/content_matcher.h"
#include "vcs/diff.h"

namespace pvc {

/// Lays the rows of two layouts of one table side by side.
///
/// Columns belong together by exact name, then by name as SQLite compares names. Columns that only
/// one side has are a rename when there are as many stored columns on both sides, all others kept
/// their place, and each pair agrees in place, affinity, collation and role in the key; else they
/// are dropped and added.
///
/// A cell of an added column is no change when it is NULL or the column's default: that is what the
/// old rows get. Cells of dropped columns went with the schema and are no change either.
class LayoutMap {
 public:
  /// Lifetime: `table`, which has both sides, and `source` outlive it.
  LayoutMap(const TableDiff& table, ObjectSource& source, HashKind hash_kind);

  /// Defaults of the added columns, one a stored column after; without them every non-NULL cell of
  /// an added column is a change.
  void SetDefaults(std::vector<ColumnDefault> defaults) { defaults_ = std::move(defaults); }

  /// Has every cell of a column that one side lacks count, unless it holds the fill of its column;
  /// in place of SetDefaults.
  void SetFills(const ColumnPairing& pairing);

  /// For each stored column after: the index of the same column before, or -1.
  const std::vector<int>& column_map() const { return column_map_; }
  bool HasAddedColumns() const;

  /// Equal keys of the two trees mean the same row.
  bool same_keys() const { return same_keys_; }
  /// Entries of equal bytes hold equal rows: subtrees with equal ids may be left out.
  bool same_bytes() const { return same_bytes_; }
  /// Entries hold the same columns on both sides: rows are equal only if their bytes are, but for
  /// rowids.
  bool same_columns() const { return same_columns_; }

  bool RowsEqual(const Row& before, const Row& after) const;
  /// Whether cells of columns that belong together hold the same, each in its side's encoding.
  bool MappedCellsEqual(const Cell& before, const Cell& after) const;
  /// Appends bytes that are equal for two rows exactly when RowsEqual says so.
  void AppendContent(ComparedSide side, const Row& row, Bytes& out) const;

 private:
  struct Layout {
    const TableInfo& info;
    std::vector<size_t> stored;  // indexes into info.columns

    const Column& column(size_t cell) const { return info.columns[stored[cell]]; }
  };

  static Layout LayoutOf(const TableInfo& info);
  void MatchColumns();
  bool LooksRenamed() const;
  bool HaveSameKeys() const;
  bool HaveSameBytes() const;
  bool IsDefault(size_t cell, const Cell& value) const;
  bool IsDroppedFill(size_t cell, const Cell& value) const;
  void AppendCell(const Cell& cell, TextEncoding encoding, Bytes& out) const;
  bool AppendConverted(const Cell& cell, TextEncoding encoding, Bytes& out) const;

  const TableDiff& table_;
  ObjectSource& source_;
  HashKind hash_kind_;
  Layout before_;
  Layout after_;
  bool same_encoding_;
  std::vector<int> column_map_;
  bool same_keys_ = false;
  bool same_bytes_ = false;
  bool same_columns_ = false;
  std::vector<ColumnDefault> defaults_;
  bool is_exact_ = false;
  std::vector<size_t> dropped_;  // cells before that count: of columns that are not there after
  std::vector<ColumnDefault> dropped_fills_;
};

}  // namespace pvc
