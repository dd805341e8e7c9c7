#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/block_reader.h"
#include "sqlite/value.h"

namespace pvc {

/// Changesets as SQLite's session extension reads and writes them: rows of tables with a PRIMARY
/// KEY, text in UTF-8, columns without the generated ones (that is what
/// `PRAGMA table_info` lists, by which sqlite3changeset_apply goes).
///
///     changeset  := table*
///     table      := 'T'  column count (varint)  a byte a column  name, NUL-terminated  record*
///                   the byte is the column's 1-based place in the PRIMARY KEY, 0 outside it
///     record     := op (1 byte)  indirect (1 byte, 0 or 1)  values of the row
///     op         := 18 INSERT: new.*     9 DELETE: old.*     23 UPDATE: old.*, then new.*
///     value      := type (1 byte), then
///                   0 undefined (UPDATE alone: a column that did not change; new.* of the key)
///                   1 integer, 8 bytes     2 real, 8 bytes     5 NULL
///                   3 text, 4 blob: length (varint), bytes
///
/// Numbers are big endian; varints are SQLite's.
/// Source: https://www.sqlite.org/session.html, and the comments of sqlite3session.c.
enum class ChangesetOp : uint8_t { kDelete = 9, kInsert = 18, kUpdate = 23 };

struct ChangesetTable {
  std::string name;
  std::vector<uint8_t> key_positions;  ///< one a column; 0: not part of the key
};

/// Writes a changeset.   Throws: what the sink throws.
class ChangesetWriter {
 public:
  using Sink = std::function<void(ByteView bytes)>;
  /// One a column; nothing: undefined.
  using Values = std::span<const std::optional<Value>>;

  explicit ChangesetWriter(Sink sink) : sink_(std::move(sink)) {}

  /// Requires: at most 255 columns in the key.
  void BeginTable(const ChangesetTable& table);
  /// Requires: all values are there, and their bytes in memory.
  void Insert(Values after) { Write(ChangesetOp::kInsert, after, {}); }
  void Delete(Values before) { Write(ChangesetOp::kDelete, before, {}); }
  /// Requires: `before` has the key and what changes, `after` what changes.
  void Update(Values before, Values after) { Write(ChangesetOp::kUpdate, before, after); }

 private:
  void Write(ChangesetOp op, Values first, Values second);
  void AppendValues(Values values);

  Sink sink_;
  Bytes buffer_;
};

/// A value that owns its bytes.
struct ChangesetValue {
  Value value;  ///< without bytes
  Bytes bytes;
};

struct ChangesetRow {
  ChangesetOp op = ChangesetOp::kInsert;
  std::vector<std::optional<ChangesetValue>> before;  ///< all nothing for INSERT
  std::vector<std::optional<ChangesetValue>> after;   ///< all nothing for DELETE
};

/// Reads a changeset from any source, checking every length; holds a row at a time.
///
/// Throws: kInvalid naming the byte where it breaks the format; kUnsupported for a patchset, which
///         does not say what rows held; kIo.   Lifetime: the source outlives it.
class ChangesetReader {
 public:
  explicit ChangesetReader(BlockReader& source) : source_(source) {}

  /// Goes on to the next table, passing over rows not read.   Returns: false at the end.
  bool NextTable(ChangesetTable& table);
  /// Returns: false past the table's last row.
  bool NextRow(ChangesetRow& row);

 private:
  uint8_t ReadByte();
  uint64_t ReadVarint(uint64_t max, std::string_view what);
  void ReadValues(std::vector<std::optional<ChangesetValue>>& values);
  std::optional<ChangesetValue> ReadValue();
  void CheckRow(const ChangesetRow& row) const;
  [[noreturn]] void Fail(std::string_view what) const;

  BlockReader& source_;
  ChangesetTable table_;
};

}  // namespace pvc
