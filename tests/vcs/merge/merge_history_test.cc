// Long random histories of branches that merge each other again and again.

#include <algorithm>
#include <map>

#include "tests/vcs/merge/random_history.h"
#include "vcs/merge_base.h"

namespace pvc {
namespace {

#ifndef PVC_STEP_COUNT
#define PVC_STEP_COUNT 20
#endif

class MergeHistory : public RandomHistory {
 protected:
  // Switches to a branch, or makes one here.
  void GoSomewhere() {
    if (branches_.size() < 4 && random_.OneIn(3)) {
      branches_.push_back(fmt::format("b{}", branches_.size()));
      SwitchToNew(branches_.back());
    } else {
      SwitchTo(random_.Pick(branches_));
    }
    EXPECT_EQ(Difference(RowsOf(StateOf(*repository_->HeadCommit()))), "");
  }

  const PlainState& StateOf(const CommitId& commit) { return states_.at(commit.id); }
  void Keep() { states_[repository_->HeadCommit()->id] = Plain(); }

  // A database that differs from what it is to hold in rowids that are no key is left alone.
  void ExpectCommitted(bool changed_database) {
    EXPECT_TRUE(IsClean());
    ExpectSound();
    if (changed_database) {
      EXPECT_EQ(Differences(path_, repository_->GetSnapshot(HeadCommitObject().snapshot)),
                std::vector<std::string>());
    }
    Keep();
  }

  // Rows that one side left as all merge bases have them are as the other side has them.
  void ExpectUntouchedRowsFollow(const std::vector<CommitId>& bases, const PlainState& ours,
                                 const PlainState& theirs) {
    const PlainState found = Plain();
    for (size_t i = 0; i < found.size(); ++i) {
      SCOPED_TRACE(random_.tables()[i].name);
      std::map<std::string, int> keys;
      for (const auto* side : {&ours[i], &theirs[i], &found[i]}) {
        for (const auto& [key, cells] : side->keyed) ++keys[key];
      }
      for (const auto& [key, count] : keys) {
        const auto at = [&key = key](const PlainTable& table) -> const PlainCells* {
          const auto row = table.keyed.find(key);
          return row == table.keyed.end() ? nullptr : &row->second;
        };
        const auto same = [](const PlainCells* a, const PlainCells* b) {
          return a == nullptr || b == nullptr ? a == b : *a == *b;
        };
        bool is_ours_untouched = true;
        bool is_theirs_untouched = true;
        for (const CommitId& base : bases) {
          const PlainCells* row = at(StateOf(base)[i]);
          is_ours_untouched = is_ours_untouched && same(row, at(ours[i]));
          is_theirs_untouched = is_theirs_untouched && same(row, at(theirs[i]));
        }
        if (is_ours_untouched) {
          EXPECT_TRUE(same(at(found[i]), at(theirs[i]))) << key;
        }
        if (is_theirs_untouched) {
          EXPECT_TRUE(same(at(found[i]), at(ours[i]))) << key;
        }
      }
    }
  }

  // A commit that HEAD does not have yet, if there is one: a branch's, or an old one, which makes
  // histories cross.
  CommitId SomethingNew(const CommitId& head) {
    std::vector<CommitId> candidates;
    if (random_.OneIn(2)) {
      for (const std::string& branch : branches_) {
        candidates.push_back(CommitId{*repository_->FindRef("refs/heads/" + branch)});
      }
    } else {
      for (const auto& [id, state] : states_) candidates.push_back(CommitId{id});
    }
    std::vector<CommitId> unknown;
    for (const CommitId& commit : candidates) {
      if (!IsAncestor(*repository_, commit, head)) unknown.push_back(commit);
    }
    const auto& from = unknown.empty() ? candidates : unknown;
    return from[static_cast<size_t>(random_.Below(static_cast<int>(from.size())))];
  }

  MergeResult MergeCommit(const CommitId& theirs) {
    MergeRequest request;
    request.actor = Act("merge");
    request.theirs = theirs;
    request.theirs_name = theirs.Short();
    return MergeRevision(*repository_, request, {});
  }

