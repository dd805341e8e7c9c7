#pragma once

#include "cli/terminal_text.h"
#include "vcs/stats.h"

namespace pvc {

void PrintStatsText(Painter& out, const CommitId& commit, const RepositoryStats& stats);
/// Format: docs/json.md, "pvc.stats/v1".
void PrintStatsJson(TextWriter& out, const CommitId& commit, const RepositoryStats& stats);

}  // namespace pvc
