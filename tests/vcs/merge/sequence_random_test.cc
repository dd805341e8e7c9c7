// Cherry-pick, revert and rebase of random commits, against replaying them over maps in memory.

#include <algorithm>

#include "tests/vcs/merge/random_history.h"

namespace pvc {
namespace {

class RandomSequence : public RandomHistory {
 protected:
  struct Made {
    CommitId commit;
    PlainState before;
    PlainState after;
  };

  // A base on main, then so many commits on `branch`, and back.
  std::vector<Made> CommitsOn(const std::string& branch, int count) {
    SwitchToNew(branch);
    std::vector<Made> commits;
    for (int i = 0; i < count; ++i) {
      Made made;
      made.before = Plain();
      made.commit = CommitRandom(1 + random_.Below(8));
      made.after = Plain();
      commits.push_back(std::move(made));
    }
    return commits;
  }

  SequenceRequest SequenceOf(PendingKind kind, const std::vector<Made>& commits) {
    SequenceRequest request;
    request.actor = Act(std::string(PendingKindName(kind)));
    request.kind = kind;
    for (const Made& made : commits) request.commits.push_back(made.commit);
    if (kind == PendingKind::kRevert) {
      std::reverse(request.commits.begin(), request.commits.end());
    }
    return request;
  }

  // Where HEAD, its branch and the database are, to come back to.
  struct Place {
    Head head;
    CommitId commit;
    OperationId operation;
  };
  Place Here(const std::string& copy) {
    KeepCopy(copy);
    return {repository_->state().head, *repository_->HeadCommit(), repository_->operation_id()};
  }
  void ExpectAt(const Place& place, const std::string& copy) {
    EXPECT_EQ(repository_->state().head, place.head);
    EXPECT_EQ(*repository_->HeadCommit(), place.commit);
    EXPECT_TRUE(repository_->state().pending.empty());
    ExpectAsCopy(copy);
  }

  // What a commit holds.
  PlainState StateAt(const CommitId& commit) {
    const std::string path = folder_ / "commit.db";
    ExportOptions options;
    options.replace = true;
    ExportSnapshot(*repository_, repository_->GetSnapshot(repository_->GetCommit(commit).snapshot),
                   path, options);
    PlainState state;
    RawDatabase db(path);
    for (const TableShape& shape : random_.tables()) state.push_back(ReadPlainTable(db, shape));
    return state;
  }

  // Compares the commit that was made of a step, or that none was made, with the plain merge.
  void ExpectStep(const Made& step, bool is_revert, PlainFavor favor, const SequenceResult& result,
                  size_t& made_count) {
    const PlainState& base = is_revert ? step.after : step.before;
    const PlainState& theirs = is_revert ? step.before : step.after;
    const auto wanted = MergedRows(base, state_, theirs, favor);
    const auto& dropped = result.dropped;
    if (std::find(dropped.begin(), dropped.end(), step.commit) != dropped.end()) {
      EXPECT_EQ(RowsOf(state_), wanted);
      return;
    }
    ASSERT_LT(made_count, result.made.size());
    const pvc::Commit made = repository_->GetCommit(result.made[made_count]);
    EXPECT_EQ(made.parents, std::vector{tip_});
    if (!is_revert) {
      EXPECT_EQ(made.message, repository_->GetCommit(step.commit).message);
    }
    tip_ = result.made[made_count++];
    state_ = StateAt(tip_);
    EXPECT_EQ(RowsOf(state_), wanted);
  }

  // Carries the request out from `tip_`, settling each stop at random.
  // Returns: false when it was aborted.
  bool CarryThrough(const SequenceRequest& request, std::vector<Made> steps, const Place& start) {
    const bool is_revert = request.kind == PendingKind::kRevert;
    if (is_revert) std::reverse(steps.begin(), steps.end());
    SequenceResult result = RunSequence(*repository_, request, {});
    size_t next = 0;
    size_t made_count = 0;
    while (!HasFailure()) {
      const bool has_stopped = result.outcome == SequenceResult::Outcome::kConflicts;
      while (next < steps.size() && !(has_stopped && steps[next].commit == *result.stopped_at)) {
        ExpectStep(steps[next++], is_revert, PlainFavor::kNobody, result, made_count);
      }
      EXPECT_EQ(made_count, result.made.size());
      EXPECT_EQ(*repository_->HeadCommit(), tip_);
      if (!has_stopped) break;
      ++stop_count_;
      if (request.kind == PendingKind::kRebase) {
        EXPECT_TRUE(repository_->state().head.branch.empty());
      } else {
        EXPECT_EQ(repository_->state().head, start.head);
      }
      const Made& step = steps[next++];
      made_count = 0;
      switch (random_.Below(4)) {
        case 0:
          if (random_.OneIn(2)) ResolveAtRandom();
          Abort(request.kind);
          ExpectAt(start, "start.db");
          return false;
        case 1:
          if (random_.OneIn(2)) ResolveAtRandom();
          result = SkipUnfinished(*repository_, request.kind, Act("skip"), {});
          break;
        default: {
          const bool takes_theirs = random_.OneIn(2);
          Resolve({}, takes_theirs ? Resolution::kTheirs : Resolution::kOurs);
          result = Continue(request.kind);
          ExpectStep(step, is_revert, takes_theirs ? PlainFavor::kTheirs : PlainFavor::kOurs,
                     result, made_count);
        }
      }
    }
    EXPECT_EQ(repository_->state().head, start.head);
    EXPECT_TRUE(repository_->state().pending.empty());
    EXPECT_TRUE(IsClean());
    EXPECT_EQ(Difference(RowsOf(state_)), "");
    ExpectSound();
    return true;
  }

