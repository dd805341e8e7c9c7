#pragma once

#include "cli/render/diff_input.h"
#include "cli/terminal_text.h"
#include "vcs/record_commit.h"

namespace pvc {

/// Prints what a commit recorded, as git does: "[main 1a2b3c4d5e6f] message" and what changed in
/// numbers; per table and schema object when verbose.
/// `changes`: of the commit since what was before.
void PrintCommit(Painter& out, const RecordCommitResult& result, const DiffOverview& changes,
                 bool is_verbose);

}  // namespace pvc
