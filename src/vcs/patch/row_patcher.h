#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vcs/patch/row_spool.h"

namespace pvc {

/// Why a row of a patch does not fit.
struct PatchConflict {
  enum class Kind {
    kMissing,  ///< there is no such row to change or remove
    kDiffers,  ///< it holds something else than the patch says
    kExists,   ///< a row to add is there, with something else in it
  };
  Kind kind = Kind::kMissing;
  const TableInfo& table;
  const Row& row;  ///< as the patch has it; NULL where it does not say
  /// The first cell in which they differ, when any does.
  std::optional<size_t> cell = std::nullopt;  ///< index among stored columns
  Cell expected = {};
  Cell found = {};
  TextEncoding encoding;
  ObjectSource& source;
};
/// What is passed lives during the call.
using PatchConflictSink = std::function<void(const PatchConflict& conflict)>;

struct RowPatchCounts {
  uint64_t added = 0;
  uint64_t removed = 0;
  uint64_t changed = 0;
  uint64_t already_there = 0;  ///< rows to add that are there
  uint64_t conflicts = 0;

  uint64_t done() const { return added + removed + changed; }
};

/// A row of a patch laid into a table's layout: one value a stored column, text in the database's
/// encoding; null where the patch does not say.
struct LaidRow {
  ChangeKind kind = ChangeKind::kChanged;
  std::optional<int64_t> rowid;
  std::vector<const OwnedValue*> before;
  std::vector<const OwnedValue*> after;
};

class KeyedRows;
class ContentRows;

/// Changes the rows of one table as a patch says: rows with a key by it, all others (of tables
/// without key, or with NULL in it) by their content. A row that does not fit is reported and left.
///
/// Rows are gathered first and sorted on disk, so memory is bounded however many there are.
/// Lifetime: what it is given outlives it.   Throws: kInvalid for rows of the wrong shape; kIo.
class RowPatcher {
 public:
  RowPatcher(PatchWorkshop& shop, const TableInfo& info, const PatchConflictSink& on_conflict);
  ~RowPatcher();

  void Add(const LaidRow& row);
  /// Returns: `rows` with all changes that fit.   Requires: called once, last.
  Tree Finish(const Tree& rows);

  const RowPatchCounts& counts() const { return counts_; }
  /// Greatest rowid of a row added, of a table whose key is the rowid.
  std::optional<int64_t> highest_added() const { return highest_added_; }

 private:
  bool HasNullInKey(const std::vector<const OwnedValue*>& values) const;
  Bytes KeyOf(const std::vector<const OwnedValue*>& values) const;

  PatchWorkshop& shop_;
  const TableInfo& info_;
  const PatchConflictSink& on_conflict_;
  RowCodec codec_;
  std::vector<size_t> key_cells_;  // among stored columns, in key order
  FreeRowids free_rowids_;
  RowPatchCounts counts_;
  std::optional<int64_t> highest_added_;
  std::unique_ptr<KeyedRows> keyed_;
  std::unique_ptr<ContentRows> by_content_;
};

/// The cells of a table's key among its stored columns, in key order; none without key.
std::vector<size_t> KeyCells(const TableInfo& info);

}  // namespace pvc
