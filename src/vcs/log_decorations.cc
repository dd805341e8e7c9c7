#include "vcs/log_decorations.h"

#include <string_view>

#include "vcs/tag.h"

namespace pvc {

LogDecorations ReadDecorations(Repository& repository) {
  constexpr std::string_view kRefs = "refs/";
  constexpr std::string_view kBranches = "refs/heads/";
  constexpr std::string_view kTags = "refs/tags/";
  constexpr std::string_view kStash = "refs/stash/";
  constexpr std::string_view kBisectHex[] = {"refs/bisect/good-", "refs/bisect/skip-"};
  LogDecorations decorations;
  const std::string head_branch = repository.state().head.branch;
  if (const auto head = repository.HeadCommit()) {
    decorations.Add(*head, head_branch.empty() ? "HEAD" : "HEAD -> " + head_branch);
  }
  const auto add = [&](const Ref& ref, const std::string& name) {
    decorations.Add(PeelToCommit(repository, ref.target, name), name);
  };
  for (const Ref& ref : repository.ListRefs(kTags)) {
    add(ref, "tag: " + ref.name.substr(kTags.size()));
  }
  for (const Ref& ref : repository.ListRefs(kRefs)) {
    if (ref.name.starts_with(kTags) || ref.name.starts_with(kBranches)) continue;
    // These have no names that a person uses.
    if (ref.name.starts_with(kStash) || ref.name.starts_with(kBisectHex[0]) ||
        ref.name.starts_with(kBisectHex[1])) {
      continue;
    }
    add(ref, ref.name.substr(kRefs.size()));
  }
  for (const Ref& ref : repository.ListRefs(kBranches)) {
    const std::string branch = ref.name.substr(kBranches.size());
    if (branch != head_branch) add(ref, branch);
  }
  return decorations;
}

}  // namespace pvc
