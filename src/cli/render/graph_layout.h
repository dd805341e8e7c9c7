#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vcs/ids.h"

namespace pvc {

/// What is drawn to the left of one commit's text. Rows of one commit have one width, with spaces
/// at their ends.
struct GraphRows {
  std::vector<std::string> before;  ///< rows without text, above the commit
  std::string commit;               ///< the row of the `*`, beside the first line of text
  std::vector<std::string> after;   ///< beside the lines that follow, or alone when there are none
  std::string rest;                 ///< beside all further lines
};

/// Draws the lines between commits that `log --graph` shows, a commit at a time.
///
/// Each lane, two columns wide, leads from the commits drawn down to one that is still to come; no
/// two lanes lead to the same. Parents that no lane leads to get lanes at the commit's place; lanes
/// that have come to lead to the same commit join to the left, and the lanes right of them close
/// up:
///
///     *-.   three parents       | *   a parent that the first lane leads to already:
///     |\ \  get three lanes     |/    the lane ends there
///
/// A line that has more than one lane to cross runs level in the first row (`|_|/`) and ends in the
/// second (`|/`), so that a join never takes more than two rows.
///
/// Cost: O(lanes) a row; memory O(lanes).
class GraphLayout {
 public:
  /// Draws a commit and the lines to its parents: those of them that will be drawn.
  /// Requires: children come before parents, each commit once.
  GraphRows Show(const CommitId& id, const std::vector<CommitId>& parents);

  /// Leaves a commit out: its lane leads on to `parent`, or ends. Rows that this takes come with
  /// the next commit drawn.
  void Pass(const CommitId& id, const std::optional<CommitId>& parent);

 private:
  /// What becomes of the lane that a line to another lane begins at.
  enum class Lane { kStays, kEnds };

  std::optional<size_t> Find(const CommitId& id) const;
  void ShowParents(size_t lane, const std::vector<CommitId>& parents, GraphRows& rows);
  void Join(size_t from, size_t to, Lane lane, std::vector<std::string>& rows);
  void End(size_t lane, std::vector<std::string>& rows);
  std::string LaneRow() const;

  std::vector<CommitId> lanes_;  // the commit that each leads to
  std::vector<std::string> pending_;
};

}  // namespace pvc
