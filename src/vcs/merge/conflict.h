#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "engine/tree.h"
#include "sqlite/schema.h"
#include "vcs/catalog.h"

namespace pvc {

class Decoder;

/// The three states that a merge compares: `ours` is what the working database or the branch holds,
/// `theirs` what comes in, `base` what both began with.
enum class MergeSide : uint8_t { kBase = 0, kOurs = 1, kTheirs = 2 };

/// A constraint that a merged row would break, although neither side's rows do.
struct Violation {
  enum class Kind : uint8_t { kNotNull = 1, kCheck = 2, kUnique = 3, kForeignKey = 4 };
  Kind kind = Kind::kCheck;
  /// Of kNotNull and kUnique the columns ("a, b"), of kCheck SQLite's words, of kForeignKey
  /// "user_id -> users(id)".
  std::string constraint;
  /// kUnique: the key of the row in the same table that has the same values; empty when unknown.
  Bytes other_key;

  bool operator==(const Violation&) const = default;
};

/// A row that a merge could not settle: both sides changed it differently, or a constraint forbids
/// the outcome.
///
/// The three rows are values of RowCodec in the merged table's layout, all under the key that the
/// conflict is stored by; nothing where that side has no such row. The merged table has the row as
/// ours has it, in all cells that are open; the others are merged.
struct RowConflict {
  std::optional<Bytes> base;
  std::optional<Bytes> ours;
  std::optional<Bytes> theirs;
  /// Stored columns still to be settled, ascending; empty: the row as a whole.
  std::vector<uint32_t> open_cells;
  std::vector<Violation> violations;

  bool operator==(const RowConflict&) const = default;

  const std::optional<Bytes>& side(MergeSide which) const {
    return which == MergeSide::kBase ? base : which == MergeSide::kOurs ? ours : theirs;
  }
};

/// Format: docs/format.md#conflicts
Bytes EncodeRowConflict(const RowConflict& conflict);
/// Throws: kCorrupt.
RowConflict DecodeRowConflict(ByteView bytes);

/// The conflicts of one table's rows.
struct TableConflicts {
  CatalogEntry layout;  ///< of the merged table; without rows
  Tree rows;            ///< row key -> RowConflict

  const std::string& name() const { return layout.object.name; }
  bool operator==(const TableConflicts&) const = default;
};

/// A schema object, or a property of the database, that could not be merged. The merged snapshot
/// has it as ours has it, a table with its rows, indexes and triggers.
struct SchemaConflict {
  /// Nothing: a property ("user_version").
  std::optional<SchemaObjectKind> kind;
  std::string name;
  std::string column;  ///< of a table; empty: the object as a whole
  std::string reason;  ///< "both changed it", "dropped by ours, 3 rows changed by theirs"
  /// SQL text, or the property's value; empty where there is none.
  std::string base;
  std::string ours;
  std::string theirs;

  bool operator==(const SchemaConflict&) const = default;
};

/// All that a merge left open.
struct MergeConflicts {
  std::vector<SchemaConflict> schema;
  std::vector<TableConflicts> tables;  ///< by name; none without rows

  bool empty() const { return schema.empty() && tables.empty(); }
  uint64_t row_count() const;
  bool operator==(const MergeConflicts&) const = default;
};

/// Appends and reads conflicts as part of a pending merge.   Format: docs/format.md#conflicts
void AppendConflicts(Bytes& out, const MergeConflicts& conflicts);
/// Throws: kCorrupt.
MergeConflicts ReadConflicts(Decoder& in);

}  // namespace pvc
