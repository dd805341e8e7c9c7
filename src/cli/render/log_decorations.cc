#include "cli/render/log.h"

namespace pvc {

LogDecorations ReadDecorations(Repository& repository) {
  constexpr std::string_view kBranches = "refs/heads/";
  constexpr std::string_view kTags = "refs/tags/";
  LogDecorations decorations;
  const std::string head_branch = repository.state().head.branch;
  if (const auto head = repository.HeadCommit()) {
    decorations.Add(*head, head_branch.empty() ? "HEAD" : "HEAD -> " + head_branch);
  }
  for (const Ref& ref : repository.ListRefs("refs/")) {
    const CommitId id{ref.target};
    if (ref.name.compare(0, kBranches.size(), kBranches) == 0) {
      const std::string branch = ref.name.substr(kBranches.size());
      if (branch != head_branch) decorations.Add(id, branch);
    } else if (ref.name.compare(0, kTags.size(), kTags) == 0) {
      decorations.Add(id, "tag: " + ref.name.substr(kTags.size()));
    } else {
      decorations.Add(id, ref.name.substr(5));
    }
  }
  return decorations;
}

}  // namespace pvc
