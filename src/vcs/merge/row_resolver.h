#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/tree_edits.h"
#include "sqlite/affinity.h"
#include "vcs/merge/conflict_list.h"
#include "vcs/merge/resolve.h"
#include "vcs/merge/row_merge.h"
#include "vcs/merge/rowid_source.h"
#include "vcs/typed_literal.h"

namespace pvc {

/// Settles conflicts of one table's rows: changes the merged rows and what is open.
///
/// Lifetime: all it is given outlives it; `table` and `entry` are changed by Run. Used once.
class RowResolver {
 public:
  /// `entry`: the merged table, in the layout of `table`.
  RowResolver(const RowMergeContext& context, const ResolveRequest& request, TableConflicts& table,
              CatalogEntry& entry);

  /// Returns: how many rows were settled, in full or in part.
  /// Throws:  kNotFound when the selector names a row that is not in conflict, or a column that is
  ///          not there; kInvalid naming the row for a resolution that does not apply; kUnsupported
  ///          when the table has no rowid left; kCorrupt, kIo.
  /// Cost:    O(rows settled), and O(rows) once where a free rowid is needed. Bounded memory.
  uint64_t Run(const ConflictSelector& selector);

 private:
  const TableInfo& Info() const;
  HashKind HashKindOf() const { return context_.repository.store().hash_kind(); }
  size_t CellOf(const std::string& name) const;
  void ReadColumns(const ConflictSelector& selector);
  OwnedValue ReadValue(size_t cell, const std::string& text);

  [[noreturn]] void Refuse(ByteView key, const RowConflict& conflict, const std::string& why);
  std::string TypedKeyOf(ByteView key, const RowConflict& conflict);
  bool GoesByContent(ByteView key, const RowConflict& conflict);
  std::optional<Bytes> Current(ByteView key, const RowConflict& conflict);
  std::vector<uint32_t> WantedCells(ByteView key, const RowConflict& conflict);

  void Settle(ByteView key, RowConflict conflict);
  void TakeSide(ByteView key, const RowConflict& conflict);
  void SetCells(ByteView key, const RowConflict& conflict);
  void Put(ByteView key, const RowConflict& conflict, const Row& row, bool is_there);
  void PutWhole(ByteView key, const RowConflict& conflict, const std::optional<Bytes>& value,
                const std::optional<Bytes>& current);

  const RowMergeContext& context_;
  const ResolveRequest& request_;
  TableConflicts& table_;
  CatalogEntry& entry_;
  const Tree rows_before_;
  TreeEdits rows_;
  TreeEdits open_;
  RowCodec codec_;
  RowCodec side_codec_;
  RowCodec encoder_;
  RowidSource rowids_;
  AffinityConverter affinity_;
  std::set<uint32_t> columns_;             // that the selector names
  std::map<uint32_t, OwnedValue> values_;  // that the request sets
  std::set<Bytes> new_keys_;               // that rows moved to
  Row row_;
  Row side_;
};

}  // namespace pvc
