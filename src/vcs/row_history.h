#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "vcs/log_walk.h"
#include "vcs/row_diff.h"
#include "vcs/table_past.h"

namespace pvc {

/// Every change of every row of a table, or of the rows asked for: the commits as `log` walks them,
/// newest first, each with the rows that it added, changed or removed, in the order of RowDiff.
///
/// Each row is followed on its own. Of a merge, rows that a parent has alike are followed there, to
/// the first such parent, and are not listed; those that differ from all parents are listed, with
/// what changed since the first that has the table, and followed to all of them. Rows of tables
/// without key are followed together. Where a table's key changes, rows go by content there, and
/// all are followed that no merge has led elsewhere before.
///
/// What is asked for about some rows is what all rows' history says of them.
///
/// Cost:   a look at each commit, O(log rows) a row asked for where the table changed, O(changes)
/// if
///         all are. Memory for the keys of rows that came to a merge by another parent than the
///         first.
/// Throws: kCorrupt, kIo, and what `on_step`, called time and again, throws.
/// Lifetime: the repository outlives it.
class RowHistory {
 public:
  struct Options {
    std::vector<CommitId> from;
    std::vector<CommitId> without;  ///< these and their ancestors are left out
    RowRanges ranges = {};          ///< the rows asked for; empty: all
    std::function<void()> on_step = {};
  };
  /// `table`: exact, or as SQLite compares names. Commits may lack it.
  RowHistory(Repository& repository, std::string table, Options options);
  ~RowHistory();
  RowHistory(const RowHistory&) = delete;
  RowHistory& operator=(const RowHistory&) = delete;

  /// Returns: false past the last change.
  bool Next();

  /// The change that Next came to, until it goes on.
  const RowChange& change() const { return change_; }
  const CommitId& commit_id() const { return step_->id; }
  const Commit& commit() const { return step_->commit; }
  /// The layout that the change's row has on each side; null where there is no table.
  const std::shared_ptr<const PastLayout>& layout_before() const { return layout_before_; }
  const std::shared_ptr<const PastLayout>& layout_after() const { return layout_after_; }

 private:
  using KeySet = std::unordered_set<Bytes>;

  // The rows that are followed from a commit on.
  struct Followed {
    bool has_rest = false;  // all but `keys`; else those alone
    KeySet keys;
    std::shared_ptr<const PastLayout> layout;  // that gives rows these keys

    bool empty() const { return !has_rest && keys.empty(); }
  };
  using SharedFollowed = std::shared_ptr<const Followed>;
  using States = std::vector<std::optional<PastTable>>;

  static std::shared_ptr<Followed> Join(const Followed& a, const Followed& b);

  bool NextCommit();
  void Follow(const CommitId& parent, SharedFollowed followed);
  void FollowAll(const SharedFollowed& followed);
  SharedFollowed InLayoutOf(SharedFollowed followed, const PastTable& own);
  bool Contains(const Followed& followed, ByteView key,
                const std::shared_ptr<const PastLayout>& layout);
  bool IsFollowed(const RowChange& change);
  bool HaveSameKeys(const std::shared_ptr<const PastLayout>& a,
                    const std::shared_ptr<const PastLayout>& b);

  void VisitMerge(const std::optional<PastTable>& own, const States& before);
  void VisitMergeWithoutTable(const States& before);
  void VisitMergeByTable(const PastTable& own, const States& before);
  void VisitMergeByRow(const PastTable& own, const States& before);
  KeySet ChangedKeys(const PastTable& before, const PastTable& own, const KeySet* among);
  void List(const std::optional<PastTable>& before, const std::optional<PastTable>& after,
            SharedFollowed listed);
  std::unique_ptr<RowDiff> Compare(const TableDiff& table,
                                   const std::shared_ptr<const PastLayout>& before,
                                   const std::shared_ptr<const PastLayout>& after);

  Repository& repository_;
  std::function<void()> on_step_;
  TablePast past_;
  LogWalk walk_;
  std::unordered_map<CommitId, SharedFollowed> pending_;

  // The commit that is listed.
  std::optional<LogWalk::Step> step_;
  SharedFollowed followed_;
  SharedFollowed listed_;
  TableDiff table_;
  std::shared_ptr<const PastLayout> layout_before_;
  std::shared_ptr<const PastLayout> layout_after_;
  std::unique_ptr<RowDiff> diff_;
  RowChange change_;

  // Two layouts, and whether their keys are the same.
  std::shared_ptr<const PastLayout> compared_a_;
  std::shared_ptr<const PastLayout> compared_b_;
  bool compared_same_ = false;
};

}  // namespace pvc
