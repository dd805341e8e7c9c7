#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vcs/catalog.h"
#include "vcs/column_default.h"
#include "vcs/repository.h"
#include "vcs/row_codec.h"
#include "vcs/snapshot.h"

namespace pvc {

enum class ChangeKind { kAdded, kRemoved, kChanged };

/// How the stored columns of a table whose SQL text changed lie on both sides.
struct ColumnPairing {
  std::vector<std::string> names_before;  ///< of the stored columns
  std::vector<std::string> names_after;
  /// For each column after: the index of the same column before, or -1.
  std::vector<int> column_map;
  /// What a cell of a column that the other side lacks holds when it is no change: the column's
  /// default, NULL without one. One a column, or none at all.
  std::vector<ColumnDefault> fills_before;
  std::vector<ColumnDefault> fills_after;
};

/// A schema object that was added, removed, or whose SQL text changed.
struct SchemaChange {
  ChangeKind kind = ChangeKind::kChanged;
  SchemaObjectKind object_kind = SchemaObjectKind::kTable;
  std::string name;
  std::string table_name;
  std::string table_name_before;  ///< another than after when its table was renamed
  std::string sql_before;         ///< empty when added
  std::string sql_after;          ///< empty when removed
  /// With DiffOptions::exact_layouts, of a table that has rows on both sides; else null.
  std::shared_ptr<const ColumnPairing> pairing = nullptr;
};

/// A header property that differs ("user_version", "page_size", ...), as text.
struct PropertyChange {
  std::string name;
  std::string before;
  std::string after;
  /// Belongs to the file rather than to what it holds: page_size, auto_vacuum, journal_mode,
  /// statistics.
  bool is_of_file = false;
};

/// A table whose rows differ, as known before its rows are read.
struct TableDiff {
  std::string name;
  std::optional<StoredTable> before;  ///< nothing: the table was added
  std::optional<StoredTable> after;   ///< nothing: it was removed
  TextEncoding encoding_before = TextEncoding::kUtf8;
  TextEncoding encoding_after = TextEncoding::kUtf8;
  /// With DiffOptions::exact_layouts, where the table's SQL text differs; else null.
  std::shared_ptr<const ColumnPairing> pairing = nullptr;
};

/// One row that differs. Cells stand in the order of the stored columns of their own side's layout.
/// Views live during the callback.
struct RowChange {
  ChangeKind kind = ChangeKind::kChanged;
  ByteView key;                 ///< in its tree: after, or before when removed
  const Row* before = nullptr;  ///< null when added
  const Row* after = nullptr;   ///< null when removed
  /// For each stored column after: the index of the same column (by name) before, or -1. Null
  /// unless kChanged.
  const std::vector<int>* column_map = nullptr;
};

struct TableDiffCounts {
  uint64_t added = 0;
  uint64_t removed = 0;
  uint64_t changed = 0;
};

/// Receives a diff as it is found: properties, then schema objects by name, then tables by name,
/// each with its rows in key order.
class DiffSink {
 public:
  virtual ~DiffSink() = default;
  virtual void OnProperty(const PropertyChange& change) = 0;
  virtual void OnSchemaObject(const SchemaChange& change) = 0;
  virtual void BeginTable(const TableDiff& table) = 0;
  virtual void OnRow(const TableDiff& table, const RowChange& change) = 0;
  /// Called only for tables with at least one row change, as is BeginTable.
  virtual void EndTable(const TableDiff& table, const TableDiffCounts& counts) = 0;
};

/// Restricts a diff: to a table, or to one row of it.
struct DiffFilter {
  std::string table;               ///< exact, or as SQLite compares names
  std::optional<std::string> key;  ///< as typed: "42", or "EPSG,4326" for a tuple
};

struct DiffOptions {
  std::vector<DiffFilter> filters;  ///< empty: everything
  /// Whether row changes are wanted; false reports schema and properties only.
  bool rows = true;
  /// What belongs to the file rather than to its content is compared too: page size, auto_vacuum,
  /// journal mode, statistics.
  bool file_properties = true;
  /// Each cell of a column that one side lacks counts, unless it holds the column's fill: what is
  /// reported makes either side of the other. Else such cells count only where rows after hold
  /// neither NULL nor the default.
  bool exact_layouts = false;
  /// Reads the nodes and large values of both sides; null: the repository's own. A reader over an
  /// unpublished WriteBatch finds its objects as well as the repository's.
  NodeReader* nodes = nullptr;
};

/// Compares two snapshots.
///
/// Tables without a key compare as multisets: equal rows match wherever they are, what remains
/// pairs by rowid as a change. Rowids of tables keyed by a tuple are not content. `before` absent:
/// everything was added. Throws: kNotFound for a filter's table that neither side has, nearest
/// names as hints; kCorrupt; kIo. Cost:   O(changes); bounded memory (keyless tables sort on disk).
void DiffSnapshots(Repository& repository, const std::optional<Snapshot>& before,
                   const std::optional<Snapshot>& after, const DiffOptions& options,
                   DiffSink& sink);

/// True when two cells hold the same storage class and bytes. Large values compare by id.
bool CellsEqual(const Cell& a, const Cell& b);

}  // namespace pvc
