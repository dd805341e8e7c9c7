#pragma once

#include <optional>

#include "vcs/checkout.h"
#include "vcs/operation_log.h"

namespace pvc {

/// What an undo, redo or restore would make current again.
struct UndoPlan {
  LoggedOperation undone;  ///< the operation taken back; of redo: done again; of restore: gone to
  OperationId restored;    ///< the operation whose state becomes current
  Operation state;         ///< its refs, HEAD, binding and pending work
  /// What the working database gets; zero: it is left alone, because the command left it alone.
  SnapshotId working;
  /// What else the working database may hold without anything being lost; zero: nothing else.
  SnapshotId before;
};

/// The operation log is never cut: undo adds an operation that has an earlier one's state. Undo
/// after undo goes further back, redo forward again, until another command begins a new future.
///
/// The working database goes back to what it held when the command began, changes by other programs
/// included.
///
/// Returns: nothing when there is nothing to take back.   Cost: one read an undo in a row.
std::optional<UndoPlan> PlanUndo(Repository& repository);
/// Returns: nothing unless the last command was an undo.
std::optional<UndoPlan> PlanRedo(Repository& repository);
/// Makes the state after an operation of the log current.
UndoPlan PlanRestore(Repository& repository, const LoggedOperation& operation);

/// Makes the state before it current, with what it found in the working database.
UndoPlan PlanRestoreBefore(Repository& repository, const LoggedOperation& operation);

/// Carries a plan out, as one operation.
/// Throws: kInvalid when changes that no operation recorded would be lost, unless
///         options.discard; what WorkingTransaction throws.
CheckoutResult CarryOut(Repository& repository, const UndoPlan& plan, const Actor& actor,
                        const CheckoutOptions& options);

}  // namespace pvc
