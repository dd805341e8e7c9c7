#pragma once

#include <vector>

#include "vcs/commit.h"
#include "vcs/ids.h"
#include "vcs/query/function_table.h"

namespace pvc {

/// The columns that say which commit a row comes from: commit_id, date (the committer's, as
/// `pvc log --format=json` has it), author (the name), message.
std::vector<FunctionColumn> CommitColumns();
inline constexpr size_t kCommitColumnCount = 4;

/// Requires: column < kCommitColumnCount.
void SetCommitColumn(size_t column, const CommitId& id, const Commit& commit, ColumnResult& result);

}  // namespace pvc
