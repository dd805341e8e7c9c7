#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/external_sort.h"
#include "vcs/diff.h"
#include "vcs/row_codec.h"
#include "vcs/typed_literal.h"

namespace pvc {

/// What rows of a patch are matched with and written to. Everything it refers to outlives its
/// users; `nodes` reads what is put into `batch`.
struct PatchWorkshop {
  Repository& repository;
  NodeReader& nodes;
  WriteBatch& batch;
  TextEncoding encoding;  ///< of the database

  HashKind hash_kind() const { return repository.store().hash_kind(); }
  std::string folder() const { return JoinPath(repository.pvc_path(), "incoming"); }
};

/// A row of a patch in the layout of its table: one cell a stored column; nothing where the patch
/// does not say.
struct SpooledRow {
  ChangeKind kind = ChangeKind::kChanged;
  std::optional<int64_t> rowid;
  std::vector<std::optional<Cell>> before;
  std::vector<std::optional<Cell>> after;
};

/// The value as a cell, in the batch when it is too long for a row.
Cell StoreCell(PatchWorkshop& shop, const OwnedValue& value);

/// Appends bytes that are equal exactly for equal cells.
void AppendSpooledCell(Bytes& out, const Cell& cell);
Bytes EncodeSpooledRow(const SpooledRow& row);
/// Views of `row` point into `bytes`.   Requires: bytes of EncodeSpooledRow.
void DecodeSpooledRow(ByteView bytes, SpooledRow& row);

/// Encodes rows whose cells may be large values already stored.
class RowEncoder {
 public:
  RowEncoder(PatchWorkshop& shop, const TableInfo& info)
      : shop_(shop), codec_(info, shop.encoding, shop.hash_kind(), &shop.batch) {}

  /// The views live until the next call.
  void Encode(int64_t rowid, const std::vector<Cell>& cells);
  ByteView key() const { return codec_.key(); }
  ByteView value() const { return codec_.value(); }

 private:
  PatchWorkshop& shop_;
  RowCodec codec_;
  std::vector<Bytes> whole_;
  std::vector<Value> values_;
};

/// Gives rows of a table, whose rowid is no key, rowids that no other has.
class FreeRowids {
 public:
  FreeRowids(PatchWorkshop& shop, const TableInfo& info) : shop_(shop), info_(info) {}

  /// A rowid above all of `tree` and all given before; where there is none, the least that is free.
  /// Throws: kUnsupported when all are taken.
  /// Cost:   O(rows) once, unless the key is the rowid; O(rows log rows) below the highest.
  int64_t Next(const Tree& tree);

 private:
  int64_t NextBelow(const Tree& tree);
  void ReadTaken();

  PatchWorkshop& shop_;
  const TableInfo& info_;
  std::optional<int64_t> last_;
  int64_t highest_ = 0;                    // of the tree's
  std::unique_ptr<ExternalSorter> taken_;  // set below the highest: the tree's rowids
  std::optional<int64_t> next_taken_;
  int64_t below_ = 0;  // given last, of those below
};

}  // namespace pvc
