#pragma once

#include "cli/command.h"
#include "cli/render/diff_input.h"
#include "vcs/working_snapshot.h"

namespace pvc {

/// Reads the working database, with a progress line.   Throws: as ReadWorkingSnapshot.
WorkingSnapshot ReadWorking(CommandContext& context);
/// The side of a comparison that `working` stands for. Lifetime: `working` outlives it.
DiffSide WorkingSideOf(const WorkingSnapshot& working);
/// The working database as it is at this moment.   Throws: as ReadWorkingSnapshot.
DiffSide WorkingSide(CommandContext& context);
/// HEAD's commit; nothing on a branch without commits.
DiffSide HeadSide(Repository& repository);

}  // namespace pvc
