#include "vcs/checkout.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/shell_word.h"
#include "vcs/export.h"
#include "vcs/merge/unfinished_merge.h"
#include "vcs/row_parts.h"
#include "vcs/snapshot_parts.h"
#include "vcs/working_database.h"
#include "vcs/working_transaction.h"

namespace pvc {
namespace {

void PublishWholeState(Repository& repository, const StateChange& change, const Actor& actor) {
  const auto batch = repository.store().BeginWrite(repository.write_options());
  PublishState(repository, *batch, change, actor, DecidedOn::kWholeState);
}

std::optional<SnapshotId> SnapshotOf(Repository& repository,
                                     const std::optional<CommitId>& commit) {
  if (!commit) return std::nullopt;
  return repository.GetCommit(*commit).snapshot;
}

CheckoutResult CommitTo(WorkingTransaction& transaction, const Snapshot& target,
                        const StateChange& change, const Actor& actor,
                        const CheckoutOptions& options) {
  CheckoutResult result;
  result.discarded = transaction.HasUncommittedChanges();
  const auto done = transaction.Commit(target, change, actor, options.update);
  result.changed_database = done.changed_database;
  result.discarded = result.discarded && done.changed_database;
  result.update = done.update;
  return result;
}

/// The tables asked for, without those of which only rows are.
std::vector<std::string> WholeTables(const std::vector<DiffFilter>& parts) {
  std::vector<std::string> names;
  for (const DiffFilter& part : parts) {
    if (!part.key) names.push_back(part.table);
  }
  return names;
}

}  // namespace

Error UncommittedError(const Repository& repository, const std::string& action) {
  return Error(ErrorKind::kInvalid, fmt::format("uncommitted changes in '{}' would be lost by {}",
                                                repository.state().working_path, action))
      .AddHint("see them:        pvc diff");
}

CheckoutResult SwitchHead(Repository& repository, const SwitchTarget& target, const Actor& actor,
                          const CheckoutOptions& options) {
  RefuseUnfinished(repository.state(), fmt::format("switching to '{}'", target.name));
  const std::optional<CommitId> from = repository.HeadCommit();
  if (from && !target.commit) {
    throw Error(ErrorKind::kInvalid, fmt::format("branch '{}' has no commits yet", target.name))
        .AddHint("start it here:  pvc switch -c " + ShellWord(target.name));
  }
  StateChange change;
  change.head = target.head;
  change.refs = target.refs;
  change.pending = target.pending;
  const auto snapshot = SnapshotOf(repository, target.commit);
  const bool may_stay = !options.discard && snapshot == SnapshotOf(repository, from);
  if (repository.state().working_path.empty() || !snapshot || may_stay) {
    PublishWholeState(repository, change, actor);
    return {};
  }
  const Snapshot wanted = repository.GetSnapshot(*snapshot);
  WorkingTransaction transaction(repository, options.reading);
  if (!options.discard && transaction.HasUncommittedChanges() &&
      !HaveSameContent(repository, *transaction.found().nodes, transaction.found().snapshot,
                       wanted)) {
    throw UncommittedError(repository, fmt::format("switching to '{}'", target.name))
        .AddHint("commit them:     pvc commit -m MESSAGE")
        .AddHint("put them aside:  pvc stash push")
        .AddHint("discard them:    " + options.discard_command);
  }
  try {
    return CommitTo(transaction, wanted, change, actor, options);
  } catch (Error& error) {
    if (error.kind() == ErrorKind::kInvalid && error.hints().empty()) {
      error.AddHint(
          fmt::format("its changes as a script, for a program that has what is missing:  "
                      "pvc diff HEAD {} --format=sql",
                      target.name));
    }
    throw;
  }
}

CheckoutResult ResetHead(Repository& repository, const CommitId& commit, ResetKind kind,
                         const Actor& actor, const CheckoutOptions& options) {
  StateChange change;
  if (kind == ResetKind::kSoft) {
    RefuseUnfinished(repository.state(), "a soft reset");
  } else if (FindUnfinishedMerge(repository.state())) {
    change.pending = Bytes{};  // gives it up, as git does
  }
  const std::optional<CommitId> head = repository.HeadCommit();
  if (const auto ref = repository.HeadRefName()) {
    change.refs.push_back({*ref, head ? head->id : ObjectId{}, commit.id});
  } else {
    change.head = Head{"", commit};
  }
  if (kind == ResetKind::kSoft || repository.state().working_path.empty()) {
    PublishWholeState(repository, change, actor);
    return {};
  }
  WorkingTransaction transaction(repository, options.reading);
  const Snapshot wanted = repository.GetSnapshot(repository.GetCommit(commit).snapshot);
  return CommitTo(transaction, wanted, change, actor, options);
}

CheckoutResult RestoreWorkingDatabase(Repository& repository, const CommitId& source,
                                      const std::vector<DiffFilter>& parts, const Actor& actor,
                                      const CheckoutOptions& options) {
  const Snapshot wanted = repository.GetSnapshot(repository.GetCommit(source).snapshot);
  const std::string path = WorkingDatabasePath(repository);
  if (parts.empty() && !repository.fs().Stat(path)) {
    const auto lock = LockWorkingDatabase(repository, LockKind::kExclusive);
    RefuseInterrupted(repository);
    RefuseChangedState(repository);
    CheckoutResult result;
    result.changed_database = true;
    result.wrote_anew = true;
    result.update.rows_inserted = ExportSnapshot(repository, wanted, path, {}).row_count;
    StateChange change;
    change.working_base = repository.GetCommit(source).snapshot;
    const auto batch = repository.store().BeginWrite(repository.write_options());
    repository.Publish(*batch, change, actor.who, actor.command);
    return result;
  }
  WorkingTransaction transaction(repository, options.reading);
  WorkingSnapshot& found = transaction.found();
  Snapshot target = wanted;
  if (!parts.empty()) {
    target = found.snapshot;
    if (const auto names = WholeTables(parts); !names.empty()) {
      target = TakeTables(repository, *found.nodes, *found.batch, target, wanted, names);
    }
    for (const DiffFilter& part : parts) {
      if (part.key) {
        target = TakeRow(repository, *found.nodes, *found.batch, target, wanted, part.table,
                         *part.key, source == repository.HeadCommit() ? "HEAD" : source.Short());
      }
    }
  }
  if (HaveSameContent(repository, *found.nodes, found.snapshot, target)) return {};
  CheckoutResult result = CommitTo(transaction, target, {}, actor, options);
  result.discarded = false;  // that is what was asked for
  return result;
}

}  // namespace pvc
