#pragma once

#include <vector>

#include "vcs/row_codec.h"

namespace pvc {

/// Reads single cells of stored rows, and decodes no more than is asked for: for queries, which use
/// a few columns of many rows.
///
/// A cell comes out as RowCodec::Decode gives it, or kCorrupt is thrown; cells that are not asked
/// for are not checked.   Format: docs/format.md#rows    Not thread-safe.
class RowReader {
 public:
  explicit RowReader(const TableInfo& table);

  /// Takes a row. The views live as long as it is read.   Cost: none.
  void SetRow(ByteView key, ByteView value);

  /// 0 for tables without rowid.   Throws: kCorrupt.
  int64_t Rowid();
  /// A stored column's cell, in declared order.   Throws: kCorrupt.
  /// Lifetime: of the row's views, and until SetRow.
  const Cell& ReadCell(size_t index);

  /// Indexes into the table's columns of the stored ones, in order.
  const std::vector<size_t>& stored_columns() const { return stored_columns_; }

 private:
  void ReadHeader();
  void ReadKeyTuple();
  void ReadSlot(size_t slot, Cell& cell);
  [[noreturn]] void Fail(const char* what) const;

  std::string name_;
  bool is_tuple_key_;
  bool has_rowid_slot_;
  size_t key_part_count_ = 0;
  std::vector<size_t> stored_columns_;
  std::vector<int> part_of_cell_;  // place in the key tuple, or -1
  size_t rowid_cell_ = SIZE_MAX;

  ByteView key_;
  ByteView value_;
  bool has_header_ = false;
  bool has_tuple_ = false;
  size_t cell_count_ = 0;
  std::vector<uint64_t> codes_;  // of the rowid slot, if any, and the cells
  std::vector<size_t> offsets_;  // in value_, of the first so many slots
  Cell cell_;
  Cell rowid_cell_value_;
  std::vector<Bytes> key_text_;
  std::vector<Value> key_values_;
};

}  // namespace pvc
