#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vcs/commit.h"
#include "vcs/diff.h"
#include "vcs/typed_literal.h"

namespace pvc {

/// A value as a patch has it. Text is in `encoding`, which need not be the database's.
struct PatchValue {
  OwnedValue owned;
  TextEncoding encoding = TextEncoding::kUtf8;
};

/// What a patch says of one cell: what it held, what it is to hold.
struct PatchCell {
  size_t column = 0;  ///< index into PatchTable::columns
  std::optional<PatchValue> before;
  std::optional<PatchValue> after;
};

/// One row that a patch adds, removes or changes.
///
/// Shape: an added row has `after` in its cells, those left out are NULL; a removed row has
/// `before` in every cell of its table; a changed row has both in its key's cells, and whatever
/// its other cells name. One that no key tells from others has `before` in every cell.
struct PatchRow {
  ChangeKind kind = ChangeKind::kChanged;
  std::optional<int64_t> rowid;  ///< where the row was, of a table without key; a hint
  std::vector<PatchCell> cells;
};

/// A column of a table that a patch changes.
struct PatchColumn {
  std::optional<std::string> before;  ///< its name; nothing: an added column, or by position
  std::optional<std::string> after;   ///< nothing: a dropped column, or by position
  uint32_t key_position = 0;          ///< 1-based place in the key; 0 when not part
};

/// A table whose rows a patch changes.
struct PatchTable {
  std::string name;
  /// Columns that its rows name: the stored ones. Where they change, those of both sides.
  std::vector<PatchColumn> columns;
  /// Columns are the table's stored columns in order, without names.
  bool by_position = false;
  /// Root ids of the rows, "" for what is not said: shadow tables are changed whole or not at all.
  std::string root_before;
  std::string root_after;
  bool has_roots = false;
};

/// A column of a table whose SQL text a patch changes.
struct PatchColumnPair {
  std::optional<std::string> before;  ///< its name; nothing: an added column
  std::optional<std::string> after;   ///< nothing: a dropped column
  /// What rows hold there that the patch does not name. NULL unless one side lacks the column.
  PatchValue fill;
};

struct PatchSchemaChange {
  SchemaChange change;
  /// Of a table that is changed. None: columns of equal names are the same, all others hold NULL.
  std::vector<PatchColumnPair> columns;
};

/// What a patch says before its rows.
struct PatchHeader {
  std::optional<std::string> message;  ///< of the commit it was made from
  std::optional<Signature> author;
  /// Counters of AUTOINCREMENT tables are not in it: they follow from the rows that it adds.
  bool is_partial = false;
  std::vector<PropertyChange> properties;
  std::vector<PatchSchemaChange> schema;
};

/// Reads a patch from front to back, whatever it is written in.
///
/// Throws: every member throws kInvalid naming the place where the patch breaks its format;
///         kUnsupported; kIo.
class PatchReader {
 public:
  virtual ~PatchReader() = default;

  /// Requires: called first, once.
  virtual PatchHeader ReadHeader() = 0;
  /// Goes on to the next table; what was not read of the last one is passed over.
  /// Returns: false past the last.
  virtual bool NextTable(PatchTable& table) = 0;
  /// Returns: false past the last row of the table.
  virtual bool NextRow(PatchRow& row) = 0;
};

/// The same patch the other way round: what it takes away is added, what it adds taken away.
///
/// Lifetime: the patch outlives it.
class ReversedPatch final : public PatchReader {
 public:
  explicit ReversedPatch(PatchReader& patch) : patch_(patch) {}

  PatchHeader ReadHeader() override;
  bool NextTable(PatchTable& table) override;
  bool NextRow(PatchRow& row) override;

 private:
  PatchReader& patch_;
  std::vector<bool> is_on_both_sides_;  // columns of the table being read
};

}  // namespace pvc
