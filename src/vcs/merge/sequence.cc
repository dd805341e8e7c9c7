#include "vcs/merge/sequence.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/error.h"
#include "base/shell_word.h"
#include "vcs/branch.h"
#include "vcs/log_walk.h"
#include "vcs/merge/snapshot_merge.h"
#include "vcs/merge_base.h"
#include "vcs/record_import.h"
#include "vcs/revision.h"
#include "vcs/working_transaction.h"

namespace pvc {
namespace {

std::string FirstLine(const std::string& message) { return message.substr(0, message.find('\n')); }

// The two states between which the change lies that a step brings over.
struct Change {
  SnapshotId base;
  SnapshotId theirs;
};

/// Brings commits over, one by one, in the working database's transaction or, where there is no
/// working database, on trees alone.
class Sequencer {
 public:
  Sequencer(Repository& repository, PendingKind kind, const Actor& actor, FavoredSide favor,
            const CheckoutOptions& options)
      : repository_(repository), actor_(actor), favor_(favor), options_(options) {
    result_.kind = kind;
  }

  void Begin() {
    if (!repository_.state().working_path.empty()) {
      transaction_.emplace(repository_, options_.reading);
      batch_ = transaction_->found().batch.get();
      nodes_ = transaction_->found().nodes.get();
      return;
    }
    own_batch_ = repository_.store().BeginWrite(repository_.write_options());
    own_nodes_ = std::make_unique<NodeReader>(*own_batch_);
    batch_ = own_batch_.get();
    nodes_ = own_nodes_.get();
  }

  WorkingTransaction* transaction() { return transaction_ ? &*transaction_ : nullptr; }
  WriteBatch& batch() { return *batch_; }
  NodeReader& nodes() { return *nodes_; }

  Snapshot SnapshotOf(const CommitId& commit) {
    return ReadSnapshot(*batch_, ReadCommit(*batch_, commit).snapshot);
  }

  void SetStart(const CommitId& tip, const Snapshot& content) {
    tip_ = tip;
    content_ = content;
  }
  void SetOriginal(const Head& head, const CommitId& commit) {
    original_head_ = head;
    original_commit_ = commit;
  }
  void SetMainline(uint32_t mainline) { mainline_ = mainline; }
  void SetNoCommit(bool no_commit) { no_commit_ = no_commit; }

  // Commits what `content` holds as the step of `picked`.
  void CommitStep(const CommitId& picked, const Snapshot& content, std::string message) {
    const Commit original = repository_.GetCommit(picked);
    Commit commit;
    commit.snapshot = WriteSnapshot(*batch_, content);
    commit.parents = {tip_};
    commit.generation = ReadCommit(*batch_, tip_).generation + 1;
    commit.committer = actor_.who;
    commit.author = result_.kind == PendingKind::kRevert ? actor_.who : original.author;
    commit.message = std::move(message);
    tip_ = WriteCommit(*batch_, commit);
    content_ = content;
    result_.made.push_back(tip_);
  }

  void Drop(const CommitId& commit) { result_.dropped.push_back(commit); }
  void Skip(const CommitId& commit) { result_.skipped = commit; }

  // Ends a merge that had stopped with its commit.
  SequenceResult FinishMerge(const UnfinishedMerge& unfinished, const Snapshot& content,
                             const std::string& message) {
    std::vector<CommitId> parents = {tip_};
    if (!unfinished.is_squash) parents.push_back(unfinished.commit);
    tip_ = WriteCommit(*batch_, MakeCommit(repository_, WriteSnapshot(*batch_, content), parents,
                                           actor_.who, message));
    result_.made.push_back(tip_);
    return Finish();
  }

  // Brings `todo` over. Ends with one operation, also when it stops.
  SequenceResult Run(std::vector<CommitId> todo) {
    for (size_t i = 0; i < todo.size(); ++i) {
      const CommitId& commit = todo[i];
      const Change change = ChangeOf(commit);
      SnapshotMergeOptions options;
      options.favor = favor_;
      MergedSnapshot merged =
          MergeSnapshots(repository_, *nodes_, *batch_, ReadOrEmpty(change.base), content_,
                         ReadOrEmpty(change.theirs), options);
      if (!merged.conflicts.empty() || no_commit_) {
        const std::vector<CommitId> rest(todo.begin() + static_cast<ptrdiff_t>(i) + 1, todo.end());
        return Stop(commit, change, std::move(merged), rest);
      }
      if (HaveSameContent(repository_, *nodes_, content_, merged.snapshot)) {
        result_.dropped.push_back(commit);
        continue;
      }
      CommitStep(commit, merged.snapshot, MessageOf(commit));
    }
    return Finish();
  }

