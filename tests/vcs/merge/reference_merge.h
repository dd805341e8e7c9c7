#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/vcs/merge/random_tables.h"

namespace pvc {

/// A cell as a letter for its storage class and its bytes, in the database's encoding.
using PlainCells = std::vector<std::string>;

/// A table read by SQLite alone.
struct PlainTable {
  std::map<std::string, PlainCells> keyed;  ///< by bytes that are equal for equal keys
  /// Rows that no key tells from others, by place: rowid, behind the key's bytes if there is one.
  std::map<std::string, PlainCells> loose;
};
PlainTable ReadPlainTable(RawDatabase& db, const TableShape& shape);

/// Who wins where both sides changed one cell.
enum class PlainFavor { kNobody, kOurs, kTheirs };

/// What a merge makes of a table: lines, sorted. A conflict's line holds the open cells and the
/// row on each side.
struct PlainMerge {
  std::vector<std::string> rows;
  std::vector<std::string> conflicts;
};

/// The merge rules of docs/merge.md over maps in memory, without trees, streams or limits.
PlainMerge MergePlainTables(const PlainTable& base, const PlainTable& ours,
                            const PlainTable& theirs, PlainFavor favor = PlainFavor::kNobody);

std::string PlainRowLine(const PlainCells& cells);
std::string PlainConflictLine(const std::vector<uint32_t>& open, const PlainCells* base,
                              const PlainCells* ours, const PlainCells* theirs);
/// All rows of a table as lines, sorted.
std::vector<std::string> PlainRows(const PlainTable& table);

}  // namespace pvc
