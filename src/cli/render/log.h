#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/render/diff_input.h"
#include "cli/terminal_text.h"
#include "vcs/commit.h"
#include "vcs/repository.h"
#include "vcs/tag.h"

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

/// One commit of a log. Lifetime: refers to the commit.
struct LogEntry {
  const CommitId& id;
  const Commit& commit;
  std::vector<std::string> names;
  /// What it changed, compared with its first parent; null when that is not asked for.
  const DiffOverview* changes = nullptr;
};

/// Takes commits as they are found.
class LogRenderer {
 public:
  virtual ~LogRenderer() = default;
  virtual void OnCommit(const LogEntry& entry) = 0;
  /// Called between two commits.
  virtual void OnNextCommit() {}
  virtual void Finish() {}
};

/// Lifetime: `out` outlives the renderer.
std::unique_ptr<LogRenderer> MakeLogText(Painter& out);
std::unique_ptr<LogRenderer> MakeLogOneline(Painter& out);
/// Format: docs/json.md, "pvc.log/v1".
std::unique_ptr<LogRenderer> MakeLogJson(TextWriter& out);
std::unique_ptr<LogRenderer> MakeLogJsonl(TextWriter& out);

/// Prints an annotated tag as LogText prints a commit: what `show` says before the commit.
void PrintTag(Painter& out, const Tag& tag);

}  // namespace pvc
