#pragma once

#include <map>
#include <string>
#include <vector>

#include "vcs/repository.h"

namespace pvc {

/// Names that point to commits, as git prints them: "HEAD -> main" ("HEAD" when detached), then
/// tags ("tag: v1"), other refs, branches.
class LogDecorations {
 public:
  void Add(const CommitId& id, std::string name) { names_[id].push_back(std::move(name)); }
  std::vector<std::string> NamesOf(const CommitId& id) const {
    const auto found = names_.find(id);
    return found == names_.end() ? std::vector<std::string>{} : found->second;
  }

 private:
  std::map<CommitId, std::vector<std::string>> names_;
};
/// Throws: kCorrupt for a ref that names no commit.   Cost: O(refs).
LogDecorations ReadDecorations(Repository& repository);

}  // namespace pvc
