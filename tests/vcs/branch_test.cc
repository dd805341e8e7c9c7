#include "vcs/branch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/vcs/vcs_fixture.h"

namespace pvc {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A repository with two commits on main, HEAD there.
class BranchTest : public VcsFixture {
 protected:
  BranchTest()
      : repository_(Open()),
        first_(CommitOn(*repository_, "main", "one")),
        second_(CommitOn(*repository_, "main", "two")) {}

  std::optional<CommitId> Tip(const std::string& branch) {
    const auto target = Open()->FindRef(BranchRefName(branch));
    if (!target) return std::nullopt;
    return CommitId{*target};
  }
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    for (const Ref& ref : Open()->ListRefs("refs/heads/")) {
      names.emplace_back(BranchName(ref.name));
    }
    return names;
  }
  void MoveHead(const Head& head) {
    const auto batch = repository_->store().BeginWrite(OneThread());
    StateChange change;
    change.head = head;
    repository_->Publish(*batch, change, SomeSignature(), "switch");
  }
  void ExpectOneOperationSince(const OperationId& before) {
    EXPECT_EQ(Open()->state().parent, before);
    EXPECT_EQ(Open()->state().command, kActor.command);
  }

  const Actor kActor{SomeSignature(), "branch ..."};
  std::unique_ptr<Repository> repository_;
  CommitId first_;
  CommitId second_;
};

TEST_F(BranchTest, NewBranchBeginsAtItsStart) {
  const OperationId before = repository_->operation_id();
  CreateBranch(*repository_, "try", first_, Force::kNo, kActor);
  EXPECT_EQ(Tip("try"), first_);
  EXPECT_EQ(Open()->state().head.branch, "main");
  ExpectOneOperationSince(before);
}

TEST_F(BranchTest, ImpossibleNameIsRefused) {
  for (const char* name : {"", "a b", "-x", "a..b", "HEAD", "a.lock", "\xe2\x80\xae"}) {
    EXPECT_EQ(ThrownKind([&] { CreateBranch(*repository_, name, first_, Force::kNo, kActor); }),
              ErrorKind::kInvalid)
        << name;
  }
  EXPECT_THAT(Names(), ElementsAre("main"));
}

TEST_F(BranchTest, ExistingBranchBeginsAnewOnlyByForce) {
  CreateBranch(*repository_, "try", first_, Force::kNo, kActor);
  const Error error =
      ThrownError([&] { CreateBranch(*repository_, "try", second_, Force::kNo, kActor); });
  EXPECT_EQ(error.kind(), ErrorKind::kExists);
  EXPECT_EQ(error.message(), "a branch named 'try' already exists");
  CreateBranch(*repository_, "try", second_, Force::kYes, kActor);
  EXPECT_EQ(Tip("try"), second_);
}

TEST_F(BranchTest, CurrentBranchIsNotWrittenOver) {
  EXPECT_EQ(ThrownKind([&] { CreateBranch(*repository_, "main", first_, Force::kYes, kActor); }),
            ErrorKind::kInvalid);
  CreateBranch(*repository_, "try", first_, Force::kNo, kActor);
  EXPECT_EQ(ThrownKind([&] { RenameBranch(*repository_, "try", "main", Force::kYes, kActor); }),
            ErrorKind::kInvalid);
  EXPECT_EQ(ThrownKind([&] { CopyBranch(*repository_, "try", "main", Force::kYes, kActor); }),
            ErrorKind::kInvalid);
  EXPECT_EQ(Tip("main"), second_);
}

TEST_F(BranchTest, MergedBranchesAreDeletedInOneOperation) {
  CreateBranch(*repository_, "a", first_, Force::kNo, kActor);
  CreateBranch(*repository_, "b", second_, Force::kNo, kActor);
  const OperationId before = repository_->operation_id();
  EXPECT_THAT(DeleteBranches(*repository_, {"b", "a", "b"}, Force::kNo, kActor),
              ElementsAre(Ref{"refs/heads/b", second_.id}, Ref{"refs/heads/a", first_.id}));
  EXPECT_THAT(Names(), ElementsAre("main"));
  ExpectOneOperationSince(before);
}

TEST_F(BranchTest, UnmergedBranchIsDeletedOnlyByForce) {
  CreateBranch(*repository_, "try", first_, Force::kNo, kActor);
  CommitOn(*repository_, "try", "three");
  const Error error =
      ThrownError([&] { DeleteBranches(*repository_, {"try"}, Force::kNo, kActor); });
  EXPECT_EQ(error.message(), "the branch 'try' is not fully merged");
  EXPECT_THAT(error.hints(), Contains(HasSubstr("pvc branch -D try")));
  DeleteBranches(*repository_, {"try"}, Force::kYes, kActor);
  EXPECT_THAT(Names(), ElementsAre("main"));
}

