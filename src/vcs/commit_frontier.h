#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "vcs/repository.h"

namespace pvc {

/// The commits that a walk through history has come to and not yet taken, each with marks that
/// children hand down to parents. What every question about ancestry is answered with.
///
/// They are taken by falling generation, then by committer time, then by id. A commit's generation
/// is greater than its parents', so when a commit is taken all its descendants in the walk have
/// been: its marks are final, and it cannot come again, which is why what was taken need not be
/// remembered.
///
/// Cost: one read a commit; memory for what is in the frontier, which is as wide as the history has
///       branches at that generation.
class CommitFrontier {
 public:
  using Marks = uint8_t;

  /// A commit with one of the marks `closing` does not count as open.
  CommitFrontier(Repository& repository, Marks closing)
      : repository_(repository), closing_(closing) {}

  struct Entry {
    CommitId id;
    Commit commit;
    Marks marks = 0;
  };

  /// Adds a commit, or marks to one that is there.
  void Add(const CommitId& id, Marks marks);
  /// Adds a parent of a commit that was taken.
  /// Throws: kCorrupt when its generation is not less than the child's.
  void AddParent(const CommitId& id, Marks marks, const Entry& child);

  bool empty() const { return heap_.empty(); }
  /// Whether any commit in it has none of the closing marks.
  bool HasOpen() const { return open_count_ > 0; }
  /// Requires: not empty.
  Entry Take();

 private:
  static bool ComesLater(const Entry& a, const Entry& b);
  void Put(const CommitId& id, Marks marks, const Entry* child);
  bool IsOpen(Marks marks) const { return (marks & closing_) == 0; }

  Repository& repository_;
  Marks closing_;
  std::vector<Entry> heap_;  // the marks are in marks_ until it is taken
  std::unordered_map<CommitId, Marks> marks_;
  size_t open_count_ = 0;
};

}  // namespace pvc
