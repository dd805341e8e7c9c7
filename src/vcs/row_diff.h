#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "vcs/diff.h"
#include "vcs/key_filter.h"
#include "vcs/tree_join.h"

namespace pvc {

/// Compares the rows of one table, or of one side's table alone, and gives what differs, one after
/// the other.
///
/// Rows go by the table's key while both sides have the same one. When it changed (identity, key
/// columns, collations, or the text encoding below a key), rows of equal content still match; all
/// others are removed and added. Rows of a rowid table with NULL in their key are compared by
/// content and come after all others.
///
/// Throws: kCorrupt, kIo, and what `step` throws.
/// Cost: O(changes); O(rows) when columns moved, the key or the encoding changed.
/// Lifetime: repository, nodes and `table` outlive it.
class RowDiff {
 public:
  struct Options {
    /// Null means all. By key, a row of a table without key is what is at that rowid.
    const DiffSelection::Rows* rows = nullptr;
    /// Called for each row looked at; may be empty.
    std::function<void()> step;
  };
  /// `nodes` reads both sides; the repository lends its hash and room for temporary files.
  /// `object_after`: the table's schema object, for defaults of columns added; null without one.
  RowDiff(Repository& repository, NodeReader& nodes, const TableDiff& table,
          const SchemaObject* object_after, Options options);
  ~RowDiff();
  RowDiff(const RowDiff&) = delete;
  RowDiff& operator=(const RowDiff&) = delete;

  /// Whether a row's key alone says what it is compared with, so that parts of the table may be
  /// compared.
  bool GoesByKey() const;
  /// Compares rows alone whose keys, as the trees have them, lie in these ranges; where keys may
  /// hold NULL, ranges do not part keys that are equal as tuples.
  /// Requires: GoesByKey(); ascending ranges that do not overlap; called before the first Next.
  void Restrict(std::vector<KeyRange> ranges);

  /// Returns: false past the last. What `change` points to lives until the next call.
  bool Next(RowChange& change);
  /// Of what was given.
  const TableDiffCounts& counts() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Hands `sink` what RowDiff gives, between BeginTable and EndTable; nothing when nothing differs.
void DiffTableRows(Repository& repository, NodeReader& nodes, const TableDiff& table,
                   const SchemaObject* object_after, const DiffSelection::Rows* rows,
                   DiffSink& sink);

}  // namespace pvc
