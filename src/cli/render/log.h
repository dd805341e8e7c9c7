#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/render/diff_input.h"
#include "cli/terminal_text.h"
#include "vcs/commit.h"
#include "vcs/log_decorations.h"
#include "vcs/repository.h"
#include "vcs/tag.h"

namespace pvc {

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
