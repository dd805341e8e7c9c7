#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vcs/diff.h"
#include "vcs/repository.h"
#include "vcs/schema_diff.h"
#include "vcs/table_past.h"

namespace pvc {

/// The tables and rows whose history is asked for.
///
/// A table changes with its rows, its SQL text, or its indexes and triggers; a row by its key, in a
/// table without key by its rowid. A table renamed is another table.
class TableHistory {
 public:
  /// `filters`: what is asked for, at least one.   Lifetime: the repository outlives it.
  TableHistory(Repository& repository, std::vector<DiffFilter> filters);

  /// Checks that each of the filters names what some commit has, and that the key is one.
  ///
  /// Throws: kNotFound with the nearest names; kInvalid for a key that cannot be one.
  /// Cost:   O(filters) when `from` have the tables, else up to a look at every commit before them.
  void Check(const std::vector<CommitId>& from) const;

  /// Whether anything asked for differs.   `before` absent: nothing was there.
  /// Throws: kCorrupt, kIo.
  /// Cost:   O(tables changed), and O(log rows) a key; a table without key that changed is
  /// compared.
  bool Differ(const std::optional<SnapshotId>& before, const SnapshotId& after);

  /// The filters under which something differs.
  std::vector<DiffFilter> Changed(const std::optional<SnapshotId>& before, const SnapshotId& after);

 private:
  struct Asked {
    DiffFilter filter;
    TablePast past;  // of its table, and the row's ranges when there is a key
  };
  struct Sides {
    std::vector<CatalogChange> catalog;
    TableDiff encodings;
  };

  Sides Compare(const std::optional<SnapshotId>& before, const SnapshotId& after) const;
  bool IsTableChanged(const Sides& sides, const std::string& name) const;
  bool IsRowChanged(const std::optional<SnapshotId>& before, const SnapshotId& after,
                    Asked& asked) const;
  bool CheckIn(const Snapshot& snapshot, const DiffFilter& filter) const;

  Repository& repository_;
  std::vector<Asked> asked_;
};

}  // namespace pvc
