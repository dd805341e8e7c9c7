#include "vcs/undo.h"

#include "base/error.h"
#include "vcs/working_database.h"
#include "vcs/working_transaction.h"

namespace pvc {
namespace {

LoggedOperation Read(Repository& repository, const OperationId& id) {
  return {id, ReadOperation(repository.store(), id)};
}

/// Where undo and redo stand: the operation whose state `operation` has. Never an undo itself.
LoggedOperation Position(Repository& repository, const LoggedOperation& operation) {
  if (operation.operation.restored.IsZero()) return operation;
  LoggedOperation position = Read(repository, operation.operation.restored);
  if (!position.operation.restored.IsZero()) {
    throw Error(ErrorKind::kCorrupt,
                "operation " + operation.id.Short() + " restores one that restores another");
  }
  return position;
}

/// The operation that `operation` followed, as undo counts.
std::optional<LoggedOperation> Predecessor(Repository& repository,
                                           const LoggedOperation& operation) {
  if (operation.operation.parent.IsZero()) return std::nullopt;
  return Position(repository, Read(repository, operation.operation.parent));
}

/// What the working database held when the command began, as far as it looked.
/// Requires: the operation has a parent.
SnapshotId FoundBy(Repository& repository, const LoggedOperation& operation) {
  if (!operation.operation.working_found.IsZero()) return operation.operation.working_found;
  return Read(repository, operation.operation.parent).operation.working_base;
}

}  // namespace

std::optional<UndoPlan> PlanUndo(Repository& repository) {
  if (repository.operation_id().IsZero()) return std::nullopt;
  UndoPlan plan;
  plan.undone = Position(repository, {repository.operation_id(), repository.state()});
  const auto before = Predecessor(repository, plan.undone);
  if (!before) return std::nullopt;
  plan.restored = before->id;
  plan.state = before->operation;
  // What a command did not change may have been changed by others since: it is left alone.
  const SnapshotId found = FoundBy(repository, plan.undone);
  if (found != plan.undone.operation.working_base) plan.working = found;
  return plan;
}

// The operations since the last command that was no undo or redo form the way back; the one that
// comes after the present position on the line of that command is done again.
std::optional<UndoPlan> PlanRedo(Repository& repository) {
  if (repository.operation_id().IsZero()) return std::nullopt;
  LoggedOperation current{repository.operation_id(), repository.state()};
  if (current.operation.restored.IsZero()) return std::nullopt;
  const OperationId position = current.operation.restored;

  LoggedOperation newest = current;
  while (!newest.operation.restored.IsZero()) newest = Read(repository, newest.operation.parent);
  LoggedOperation next = newest;
  while (next.id != position) {
    const auto before = Predecessor(repository, next);
    if (!before) return std::nullopt;
    if (before->id == position) break;
    next = *before;
  }
  if (next.id == position) return std::nullopt;

  UndoPlan plan;
  plan.undone = next;
  plan.restored = next.id;
  plan.state = next.operation;
  plan.before = FoundBy(repository, next);
  if (plan.before != next.operation.working_base) plan.working = next.operation.working_base;
  return plan;
}

UndoPlan PlanRestoreBefore(Repository& repository, const LoggedOperation& operation) {
  if (operation.operation.parent.IsZero()) return PlanRestore(repository, operation);
  UndoPlan plan = PlanRestore(repository, Read(repository, operation.operation.parent));
  plan.working = FoundBy(repository, operation);
  return plan;
}

UndoPlan PlanRestore(Repository&, const LoggedOperation& operation) {
  UndoPlan plan;
  plan.undone = operation;
  plan.state = operation.operation;
  plan.working = operation.operation.working_base;
  return plan;
}

CheckoutResult CarryOut(Repository& repository, const UndoPlan& plan, const Actor& actor,
                        const CheckoutOptions& options) {
  const Operation& current = repository.state();
  StateChange change;
  change.refs = CompareOperations(repository, current, plan.state).refs;
  change.head = plan.state.head;
  change.working_path = plan.state.working_path;
  change.pending = plan.state.pending;
  change.restored = plan.restored;
  // What the log said then, whatever the database holds: changes that no command had recorded are
  // again such changes.
  change.working_base = plan.state.working_base;
  // Another database, or none: files are not touched then.
  const bool touches_database = plan.state.working_path == current.working_path &&
                                !plan.state.working_path.empty() && !plan.working.IsZero();
  if (!touches_database) {
    const auto batch = repository.store().BeginWrite(repository.write_options());
    PublishState(repository, *batch, change, actor, DecidedOn::kWholeState);
    return {};
  }
  WorkingTransaction transaction(repository, options.reading);
  const Snapshot wanted = repository.GetSnapshot(plan.working);
  WorkingSnapshot& found = transaction.found();
  const auto holds = [&](const Snapshot& snapshot) {
    return HaveSameContent(repository, *found.nodes, found.snapshot, snapshot,
                           &transaction.ignored());
  };
  const bool is_dirty = transaction.HasUnrecordedChanges() && !holds(wanted) &&
                        (plan.before.IsZero() || !holds(repository.GetSnapshot(plan.before)));
  if (is_dirty && !options.discard) {
    // A commit or a stash would be what is undone then.
    throw UncommittedError(repository, "'" + actor.command + "'")
        .AddHint("discard them:    " + options.discard_command);
  }
  CheckoutResult result;
  if (is_dirty) {
    // Neither undo nor redo would lead back to it: it gets a place of its own in the log.
    result.set_aside = transaction.RecordFound({actor.who, "changes found by " + actor.command});
    change.refs = CompareOperations(repository, repository.state(), plan.state).refs;
  }
  const auto done = transaction.Commit(wanted, change, actor, options.update);
  result.changed_database = done.changed_database;
  result.update = done.update;
  return result;
}

}  // namespace pvc
