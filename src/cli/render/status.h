#pragma once

#include <optional>
#include <string>

#include "cli/render/diff_input.h"
#include "cli/terminal_text.h"
#include "vcs/merge/unfinished_merge.h"
#include "vcs/operation.h"

namespace pvc {

/// A merge, rebase, ... that waits to be continued.
struct PendingWork {
  std::string kind;                      ///< one word for scripts: "merge"
  std::string sentence;                  ///< what is unfinished and how to go on, for people
  std::optional<UnfinishedMerge> merge;  ///< unless it is something else
};

/// What a state says about unfinished work; nothing when there is none.
std::optional<PendingWork> DescribePending(const Operation& state);

/// What `pvc status` answers.
struct StatusReport {
  Head head;
  std::optional<CommitId> commit;  ///< HEAD's; nothing on a branch without commits
  std::optional<PendingWork> pending;
  std::string
      database;  ///< the working database, relative to the repository's folder; "" when none
  bool is_gone = false;  ///< there is no such file
  DiffOverview changes;  ///< of the working database since HEAD
};

void PrintStatusText(Painter& out, const StatusReport& report);
/// For scripts, one change a line.   Format: `pvc help status`.
void PrintStatusPorcelain(TextWriter& out, const StatusReport& report);
/// Format: docs/json.md, "pvc.status/v1".
void PrintStatusJson(TextWriter& out, const StatusReport& report);

/// One line per table, schema object and property that differs, indented: what status lists, and
/// what a commit is asked a message for.
void PrintChangeLines(Painter& out, const DiffOverview& changes);

/// "On branch main", "HEAD detached at 1a2b3c4d5e6f".
std::string DescribeHead(const Head& head);

}  // namespace pvc
