#include "vcs/query/commit_columns.h"

#include "base/clock.h"

namespace pvc {

std::vector<FunctionColumn> CommitColumns() {
  return {{"commit_id", "TEXT"}, {"date", "TEXT"}, {"author", "TEXT"}, {"message", "TEXT"}};
}

void SetCommitColumn(size_t column, const CommitId& id, const Commit& commit,
                     ColumnResult& result) {
  switch (column) {
    case 0:
      return result.SetText(id.Hex());
    case 1:
      return result.SetText(FormatRfc3339(commit.committer.when));
    case 2:
      return result.SetText(commit.author.name);
    default:
      return result.SetText(commit.message);
  }
}

}  // namespace pvc
