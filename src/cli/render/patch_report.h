#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/terminal_text.h"
#include "vcs/patch/patch_target.h"

namespace pvc {

/// Gathers the rows of a patch that do not fit: the first few as lines, all of them as a number.
class ConflictList {
 public:
  static constexpr size_t kShownRows = 20;

  explicit ConflictList(size_t columns) : columns_(columns) {}

  void Add(const PatchConflict& conflict);
  bool empty() const { return count_ == 0; }
  /// "2 rows of 1 table do not fit:", and a line a row.
  void Print(Painter& out) const;

 private:
  struct Line {
    std::string table;
    std::string key;
    std::string text;
  };

  size_t columns_;
  std::vector<Line> lines_;
  std::set<std::string> tables_;
  uint64_t count_ = 0;
};

/// "2 rows changed, 1 added, 1 schema object changed; 1 row was there already".
std::string DescribePatch(const PatchTarget& target);

}  // namespace pvc