 private:
  Snapshot ReadOrEmpty(const SnapshotId& id) {
    if (!id.IsZero()) return ReadSnapshot(*batch_, id);
    Snapshot empty;
    empty.properties = content_.properties;
    empty.properties.user_version = 0;
    empty.properties.application_id = 0;
    return empty;
  }

  Change ChangeOf(const CommitId& id) {
    const Commit commit = repository_.GetCommit(id);
    if (commit.parents.size() > 1 && mainline_ == 0) {
      throw Error(
          ErrorKind::kInvalid,
          fmt::format("{} is a merge: it is not said which of its parents to compare it with",
                      id.Short()))
          .AddHint(fmt::format("with its first parent:  pvc {} -m 1 {}",
                               PendingKindName(result_.kind), id.Short()));
    }
    if (mainline_ > std::max<size_t>(commit.parents.size(), 1)) {
      throw Error(ErrorKind::kInvalid, fmt::format("{} has no parent {}", id.Short(), mainline_))
          .AddHint("see its parents:  pvc show " + id.Short());
    }
    SnapshotId parent;
    if (!commit.parents.empty()) {
      parent = repository_.GetCommit(commit.parents[mainline_ == 0 ? 0 : mainline_ - 1]).snapshot;
    }
    if (result_.kind == PendingKind::kRevert) return {commit.snapshot, parent};
    return {parent, commit.snapshot};
  }

  std::string MessageOf(const CommitId& id) {
    const std::string message = repository_.GetCommit(id).message;
    if (result_.kind != PendingKind::kRevert) return message;
    return fmt::format("Revert \"{}\"\n\nThis reverts commit {}.", FirstLine(message), id.Hex());
  }

  // What becomes of HEAD and its branch while the sequence is under way.
  void MoveHead(StateChange& change) {
    if (result_.kind == PendingKind::kRebase) {
      change.head = Head{"", tip_};
    } else {
      MoveBranch(change);
    }
  }

  // HEAD's branch, or a detached HEAD, goes to the tip.
  void MoveBranch(StateChange& change) {
    const auto ref = repository_.HeadRefName();
    if (!ref) {
      change.head = Head{"", tip_};
    } else if (const auto head = repository_.HeadCommit(); head != tip_) {
      change.refs.push_back({*ref, head->id, tip_.id});
    }
  }

  SequenceResult Stop(const CommitId& commit, const Change& change, MergedSnapshot merged,
                      const std::vector<CommitId>& rest) {
    const bool has_conflicts = !merged.conflicts.empty();
    if (!transaction_) {
      Error error(ErrorKind::kInvalid,
                  has_conflicts ? fmt::format("{} conflicts, and there is no working database to "
                                              "settle that in",
                                              commit.Short())
                                : "there is no working database to leave changes in");
      throw error.AddHint("choose one:  pvc import FILE");
    }
    UnfinishedMerge unfinished;
    unfinished.kind = result_.kind;
    unfinished.base = WriteSnapshot(*batch_, ReadOrEmpty(change.base));
    unfinished.ours = WriteSnapshot(*batch_, content_);
    unfinished.theirs = WriteSnapshot(*batch_, ReadOrEmpty(change.theirs));
    unfinished.ours_name = result_.kind == PendingKind::kRebase || original_head_.branch.empty()
                               ? "HEAD"
                               : original_head_.branch;
    unfinished.theirs_name =
        result_.kind == PendingKind::kRevert ? "parent of " + commit.Short() : commit.Short();
    unfinished.commit = commit;
    unfinished.original_head = original_head_;
    unfinished.original_commit = original_commit_;
    unfinished.message = MessageOf(commit);
    unfinished.conflicts = merged.conflicts;
    unfinished.mainline = mainline_;
    unfinished.favor = favor_;
    unfinished.todo = rest;
    StateChange state;
    state.pending = EncodeUnfinishedMerge(unfinished);
    MoveHead(state);
    Publish(merged.snapshot, state);
    result_.outcome =
        has_conflicts ? SequenceResult::Outcome::kConflicts : SequenceResult::Outcome::kReady;
    result_.stopped_at = commit;
    result_.conflicts = std::move(merged.conflicts);
    return std::move(result_);
  }