TEST_F(BranchTest, OneThatCannotBeDeletedKeepsAll) {
  CreateBranch(*repository_, "a", first_, Force::kNo, kActor);
  EXPECT_EQ(ThrownKind([&] {
              DeleteBranches(*repository_, {"a", "b"}, Force::kNo, kActor);
            }),
            ErrorKind::kNotFound);
  EXPECT_THAT(Names(), ElementsAre("a", "main"));
}

TEST_F(BranchTest, CurrentBranchIsNotDeleted) {
  CreateBranch(*repository_, "try", first_, Force::kNo, kActor);
  const Error error =
      ThrownError([&] { DeleteBranches(*repository_, {"main"}, Force::kYes, kActor); });
  EXPECT_THAT(error.hints(), ElementsAre("switch first:  pvc switch try"));
}

TEST_F(BranchTest, UnknownBranchGetsTheNearestNames) {
  const Error error =
      ThrownError([&] { DeleteBranches(*repository_, {"mian"}, Force::kNo, kActor); });
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_EQ(error.message(), "no branch named 'mian'");
  EXPECT_EQ(error.hints().front(), "did you mean 'main'?");
}

TEST_F(BranchTest, RenamedCurrentBranchTakesHeadAlongInOneOperation) {
  const OperationId before = repository_->operation_id();
  RenameBranch(*repository_, "main", "trunk", Force::kNo, kActor);
  EXPECT_THAT(Names(), ElementsAre("trunk"));
  EXPECT_EQ(Open()->state().head.branch, "trunk");
  EXPECT_EQ(Open()->HeadCommit(), second_);
  ExpectOneOperationSince(before);
}

TEST_F(BranchTest, RenamedOtherBranchLeavesHead) {
  CreateBranch(*repository_, "try", first_, Force::kNo, kActor);
  RenameBranch(*repository_, "try", "trial", Force::kNo, kActor);
  EXPECT_THAT(Names(), ElementsAre("main", "trial"));
  EXPECT_EQ(Open()->state().head.branch, "main");
}

TEST_F(BranchTest, RenameOverABranchNeedsForce) {
  CreateBranch(*repository_, "try", first_, Force::kNo, kActor);
  EXPECT_EQ(ThrownKind([&] { RenameBranch(*repository_, "main", "try", Force::kNo, kActor); }),
            ErrorKind::kExists);
  RenameBranch(*repository_, "main", "try", Force::kYes, kActor);
  EXPECT_THAT(Names(), ElementsAre("try"));
  EXPECT_EQ(Tip("try"), second_);
  EXPECT_EQ(Open()->state().head.branch, "try");
}

TEST_F(BranchTest, RenameToItselfByForceChangesNothing) {
  const OperationId before = repository_->operation_id();
  RenameBranch(*repository_, "main", "main", Force::kYes, kActor);
  EXPECT_EQ(Open()->operation_id(), before);
}

TEST_F(BranchTest, BranchWithoutCommitsIsRenamedByHeadAlone) {
  MoveHead({"empty", {}});
  RenameBranch(*repository_, "empty", "fresh", Force::kNo, kActor);
  EXPECT_EQ(Open()->state().head.branch, "fresh");
  EXPECT_THAT(Names(), ElementsAre("main"));
  RenameBranch(*repository_, "fresh", "main", Force::kYes, kActor);
  EXPECT_THAT(Names(), IsEmpty());
  EXPECT_EQ(Open()->state().head.branch, "main");
  EXPECT_EQ(ThrownKind([&] { CopyBranch(*repository_, "main", "x", Force::kNo, kActor); }),
            ErrorKind::kInvalid);
}

TEST_F(BranchTest, NameOfABranchWithoutCommitsIsTaken) {
  MoveHead({"empty", {}});
  EXPECT_EQ(ThrownKind([&] { CreateBranch(*repository_, "empty", first_, Force::kNo, kActor); }),
            ErrorKind::kExists);
}

TEST_F(BranchTest, DetachedHeadAllowsEveryBranchToBeDeleted) {
  MoveHead({"", second_});
  DeleteBranches(*repository_, {"main"}, Force::kNo, kActor);
  EXPECT_THAT(Names(), IsEmpty());
  EXPECT_EQ(Open()->HeadCommit(), second_);
}

TEST_F(BranchTest, CopyLeavesTheOriginalAndHead) {
  CopyBranch(*repository_, "main", "copy", Force::kNo, kActor);
  EXPECT_EQ(Tip("copy"), second_);
  EXPECT_EQ(Open()->state().head.branch, "main");
  EXPECT_EQ(ThrownKind([&] { CopyBranch(*repository_, "main", "copy", Force::kNo, kActor); }),
            ErrorKind::kExists);
}

}  // namespace
}  // namespace pvc
