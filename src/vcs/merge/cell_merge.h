#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "engine/object_io.h"
#include "sqlite/schema.h"
#include "vcs/row_codec.h"

namespace pvc {

/// Whether two rows of one layout hold the same in every cell; rowids do not count.
bool HaveEqualCells(const Row& a, const Row& b);

/// Merges one row of three sides cell by cell: what one side left alone is as the other has it,
/// equal changes are clean, JSON text is merged by key where that is asked for.
///
/// Lifetime: the source outlives it. Not thread-safe.
class CellMerger {
 public:
  /// `is_json`: JsonColumns::Of. `source` reads large values of JSON columns.
  CellMerger(ObjectSource& source, TextEncoding encoding, std::vector<bool> is_json)
      : source_(source), encoding_(encoding), is_json_(std::move(is_json)) {}

  struct Outcome {
    std::vector<Cell> cells;           ///< as ours has it where a cell is open
    std::vector<uint32_t> open_cells;  ///< changed differently by both; ascending
  };
  /// `base` null: both sides added the row, and every cell in which they differ is open.
  /// Requires: all rows have one layout.
  /// Lifetime: cells point into the rows and, where JSON was merged, into this object until the
  ///           next call.
  const Outcome& Merge(const Row* base, const Row& ours, const Row& theirs);

 private:
  bool MergeJson(const Cell& base, const Cell& ours, const Cell& theirs, Cell& merged);
  bool ReadText(const Cell& cell, Bytes& text);

  ObjectSource& source_;
  TextEncoding encoding_;
  std::vector<bool> is_json_;
  std::deque<Bytes> texts_;  // of merged JSON
  Outcome outcome_;
};

}  // namespace pvc
