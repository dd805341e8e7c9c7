#include "vcs/ref_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/vcs/vcs_fixture.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RefLogTest : public VcsFixture {
 protected:
  RefLogTest() : repository_(Open()) {}

  CommitId Commit(const std::string& branch, const std::string& message) {
    return CommitOn(*repository_, branch, message);
  }
  void Run(const StateChange& change, const std::string& command) {
    const auto batch = repository_->store().BeginWrite(OneThread());
    repository_->Publish(*batch, change, SomeSignature(), command);
  }
  void Switch(const std::string& branch, const std::string& command = "switch") {
    StateChange change;
    change.head = Head{branch, {}};
    Run(change, command);
  }
  void Detach(const CommitId& commit, const std::string& command = "switch --detach") {
    StateChange change;
    change.head = Head{"", commit};
    Run(change, command);
  }
  void Remove(const std::string& ref) {
    StateChange change;
    change.refs.push_back({ref, repository_->FindRef(ref).value(), {}});
    Run(change, "branch -d");
  }

  std::vector<CommitId> States(const std::string& full_name) {
    std::vector<CommitId> states;
    RefLog log(*repository_, full_name);
    while (const auto entry = log.Next()) states.push_back({entry->target});
    return states;
  }
  std::string Previous(uint64_t n) {
    const auto head = PreviousHead(*repository_, n);
    if (!head) return "none";
    return head->branch.empty() ? head->detached.Hex() : head->branch;
  }

  std::unique_ptr<Repository> repository_;
};

TEST_F(RefLogTest, OfARefThatNeverWasIsEmpty) {
  Commit("main", "first");
  EXPECT_THAT(States("refs/heads/never"), IsEmpty());
  EXPECT_THAT(States(""), IsEmpty());
}

TEST_F(RefLogTest, OfANewRepositoryIsEmpty) {
  EXPECT_THAT(States("refs/heads/main"), IsEmpty());
  EXPECT_THAT(States("HEAD"), IsEmpty());
}

TEST_F(RefLogTest, StatesComeNewestFirstWithTheOperationThatMadeThem) {
  const CommitId first = Commit("main", "first");
  const OperationId first_operation = repository_->operation_id();
  const CommitId second = Commit("main", "second");
  const OperationId second_operation = repository_->operation_id();
  Commit("other", "elsewhere");
  RefLog log(*repository_, "refs/heads/main");
  const auto newest = log.Next();
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->target, second.id);
  EXPECT_EQ(newest->operation, second_operation);
  EXPECT_EQ(newest->command, "commit");
  EXPECT_EQ(newest->who, SomeSignature());
  const auto oldest = log.Next();
  ASSERT_TRUE(oldest);
  EXPECT_EQ(oldest->target, first.id);
  EXPECT_EQ(oldest->operation, first_operation);
  EXPECT_FALSE(log.Next());
  EXPECT_FALSE(log.Next());
}

TEST_F(RefLogTest, BeingGoneIsAStateBetweenOthers) {
  const CommitId first = Commit("x", "first");
  Remove("refs/heads/x");
  EXPECT_THAT(States("refs/heads/x"), ElementsAre(CommitId{}, first));
  SetRef(*repository_, "refs/heads/x", first.id);
  EXPECT_THAT(States("refs/heads/x"), ElementsAre(first, CommitId{}, first));
}

TEST_F(RefLogTest, OfHeadFollowsCommitsAndSwitches) {
  const CommitId first = Commit("main", "first");
  const CommitId side = Commit("side", "side");
  Switch("side");
  Commit("main", "not seen");
  const CommitId side2 = Commit("side", "side2");
  Detach(first);
  EXPECT_THAT(States("HEAD"), ElementsAre(first, side2, side, first));
}

TEST_F(RefLogTest, OfHeadPassesOverSwitchesToTheSameCommit) {
  const CommitId first = Commit("main", "first");
  SetRef(*repository_, "refs/heads/same", first.id);
  Switch("same");
  EXPECT_THAT(States("HEAD"), ElementsAre(first));
}

TEST_F(RefLogTest, PreviousHeadsAreThoseBeforeEachSwitch) {
  const CommitId first = Commit("main", "first");
  EXPECT_EQ(Previous(1), "none");
  Commit("side", "side");
  Switch("side");
  Commit("side", "side2");
  Detach(first);
  Switch("main");
  EXPECT_EQ(Previous(1), first.Hex());
  EXPECT_EQ(Previous(2), "side");
  EXPECT_EQ(Previous(3), "main");
  EXPECT_EQ(Previous(4), "none");
  EXPECT_EQ(Previous(UINT64_MAX), "none");
}

TEST_F(RefLogTest, CommitsOnADetachedHeadAreNoSwitches) {
  const CommitId first = Commit("main", "first");
  const CommitId second = Commit("main", "second");
  Detach(first);
  Detach(second, "commit -m switch");
  EXPECT_EQ(Previous(1), "main");
  Detach(first, "checkout");
  EXPECT_EQ(Previous(1), second.Hex());
  Detach(second, "switcheroo");
  EXPECT_EQ(Previous(1), second.Hex()) << "a word that only begins alike";
}

TEST_F(RefLogTest, RenamingTheCurrentBranchIsNoSwitch) {
  const CommitId first = Commit("main", "first");
  Commit("side", "side");
  Switch("side");
  Switch("main");
  StateChange change;
  change.refs.push_back({"refs/heads/main", first.id, {}});
  change.refs.push_back({"refs/heads/trunk", {}, first.id});
  change.head = Head{"trunk", {}};
  Run(change, "branch -m trunk");
  EXPECT_EQ(Previous(1), "side");
}

TEST_F(RefLogTest, ManyOperationsAreNotWalkedRecursively) {
  CommitId tip = Commit("main", "first");
  const auto batch = repository_->store().BeginWrite(OneThread());
  Operation operation = repository_->state();
  OperationId id = repository_->operation_id();
  for (int i = 0; i < 20'000; ++i) {
    operation.parent = id;
    operation.command = "nothing " + std::to_string(i);
    id = WriteOperation(*batch, operation);
  }
  ASSERT_TRUE(batch->Publish(repository_->operation_id().id, id.id));
  repository_->Refresh();
  EXPECT_THAT(States("refs/heads/main"), ElementsAre(tip));
  EXPECT_EQ(Previous(1), "none");
}

}  // namespace
}  // namespace pvc