  void MergeSomething() {
    const CommitId ours = *repository_->HeadCommit();
    const CommitId theirs = SomethingNew(ours);
    const std::vector<CommitId> bases = MergeBases(*repository_, ours, theirs);
    const PlainState our_state = StateOf(ours);
    const PlainState their_state = StateOf(theirs);
    const std::string before = repository_->state().head.branch;
    KeepCopy("before.db");
    MergeResult result;
    try {
      result = MergeCommit(theirs);
    } catch (const Error& error) {
      // Several bases that conflict in rows without key, or too many bases.
      EXPECT_GT(bases.size(), 1U) << error.message();
      EXPECT_EQ(error.kind(), ErrorKind::kUnsupported) << error.message();
      ++refused_count_;
      ExpectAsCopy("before.db");
      return;
    }
    if (bases.size() > 1) ++criss_cross_count_;
    ++merge_count_;
    if (bases.size() == 1 && ours != theirs) {
      EXPECT_EQ(
          Difference(MergedRows(StateOf(bases[0]), our_state, their_state, PlainFavor::kOurs)), "");
    }
    if (result.outcome != MergeResult::Outcome::kConflicts) {
      EXPECT_EQ(Open(), std::vector<std::string>());
      ExpectUntouchedRowsFollow(bases, our_state, their_state);
      ExpectCommitted(result.checkout.changed_database);
      return;
    }
    ++conflict_count_;
    EXPECT_EQ(*repository_->HeadCommit(), ours);
    const int way = random_.Below(5);
    if (way == 0) {
      if (random_.OneIn(2)) ResolveAtRandom();
      if (random_.OneIn(2)) Run("INSERT INTO keyless(v0) VALUES('mine')");
      Abort();
      EXPECT_EQ(*repository_->HeadCommit(), ours);
      EXPECT_EQ(repository_->state().head.branch, before);
      ExpectAsCopy("before.db");
      EXPECT_TRUE(IsClean());
      return;
    }
    if (way <= 2) {
      const bool takes_theirs = way == 1;
      Resolve({}, takes_theirs ? Resolution::kTheirs : Resolution::kOurs);
      if (bases.size() == 1) {
        EXPECT_EQ(Difference(MergedRows(StateOf(bases[0]), our_state, their_state,
                                        takes_theirs ? PlainFavor::kTheirs : PlainFavor::kOurs)),
                  "");
      }
      ExpectUntouchedRowsFollow(bases, our_state, their_state);
    } else {
      ResolveAtRandom();
    }
    EXPECT_EQ(Continue().outcome, SequenceResult::Outcome::kDone);
    EXPECT_EQ(HeadCommitObject().parents, (std::vector{ours, theirs}));
    EXPECT_EQ(repository_->state().head.branch, before);
    ExpectCommitted(true);
  }

  std::vector<std::string> branches_ = {"main"};
  std::map<ObjectId, PlainState> states_;
  int merge_count_ = 0;
  int criss_cross_count_ = 0;
  int conflict_count_ = 0;
  int refused_count_ = 0;
};

TEST_P(MergeHistory, EveryStepLeavesWhatTheRulesSay) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  BeginRandom();
  Keep();
  for (int step = 0; step < PVC_STEP_COUNT && !HasFailure(); ++step) {
    SCOPED_TRACE(step);
    GoSomewhere();
    for (int i = random_.Below(4); i > 0; --i) {
      CommitRandom(1 + random_.Below(12));
      Keep();
    }
    if (random_.OneIn(3)) continue;
    MergeSomething();
    if (step % 10 == 9) {
      EXPECT_EQ(FsckFindings(), "");
    }
  }
  EXPECT_EQ(FsckFindings(), "");
  RecordProperty("merges", merge_count_);
  RecordProperty("criss_cross", criss_cross_count_);
  RecordProperty("conflicts", conflict_count_);
  RecordProperty("refused", refused_count_);
}

INSTANTIATE_TEST_SUITE_P(Seeds, MergeHistory,
                         testing::ValuesIn(RandomSeeds(9000, (PVC_SEED_COUNT + 1) / 2)),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace pvc
