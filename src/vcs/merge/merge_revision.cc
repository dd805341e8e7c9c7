#include "vcs/merge/merge_revision.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "base/shell_word.h"
#include "vcs/branch.h"
#include "vcs/merge/merge_base_snapshot.h"
#include "vcs/merge/snapshot_merge.h"
#include "vcs/merge_base.h"
#include "vcs/record_import.h"
#include "vcs/working_database.h"
#include "vcs/working_transaction.h"

namespace pvc {
namespace {

constexpr std::string_view kMainBranch = "main";

class Merger {
 public:
  Merger(Repository& repository, const MergeRequest& request, const CheckoutOptions& options)
      : repository_(repository), request_(request), options_(options) {}

  MergeResult Run() {
    RefusePending(repository_.state(), fmt::format("merging '{}'", request_.theirs_name));
    const std::optional<CommitId> ours = FindOurs();
    if (!ours) return FastForwardTo(ObjectId{});
    result_.before = *ours;
    if (IsAncestor(repository_, request_.theirs, *ours)) return std::move(result_);
    if (IsAncestor(repository_, *ours, request_.theirs)) {
      const bool may_go = request_.fast_forward != FastForward::kNever && !request_.is_squash;
      if (may_go) return FastForwardTo(ours->id);
    } else if (request_.fast_forward == FastForward::kOnly) {
      throw Error(ErrorKind::kInvalid,
                  fmt::format("'{}' cannot be fast-forwarded to '{}': it has commits of its own",
                              result_.ours_name, request_.theirs_name))
          .AddHint("merge them:         pvc merge " + ShellWord(request_.theirs_name))
          .AddHint("see what it has:    pvc log " + ShellWord(request_.theirs_name) + ".." +
                   ShellWord(result_.ours_name));
    }
    return UsesWorkingDatabase() ? MergeInWorkingDatabase(*ours) : MergeOutside(*ours);
  }

 private:
  bool IsIntoAnother() const {
    return !request_.into.empty() && request_.into != repository_.state().head.branch;
  }
  bool UsesWorkingDatabase() const {
    return !IsIntoAnother() && !repository_.state().working_path.empty();
  }

  // The commit to merge into, and what it is called.
  std::optional<CommitId> FindOurs() {
    if (IsIntoAnother()) {
      result_.ours_name = request_.into;
      const auto tip = repository_.FindRef(BranchRefName(request_.into));
      if (!tip) {
        throw Error(ErrorKind::kNotFound, fmt::format("no branch '{}'", request_.into))
            .AddHint("see the branches:  pvc branch");
      }
      return CommitId{*tip};
    }
    const Head& head = repository_.state().head;
    result_.ours_name = head.branch.empty() ? "HEAD" : head.branch;
    return repository_.HeadCommit();
  }

  // Moves the branch (or detached HEAD) to a commit.
  void MoveTo(StateChange& change, const ObjectId& expected, const CommitId& commit) const {
    const bool is_detached = !IsIntoAnother() && repository_.state().head.branch.empty();
    if (is_detached) {
      change.head = Head{"", commit};
    } else {
      change.refs.push_back({BranchRefName(result_.ours_name), expected, commit.id});
    }
  }

  Error Uncommitted() const {
    return UncommittedError(repository_, fmt::format("merging '{}'", request_.theirs_name))
        .AddHint("commit them:     pvc commit -m MESSAGE")
        .AddHint("put them aside:  pvc stash push");
  }

  MergeResult FastForwardTo(const ObjectId& before) {
    result_.outcome = MergeResult::Outcome::kFastForward;
    if (request_.is_dry_run) {
      result_.outcome = MergeResult::Outcome::kWouldMerge;
      return std::move(result_);
    }
    StateChange change;
    MoveTo(change, before, request_.theirs);
    result_.commit = request_.theirs;
    if (!UsesWorkingDatabase()) {
      const auto batch = repository_.store().BeginWrite(repository_.write_options());
      PublishState(repository_, *batch, change, request_.actor, DecidedOn::kWholeState);
      return std::move(result_);
    }
    WorkingTransaction transaction(repository_, options_.reading);
    const Snapshot wanted =
        repository_.GetSnapshot(repository_.GetCommit(request_.theirs).snapshot);
    if (transaction.HasUncommittedChanges() &&
        !HaveSameContent(repository_, *transaction.found().nodes, transaction.found().snapshot,
                         wanted)) {
      throw Uncommitted();
    }
    SetCheckout(transaction.Commit(wanted, change, request_.actor, options_.update));
    return std::move(result_);
  }

  void SetCheckout(const WorkingTransaction::Result& done) {
    result_.checkout.changed_database = done.changed_database;
    result_.checkout.update = done.update;
  }

  MergedSnapshot Merge(NodeReader& nodes, WriteBatch& batch, const CommitId& ours,
                       const Snapshot& our_snapshot) {
    base_ = MergeBaseSnapshot(repository_, nodes, batch, ours, request_.theirs);
    SnapshotMergeOptions options;
    options.favor = request_.favor;
    return MergeSnapshots(repository_, nodes, batch, base_, our_snapshot,
                          repository_.GetSnapshot(repository_.GetCommit(request_.theirs).snapshot),
                          options);
  }

