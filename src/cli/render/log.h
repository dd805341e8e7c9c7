#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/terminal_text.h"
#include "vcs/commit.h"
#include "vcs/repository.h"

namespace pvc {

/// Names that point to commits: "HEAD -> main", "tag: v1".
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
LogDecorations ReadDecorations(Repository& repository);

/// One commit of a log. Lifetime: refers to the commit.
struct LogEntry {
  const CommitId& id;
  const Commit& commit;
  std::vector<std::string> names;
};

/// Takes commits as they are found.
class LogRenderer {
 public:
  virtual ~LogRenderer() = default;
  virtual void OnCommit(const LogEntry& entry) = 0;
  virtual void Finish() {}
};

std::unique_ptr<LogRenderer> MakeLogText(Painter& out);
std::unique_ptr<LogRenderer> MakeLogOneline(Painter& out);
/// Format: docs/json.md, "pvc.log/v1".
std::unique_ptr<LogRenderer> MakeLogJson(TextWriter& out);
std::unique_ptr<LogRenderer> MakeLogJsonl(TextWriter& out);

}  // namespace pvc
