#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/object_io.h"
#include "sqlite/database.h"
#include "vcs/row_codec.h"

namespace pvc {

/// Writes stored rows into a table of an open database: exact storage classes and bytes, and rowids
/// where SQL can name them.
///
/// Lifetime: database, source and `info` outlive the writer.
class TableWriter {
 public:
  static constexpr size_t kBatchRows = 16;

  TableWriter(Database& db, ObjectSource& source, const TableInfo& info, TextEncoding encoding);

  /// Throws: kUnsupported naming table and column for a value that the column's affinity would
  /// change;
  ///         kInvalid for a constraint the row breaks, and other rows may follow; kIo; kCorrupt.
  void Insert(const Row& row);
  /// Inserts the rows in order. A statement of kBatchRows rows costs SQLite less than as many
  /// statements: it starts once, and appends where the last row went without looking for the place.
  /// Throws: as Insert.
  void InsertAll(std::span<const Row> rows);

 private:
  struct Parameter {
    size_t cell;
    Column column;
    bool can_stream;  // a large blob may be filled after its row
  };

  struct Uses {
    bool is_computed_from = false;
    std::vector<bool> is_indexed;  // by column
  };

  Uses FindUses();
  std::string InsertSql(const std::vector<std::string>& expressions) const;
  std::string BatchSql() const;
  size_t MarksPerRow() const;
  bool TryInsertBatch(std::span<const Row> rows);
  void CheckWritable(const Parameter& parameter, const Value& value) const;
  bool NeedsLiteral(const Cell& cell) const {
    return spells_out_blobs_ && cell.value.storage_class == StorageClass::kBlob;
  }
  void InsertWithLiterals(const Row& row);
  void FillStreamed(const Row& row);

  Database& db_;
  ObjectSource& source_;
  const TableInfo& info_;
  TextEncoding encoding_;
  bool spells_out_blobs_ = false;
  std::string rowid_name_;  // empty: the rowid is not written by name
  std::vector<Parameter> parameters_;
  std::optional<Statement> insert_;
  std::optional<Statement> insert_batch_;  // kBatchRows rows at once
  std::vector<Bytes> whole_;               // large values of the row being written, by parameter
  std::vector<size_t> streamed_;           // parameters filled after the insert
};

/// A name under which SQL reaches the rowid of a table: "rowid", "_rowid_" or "oid". Empty when
/// columns hide all three or there is none.
std::string RowidName(const TableInfo& info);

/// A stored cell's value with its bytes; `whole` holds those of a large one.
/// Throws: kCorrupt, kIo.   Lifetime: of `whole` and what the cell points to.
Value WholeValue(ObjectSource& source, const Cell& cell, Bytes& whole);

}  // namespace pvc
