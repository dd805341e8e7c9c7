#pragma once

#include <functional>
#include <map>
#include <vector>

#include "vcs/blame_pair.h"
#include "vcs/repository.h"
#include "vcs/table_past.h"

namespace pvc {

/// Finds for each cell of one row the commit that last changed it, as TableBlame does for rows;
/// columns that were renamed are followed. A cell of a column that was added is as old as that.
///
/// Cost:   a look at each commit until all cells have theirs, and O(log rows) where the table
///         changed.
/// Throws: kCorrupt, kIo; and what `on_step`, called between commits, throws.
/// Lifetime: the repository outlives it.
class RowBlame {
 public:
  /// `table`: as FindTable gives it for `at`. `key`: a row's, in its tree.
  RowBlame(Repository& repository, const CommitId& at, const CatalogEntry& table, Bytes key,
           const std::function<void()>& on_step);

  /// One a stored column, in order.
  const std::vector<CommitId>& cells() const { return cells_; }
  /// The commits that cells were last changed by.
  const std::map<CommitId, Commit>& commits() const { return commits_; }

 private:
  struct CellPlace {
    size_t newest = 0;  // index where the way back begins
    size_t here = 0;    // index in the commit
  };
  using Cells = std::vector<CellPlace>;

  void Suspect(const CommitId& id, const Cells& cells);
  void Visit(const CommitId& id, const Commit& commit, Cells cells);
  Cells PassOn(const PastTable& before, const PastTable& after, Cells& cells);

  Repository& repository_;
  const Bytes key_;
  TablePast past_;
  std::map<BlamePlace, Cells> suspects_;
  std::vector<CommitId> cells_;
  std::map<CommitId, Commit> commits_;
};

}  // namespace pvc
