#pragma once

#include "cli/terminal_text.h"
#include "vcs/operation_log.h"

namespace pvc {

/// One line of `pvc op log`.
void PrintOperationLine(Painter& out, const LoggedOperation& logged);
/// An operation's own fields: id, who, when, command.
void PrintOperationHeader(Painter& out, const LoggedOperation& logged);
/// What changed, a line a ref, then HEAD and the working database.
void PrintOperationChanges(Painter& out, Repository& repository, const OperationChanges& changes);

}  // namespace pvc
