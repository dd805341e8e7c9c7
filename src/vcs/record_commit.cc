#include "vcs/record_commit.h"

#include "base/error.h"
#include "vcs/merge/unfinished_merge.h"
#include "vcs/record_import.h"
#include "vcs/snapshot_parts.h"
#include "vcs/working_stamp.h"

namespace pvc {
namespace {

/// The unfinished merge that a commit ends.
std::optional<UnfinishedMerge> MergeToConclude(const Repository& repository,
                                               const RecordCommitRequest& request) {
  auto merge = FindUnfinishedMerge(repository.state());
  if (!merge) return merge;
  if (merge->kind != PendingKind::kMerge || request.amend || !request.tables.empty()) {
    RefuseUnfinished(repository.state(), request.amend             ? "amending"
                                         : !request.tables.empty() ? "committing single tables"
                                                                   : "a commit of its own");
  }
  if (!merge->conflicts.empty()) throw OpenConflictsError(merge->conflicts, "cannot commit");
  return merge;
}

}  // namespace

RecordCommitResult RecordCommit(Repository& repository, WorkingSnapshot& working,
                                const RecordCommitRequest& request) {
  RecordCommitResult result;
  result.head = repository.state().head;
  const std::optional<CommitId> head = repository.HeadCommit();
  if (request.amend && !head) {
    throw Error(ErrorKind::kInvalid, "there is no commit to amend")
        .AddHint("make the first one:  pvc commit -m MESSAGE");
  }
  if (request.amend && head != request.replaced) {
    throw Error(ErrorKind::kMoved, "HEAD moved: it is not at the commit that was to be amended")
        .AddHint("see what came in:  pvc log -n 3");
  }
  const std::optional<UnfinishedMerge> merge = MergeToConclude(repository, request);
  WriteBatch& batch = *working.batch;
  std::vector<CommitId> parents;
  std::optional<Commit> replaced;
  std::optional<Snapshot> head_snapshot;
  if (head) {
    const Commit commit = repository.GetCommit(*head);
    head_snapshot = repository.GetSnapshot(commit.snapshot);
    result.before = commit.snapshot;
    parents = {*head};
    if (request.amend) {
      replaced = commit;
      parents = commit.parents;
      result.before.reset();
      if (!parents.empty()) result.before = repository.GetCommit(parents.front()).snapshot;
    }
  }

  if (merge && !merge->is_squash) parents.push_back(merge->commit);

  Snapshot recorded = working.snapshot;
  if (!request.tables.empty()) {
    recorded = TakeTables(repository, *working.nodes, batch, head_snapshot.value_or(Snapshot{}),
                          working.snapshot, request.tables);
  }
  const bool is_same =
      head_snapshot && HaveSameContent(repository, *working.nodes, *head_snapshot, recorded);
  if (is_same && !request.amend && !request.allow_empty && !merge) {
    result.commit = *head;
    return result;
  }

  // What only the file has (its page size, the order of its schema) is no reason for a new
  // snapshot, so that an empty commit is empty.
  const SnapshotId snapshot =
      is_same ? repository.GetCommit(*head).snapshot : WriteSnapshot(batch, recorded);
  Commit commit = MakeCommit(repository, snapshot, parents, request.actor.who, request.message);
  if (replaced) commit.author = replaced->author;
  if (request.author) commit.author = *request.author;
  result.commit = WriteCommit(batch, commit);
  result.recorded = std::move(commit);
  result.is_new = true;

  StateChange change;
  if (const auto ref = repository.HeadRefName()) {
    change.refs.push_back({*ref, head ? head->id : ObjectId{}, result.commit.id});
  } else {
    change.head = Head{"", result.commit};
  }
  if (merge) change.pending = Bytes{};
  change.working_base = working.id;
  if (working.id != repository.state().working_base) change.working_found = working.id;
  repository.Publish(batch, change, request.actor.who, request.actor.command);
  if (IgnoredTables(repository.config()).empty()) {
    StampContent(repository, working.path, working.version, working.id);
  }
  result.statistics = batch.statistics();
  return result;
}

}  // namespace pvc