  SequenceResult Finish() {
    StateChange state;
    if (!repository_.state().pending.empty()) state.pending = Bytes{};
    if (result_.kind == PendingKind::kRebase && !original_head_.branch.empty()) {
      state.head = original_head_;
      if (tip_ != original_commit_) {
        state.refs.push_back({BranchRefName(original_head_.branch), original_commit_.id, tip_.id});
      }
    } else {
      MoveBranch(state);
    }
    Publish(content_, state);
    result_.outcome = SequenceResult::Outcome::kDone;
    return std::move(result_);
  }

  void Publish(const Snapshot& content, const StateChange& change) {
    if (transaction_) {
      const auto done = transaction_->Commit(content, change, actor_, options_.update);
      result_.checkout.changed_database = done.changed_database;
      result_.checkout.update = done.update;
    } else {
      repository_.Publish(*own_batch_, change, actor_.who, actor_.command);
    }
  }

  Repository& repository_;
  const Actor& actor_;
  const FavoredSide favor_;
  const CheckoutOptions& options_;
  std::optional<WorkingTransaction> transaction_;
  std::unique_ptr<WriteBatch> own_batch_;
  std::unique_ptr<NodeReader> own_nodes_;
  WriteBatch* batch_ = nullptr;
  NodeReader* nodes_ = nullptr;
  CommitId tip_;
  Snapshot content_;  // of the tip, and of what is to be in the working database
  Head original_head_;
  CommitId original_commit_;
  uint32_t mainline_ = 0;
  bool no_commit_ = false;
  SequenceResult result_;
};

UnfinishedMerge RequireUnfinished(const Repository& repository, PendingKind kind) {
  auto unfinished = FindUnfinishedMerge(repository.state());
  if (unfinished && unfinished->kind == kind) return std::move(*unfinished);
  Error error(ErrorKind::kNotFound,
              fmt::format("there is no {} to go on with", PendingKindName(kind)));
  if (unfinished) {
    const std::string_view name = PendingKindName(unfinished->kind);
    error.AddHint(fmt::format("finish what is unfinished:  pvc {} --continue", name));
    error.AddHint(fmt::format("give it up:                 pvc {} --abort", name));
  } else {
    error.AddHint("see where things are:  pvc status");
  }
  throw error;
}

CommitId RequireHead(Repository& repository) {
  const auto head = repository.HeadCommit();
  if (!head) throw UnbornError(repository, repository.state().head.branch);
  return *head;
}

}  // namespace

std::vector<CommitId> CommitsInOrder(Repository& repository, const std::vector<CommitId>& from,
                                     const std::vector<CommitId>& without) {
  LogOptions options;
  options.from = from;
  options.without = without;
  options.order = LogOrder::kLines;
  LogWalk walk(repository, options);
  std::vector<CommitId> commits;
  while (const auto step = walk.Next()) commits.push_back(step->id);
  std::reverse(commits.begin(), commits.end());
  return commits;
}

std::vector<CommitId> CommitsToRebase(Repository& repository, const CommitId& upstream,
                                      const CommitId& branch) {
  std::vector<CommitId> commits = CommitsInOrder(repository, {branch}, {upstream});
  std::erase_if(commits,
                [&](const CommitId& id) { return repository.GetCommit(id).parents.size() > 1; });
  return commits;
}

SequenceResult RunSequence(Repository& repository, const SequenceRequest& request,
                           const CheckoutOptions& options) {
  const std::string action = fmt::format("a {}", PendingKindName(request.kind));
  RefusePending(repository.state(), action);
  const CommitId head = RequireHead(repository);
  const bool is_rebase = request.kind == PendingKind::kRebase;
  const CommitId start = is_rebase ? request.onto : head;
  if (is_rebase &&
      (request.commits.empty() ? request.onto == head
                               : IsAncestor(repository, request.onto, head) &&
                                     repository.GetCommit(request.commits.front()).parents ==
                                         std::vector{request.onto})) {
    // The commits are there already when they are a line.
    const uint64_t length =
        repository.GetCommit(head).generation - repository.GetCommit(request.onto).generation;
    if (length == request.commits.size()) {
      SequenceResult result;
      result.kind = request.kind;
      result.outcome = SequenceResult::Outcome::kUpToDate;
      return result;
    }
  }
  Sequencer sequencer(repository, request.kind, request.actor, request.favor, options);
  sequencer.Begin();
  WorkingTransaction* transaction = sequencer.transaction();
  if (transaction != nullptr && transaction->HasUncommittedChanges()) {
    throw UncommittedError(repository, action)
        .AddHint("commit them:     pvc commit -m MESSAGE")
        .AddHint("put them aside:  pvc stash push");
  }
  sequencer.SetStart(start, transaction != nullptr && !is_rebase ? transaction->found().snapshot
                                                                 : sequencer.SnapshotOf(start));
  sequencer.SetOriginal(repository.state().head, head);
  sequencer.SetMainline(request.mainline);
  sequencer.SetNoCommit(request.no_commit);
  return sequencer.Run(request.commits);
}

SequenceResult ContinueUnfinished(Repository& repository, PendingKind kind,
                                  const std::string& message, const Actor& actor,
                                  const CheckoutOptions& options) {
  const UnfinishedMerge unfinished = RequireUnfinished(repository, kind);
  if (!unfinished.conflicts.empty()) {
    throw OpenConflictsError(unfinished.conflicts,
                             fmt::format("cannot continue the {}", PendingKindName(kind)));
  }
  Sequencer sequencer(repository, kind, actor, unfinished.favor, options);
  sequencer.SetMainline(unfinished.mainline);
  sequencer.Begin();
  const CommitId head = RequireHead(repository);
  const Snapshot found = sequencer.transaction() != nullptr
                             ? sequencer.transaction()->found().snapshot
                             : sequencer.SnapshotOf(head);
  sequencer.SetStart(head, found);
  sequencer.SetOriginal(unfinished.original_head, unfinished.original_commit);
  const std::string& text = message.empty() ? unfinished.message : message;
  if (kind == PendingKind::kMerge) {
    return sequencer.FinishMerge(unfinished, found, text);
  }
  if (!HaveSameContent(repository, sequencer.nodes(), sequencer.SnapshotOf(head), found)) {
    sequencer.CommitStep(unfinished.commit, found, text);
  } else {
    sequencer.Drop(unfinished.commit);
  }
  return sequencer.Run(unfinished.todo);
}

SequenceResult SkipUnfinished(Repository& repository, PendingKind kind, const Actor& actor,
                              const CheckoutOptions& options) {
  const UnfinishedMerge unfinished = RequireUnfinished(repository, kind);
  Sequencer sequencer(repository, kind, actor, unfinished.favor, options);
  sequencer.SetMainline(unfinished.mainline);
  sequencer.Begin();
  const CommitId head = RequireHead(repository);
  sequencer.SetStart(head, sequencer.SnapshotOf(head));
  sequencer.SetOriginal(unfinished.original_head, unfinished.original_commit);
  sequencer.Skip(unfinished.commit);
  return sequencer.Run(unfinished.todo);
}

CheckoutResult AbortUnfinished(Repository& repository, PendingKind kind, const Actor& actor,
                               const CheckoutOptions& options) {
  const UnfinishedMerge unfinished = RequireUnfinished(repository, kind);
  StateChange change;
  change.pending = Bytes{};
  const Head& head = repository.state().head;
  if (!(head == unfinished.original_head)) change.head = unfinished.original_head;
  if (!unfinished.original_head.branch.empty()) {
    const std::string ref = BranchRefName(unfinished.original_head.branch);
    const ObjectId now = repository.FindRef(ref).value_or(ObjectId{});
    if (now != unfinished.original_commit.id) {
      change.refs.push_back({ref, now, unfinished.original_commit.id});
    }
  }
  CheckoutResult result;
  WorkingTransaction transaction(repository, options.reading);
  const Snapshot wanted =
      repository.GetSnapshot(repository.GetCommit(unfinished.original_commit).snapshot);
  result.discarded = transaction.HasUnrecordedChanges();
  const auto done = transaction.Commit(wanted, change, actor, options.update);
  result.changed_database = done.changed_database;
  result.discarded = result.discarded && done.changed_database;
  result.update = done.update;
  return result;
}

}  // namespace pvc
