#pragma once

#include <string>
#include <string_view>

#include "cli/command.h"
#include "vcs/merge/conflict.h"
#include "vcs/pending_kind.h"

namespace pvc {

/// Says on standard error that a command stopped at conflicts, which were stored: how many, one of
/// them, and what to type next.
///
/// `what`: "merge of 'try' into 'main'". `nodes` reads the conflicts; the names are what messages
/// call the sides.
/// Requires: !conflicts.empty().
void ReportStopped(CommandContext& context, std::string_view what, PendingKind kind,
                   NodeReader& nodes, TextEncoding encoding, const MergeConflicts& conflicts,
                   const std::string& ours_name, const std::string& theirs_name);

/// Says on standard output which conflicts a merge would stop at that was not carried out: how many
/// in each table, and the first few.
/// Requires: as ReportStopped.
void ReportWouldConflict(CommandContext& context, std::string_view what, NodeReader& nodes,
                         TextEncoding encoding, const MergeConflicts& conflicts,
                         const std::string& ours_name, const std::string& theirs_name);

}  // namespace pvc
