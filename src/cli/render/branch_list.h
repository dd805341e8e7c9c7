#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/terminal_text.h"
#include "vcs/ids.h"

namespace pvc {

/// One line of `pvc branch`.
struct BranchLine {
  std::string name;  ///< "main", "remotes/origin/main"
  CommitId commit;
  std::string summary;  ///< first line of its message; empty unless asked for
};

/// Branches by name, and where HEAD is.
struct BranchListing {
  std::string current;                 ///< the current branch, listed or not; empty when detached
  std::optional<CommitId> head;        ///< nothing on a branch without commits
  std::optional<BranchLine> detached;  ///< HEAD, to be listed before the branches; without a name
  std::vector<BranchLine> branches;
};

/// Whether a list of refs says only names, or their commits too.
enum class RefDetail { kNames, kCommits };

void PrintBranchesText(Painter& out, const BranchListing& listing, RefDetail detail);
/// Format: docs/json.md, "pvc.branches/v1".
void PrintBranchesJson(TextWriter& out, const BranchListing& listing);

}  // namespace pvc