  void BeginTwoBranches(int count) {
    BeginRandom();
    commits_ = CommitsOn("try", count);
    SwitchTo("main");
    for (int i = random_.Below(3); i > 0; --i) CommitRandom(1 + random_.Below(6));
  }

  void ExpectUndone(const Place& start, bool is_whole) {
    if (!is_whole) return;
    while (repository_->operation_id() != start.operation) {
      const auto plan = PlanUndo(*repository_);
      ASSERT_TRUE(plan);
      CarryOut(*repository_, *plan, Act("undo"), {});
      if (plan->restored == start.operation) break;
    }
    ExpectAt(start, "start.db");
  }

  std::vector<Made> commits_;
  CommitId tip_;      // as far as the sequence went
  PlainState state_;  // there
  int stop_count_ = 0;
};

TEST_P(RandomSequence, CherryPickOfARangeIsReplayingItAndIsUndone) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  BeginTwoBranches(2 + random_.Below(6));
  const Place start = Here("start.db");
  tip_ = *repository_->HeadCommit();
  state_ = Plain();
  const bool is_whole =
      CarryThrough(SequenceOf(PendingKind::kCherryPick, commits_), commits_, start);
  ExpectUndone(start, is_whole);
  EXPECT_EQ(FsckFindings(), "");
}

TEST_P(RandomSequence, RevertOfARangeIsReplayingItBackwards) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  BeginRandom();
  commits_ = CommitsOn("try", 2 + random_.Below(5));
  for (int i = random_.Below(3); i > 0; --i) CommitRandom(1 + random_.Below(6));
  const Place start = Here("start.db");
  tip_ = *repository_->HeadCommit();
  state_ = Plain();
  const bool is_whole = CarryThrough(SequenceOf(PendingKind::kRevert, commits_), commits_, start);
  ExpectUndone(start, is_whole);
}

TEST_P(RandomSequence, RevertOfARevertIsTheCommitAgain) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  BeginRandom();
  commits_ = CommitsOn("try", 1);
  const PlainState wanted = Plain();
  SequenceResult first = RunSequence(*repository_, SequenceOf(PendingKind::kRevert, commits_), {});
  ASSERT_EQ(first.outcome, SequenceResult::Outcome::kDone);
  EXPECT_EQ(Difference(RowsOf(commits_[0].before)), "");
  SequenceRequest again;
  again.actor = Act("revert");
  again.kind = PendingKind::kRevert;
  again.commits = first.made;
  EXPECT_EQ(RunSequence(*repository_, again, {}).outcome, SequenceResult::Outcome::kDone);
  EXPECT_EQ(Difference(RowsOf(wanted)), "");
  EXPECT_EQ(HeadCommitObject().message.substr(0, 15), "Revert \"Revert ");
}

TEST_P(RandomSequence, RebaseIsReplayingTheBranchAndMovesIt) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  BeginTwoBranches(2 + random_.Below(6));
  if (random_.OneIn(4)) CommitRandom(3);
  const CommitId onto = *repository_->HeadCommit();
  tip_ = *repository_->HeadCommit();
  state_ = Plain();
  SwitchTo("try");
  const Place start = Here("start.db");
  SequenceRequest request = SequenceOf(PendingKind::kRebase, {});
  request.commits = CommitsToRebase(*repository_, onto, start.commit);
  request.onto = onto;
  EXPECT_EQ(request.commits.size(), commits_.size());
  if (onto == repository_->GetCommit(request.commits[0]).parents[0]) {
    EXPECT_EQ(RunSequence(*repository_, request, {}).outcome, SequenceResult::Outcome::kUpToDate);
    ExpectAt(start, "start.db");
    return;
  }
  const bool is_whole = CarryThrough(request, commits_, start);
  EXPECT_EQ(CommitId{*repository_->FindRef("refs/heads/main")}, onto);
  EXPECT_EQ(repository_->state().head.branch, "try");
  ExpectUndone(start, is_whole);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomSequence,
                         testing::ValuesIn(RandomSeeds(11000, PVC_SEED_COUNT)),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace pvc