  MergeResult ReportUnstored(MergedSnapshot merged, std::unique_ptr<WriteBatch> batch,
                             std::unique_ptr<NodeReader> nodes) {
    result_.outcome = merged.conflicts.empty() ? MergeResult::Outcome::kWouldMerge
                                               : MergeResult::Outcome::kWouldConflict;
    result_.conflicts.conflicts = std::move(merged.conflicts);
    result_.conflicts.encoding = merged.snapshot.properties.encoding;
    result_.conflicts.batch = std::move(batch);
    result_.conflicts.nodes = std::move(nodes);
    return std::move(result_);
  }

  std::string Message() const {
    if (!request_.message.empty()) return request_.message;
    std::string message =
        fmt::format("{} {} '{}'", request_.is_squash ? "Squash" : "Merge",
                    IsBranch(request_.theirs_name) ? "branch" : "commit", request_.theirs_name);
    if (result_.ours_name != kMainBranch) message += " into " + result_.ours_name;
    return message;
  }

  bool IsBranch(const std::string& name) const {
    return !RefNameProblem(name) && repository_.FindRef(BranchRefName(name)).has_value();
  }

  CommitId WriteMerge(WriteBatch& batch, const Snapshot& snapshot, const CommitId& ours) {
    const SnapshotId id = WriteSnapshot(batch, snapshot);
    return WriteCommit(
        batch, MakeCommit(repository_, id, {ours, request_.theirs}, request_.actor.who, Message()));
  }

  MergeResult MergeOutside(const CommitId& ours) {
    if ((request_.is_squash || request_.no_commit) && !request_.is_dry_run) {
      throw Error(ErrorKind::kInvalid,
                  "there is no working database here to leave an uncommitted merge in")
          .AddHint("merge with a commit:  pvc merge " + ShellWord(request_.theirs_name));
    }
    auto batch = repository_.store().BeginWrite(repository_.write_options());
    auto nodes = std::make_unique<NodeReader>(*batch);
    MergedSnapshot merged =
        Merge(*nodes, *batch, ours, repository_.GetSnapshot(repository_.GetCommit(ours).snapshot));
    if (request_.is_dry_run || !merged.conflicts.empty()) {
      return ReportUnstored(std::move(merged), std::move(batch), std::move(nodes));
    }
    const CommitId commit = WriteMerge(*batch, merged.snapshot, ours);
    StateChange change;
    MoveTo(change, ours.id, commit);
    PublishState(repository_, *batch, change, request_.actor, DecidedOn::kItsRefs);
    result_.outcome = MergeResult::Outcome::kMerged;
    result_.commit = commit;
    return std::move(result_);
  }

  MergeResult MergeInWorkingDatabase(const CommitId& ours) {
    WorkingTransaction transaction(repository_, options_.reading);
    WorkingSnapshot& found = transaction.found();
    if (transaction.HasUncommittedChanges()) throw Uncommitted();
    MergedSnapshot merged = Merge(*found.nodes, *found.batch, ours, found.snapshot);
    if (request_.is_dry_run) {
      return ReportUnstored(std::move(merged), std::move(found.batch), std::move(found.nodes));
    }
    StateChange change;
    const bool stops = !merged.conflicts.empty();
    if (stops || request_.no_commit || request_.is_squash) {
      result_.outcome = stops ? MergeResult::Outcome::kConflicts : MergeResult::Outcome::kReady;
      change.pending = DescribeUnfinished(*found.batch, found, ours, merged.conflicts);
      result_.conflicts.conflicts = merged.conflicts;
      result_.conflicts.encoding = merged.snapshot.properties.encoding;
    } else {
      result_.outcome = MergeResult::Outcome::kMerged;
      result_.commit = WriteMerge(*found.batch, merged.snapshot, ours);
      MoveTo(change, ours.id, *result_.commit);
    }
    SetCheckout(transaction.Commit(merged.snapshot, change, request_.actor, options_.update));
    return std::move(result_);
  }

  Bytes DescribeUnfinished(WriteBatch& batch, const WorkingSnapshot& found, const CommitId& ours,
                           const MergeConflicts& conflicts) {
    UnfinishedMerge unfinished;
    unfinished.kind = PendingKind::kMerge;
    unfinished.base = WriteSnapshot(batch, base_);
    unfinished.ours = found.id;
    unfinished.theirs = repository_.GetCommit(request_.theirs).snapshot;
    unfinished.ours_name = result_.ours_name;
    unfinished.theirs_name = request_.theirs_name;
    unfinished.commit = request_.theirs;
    unfinished.original_head = repository_.state().head;
    unfinished.original_commit = ours;
    unfinished.is_squash = request_.is_squash;
    unfinished.message = Message();
    unfinished.conflicts = conflicts;
    return EncodeUnfinishedMerge(unfinished);
  }

  Repository& repository_;
  const MergeRequest& request_;
  const CheckoutOptions& options_;
  Snapshot base_;
  MergeResult result_;
};

}  // namespace

MergeResult MergeRevision(Repository& repository, const MergeRequest& request,
                          const CheckoutOptions& options) {
  return Merger(repository, request, options).Run();
}

}  // namespace pvc
