#pragma once

#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "vcs/blame_pair.h"
#include "vcs/catalog.h"
#include "vcs/repository.h"
#include "vcs/row_codec.h"
#include "vcs/table_past.h"

namespace pvc {

/// Finds for each row of a table the commit that last changed it.
///
/// Goes back from a commit: what a parent has alike is the parent's to answer for (of several, the
/// first that has it), the rest is the commit's own. Rows are alike as a diff sees them, so that a
/// column added with its default changes none; rows of a table without key go by their rowid; where
/// a table's key changed, all of its rows are new. Only commits are seen, not the working database.
///
/// Cost:   a look at each commit until all rows have theirs, and O(changes) where the table changed
///         (O(rows) where its columns moved); of a few rows O(log rows) each. Memory for the keys
///         of rows changed after the commit that the oldest come from; rows themselves stream.
/// Throws: kCorrupt, kIo; and what `on_step`, called time and again, throws.
/// Lifetime: the repository outlives it.
class TableBlame {
 public:
  /// `table`: as FindTable gives it for `at`.
  /// `ranges`: of keys, ascending and apart: the rows that are asked for.
  TableBlame(Repository& repository, const CommitId& at, const CatalogEntry& table,
             std::function<void()> on_step, std::vector<KeyRange> ranges = {KeyRange{}});

  /// The commits that rows were last changed by.
  const std::map<CommitId, Commit>& commits() const { return commits_; }

  /// Who last changed a row.   Requires: it is there, and was asked for.
  const CommitId& CommitOf(ByteView key) const;

  /// Hands out all rows in key order, each with its commit. The row lives during the call.
  /// Requires: all were asked for.
  void ForEachRow(const std::function<void(const Row& row, const CommitId& commit)>& visit) const;

 private:
  // Rows that a commit may have changed last.
  struct Suspicion {
    std::unordered_set<Bytes> keys;
    bool has_rest = false;  // all rows that are not in claimed_

    bool empty() const { return keys.empty() && !has_rest; }
  };

  void Suspect(const CommitId& id, Suspicion suspicion);
  Suspicion SuspectAsked() const;
  void Visit(const CommitId& id, const Commit& commit, Suspicion suspicion);
  Suspicion PassOn(BlamePair& pair, Suspicion& suspicion);
  void Blame(const CommitId& id, const Commit& commit, const Suspicion& suspicion);

  Repository& repository_;
  const std::vector<KeyRange> ranges_;
  TablePast past_;
  std::optional<PastTable> newest_;  // the table where the way back begins
  std::function<void()> on_step_;
  std::map<BlamePlace, Suspicion> suspects_;
  // Rows that are no longer part of the rest, with their commit once it is known.
  std::unordered_map<Bytes, const CommitId*> claimed_;
  const CommitId* rest_ = nullptr;  // who changed the rest
  std::map<CommitId, Commit> commits_;
};

}  // namespace pvc
