#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/hash.h"
#include "engine/large_value.h"
#include "sqlite/schema.h"
#include "sqlite/value.h"

namespace pvc {

/// One cell of a stored row. A value too long for its row is there as a reference to read.
struct Cell {
  Value value;       ///< for a large value: storage class and size_bytes, no bytes
  LargeValue large;  ///< set when is_large
  bool is_large = false;
};

/// A stored row, decoded. Views point into the key, the value, or the decoder.
struct Row {
  int64_t rowid = 0;  ///< of rowid tables; 0 for WITHOUT ROWID
  std::vector<Cell>
      cells;  ///< one a stored column, in declared order; missing ones at the end are NULL
};

/// Turns rows of one table into tree entries and back. The tree's key is the row's identity
/// (RowIdentity), the value everything that the key does not hold exactly.
///
/// A pure function of the table's layout and the row: equal rows of equal layouts encode equally.
/// Columns added at the end without a default leave old rows as they are. Format:
/// docs/format.md#rows    Not thread-safe.
class RowCodec {
 public:
  /// `encoding`: the database's, in which text is.
  /// `sink` takes large values while rows are encoded; null for a codec that only decodes.
  RowCodec(const TableInfo& table, TextEncoding encoding, HashKind hash_kind, ObjectSink* sink);

  /// Encodes a row as scanned: stored columns in declared order. The views live until the next
  /// call. Throws: what storing large values throws.
  void Encode(int64_t rowid, std::span<const Value> values);
  /// Encodes a row as decoded, by this or another codec of the same columns: large values go along
  /// by reference. `source` is asked for those that a key needs whole.
  /// Throws: kCorrupt, kIo.   Lifetime: as Encode; the cells may be those of a row decoded here.
  void EncodeCells(int64_t rowid, std::span<const Cell> cells, ObjectSource& source);
  ByteView key() const { return key_; }
  ByteView value() const { return value_; }

  /// Decodes an entry into `row`, whose views live as long as `key`, `value` and until the next
  /// call. Throws: kCorrupt unless the entry is exactly what Encode gives for the row.
  void Decode(ByteView key, ByteView value, Row& row);

  /// The key of the row that a user names: key column values in key order, or the rowid.
  /// Returns: false when the table has no key of that many columns.
  [[nodiscard]] bool EncodeKey(std::span<const Value> key_values, Bytes& key) const;

  const TableInfo& table() const { return table_; }
  /// Indexes into table().columns of the stored columns, in order.
  const std::vector<size_t>& stored_columns() const { return stored_columns_; }

 private:
  struct KeyPart {
    size_t cell;  // index among stored columns
    Collation collation;
  };

  void EncodeTupleKey(int64_t rowid, std::span<const Value> values);
  template <typename AppendOne>
  void EncodeValue(int64_t rowid, std::span<const Value> values, const AppendOne& append);
  void AppendCell(const Value& value);
  void AppendLarge(StorageClass storage_class, const LargeValue& large);
  bool KeyHolds(size_t cell, const Value& value) const;
  void DecodeKey(ByteView key, Row& row);
  void DecodeValue(ByteView value, Row& row);
  void CheckTupleKey(ByteView key, const Row& row);

  TableInfo table_;
  TextEncoding encoding_;
  HashKind hash_kind_;
  ObjectSink* sink_;
  bool has_rowid_slot_;  // a rowid that is neither key nor content goes along
  std::vector<size_t> stored_columns_;
  std::vector<KeyPart> key_parts_;  // in key order
  std::vector<int> part_of_cell_;   // index into key_parts_, or -1
  size_t rowid_cell_ = SIZE_MAX;    // INTEGER PRIMARY KEY column, if any
  Bytes key_;
  Bytes value_;
  Bytes header_;
  Bytes payload_;
  Bytes streamed_;               // a key value that came as a reader
  bool key_is_exact_ = false;    // false for keys shortened by a hash
  std::vector<Bytes> key_text_;  // bytes of key_values_
  std::vector<uint64_t> codes_;  // of the row being decoded
  Cell rowid_slot_;
  std::vector<Value> key_values_;  // what each key component reads back as
};

}  // namespace pvc
