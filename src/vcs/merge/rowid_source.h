#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "vcs/merge/row_merge.h"

namespace pvc {

/// Finds rowids for rows that come into a table whose rowid is not its key.
///
/// New ones are above all that are in use, as SQLite's are. Where the greatest rowid is in use they
/// come from the first large gap: SQLite tries random numbers then, and the same merge is to give
/// the same rows on every machine.
///
/// Lifetime: context and `info` outlive it.
class RowidSource {
 public:
  /// `rows`: all that has rowids which are in use.
  RowidSource(const RowMergeContext& context, const TableInfo& info, std::vector<Tree> rows)
      : context_(context), info_(info), rows_(std::move(rows)) {}

  /// Says that a row of the outcome has `rowid`. Requires: no Take before.
  void MarkUsed(int64_t rowid) { used_.push_back(rowid); }

  /// Returns: `wanted` unless it was marked, else a new one.
  /// Throws:  kUnsupported when there is none left.
  /// Cost:    O(log n); once O(rows) where a new one is needed.
  int64_t Take(int64_t wanted) { return IsMarked(wanted) ? TakeNew() : wanted; }
  /// Returns: a rowid that no row has.   Throws, Cost: as Take.
  int64_t TakeNew();

 private:
  bool IsMarked(int64_t rowid);
  int64_t Highest();
  void FindGap();
  template <typename Visit>
  void ForEachRowid(const Visit& visit);

  const RowMergeContext& context_;
  const TableInfo& info_;
  const std::vector<Tree> rows_;
  std::vector<int64_t> used_;  // sorted from the first Take on
  bool is_sorted_ = false;
  // New ones are what lies behind last_, up to limit_.
  std::optional<int64_t> last_;
  int64_t limit_ = INT64_MAX;
  bool is_in_gap_ = false;
};

}  // namespace pvc
