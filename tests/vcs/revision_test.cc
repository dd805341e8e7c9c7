#include "vcs/revision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/vcs/vcs_fixture.h"

namespace pvc {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

//   first - second ------- merge   main, v1
//        \ side - side2 /          side
class RevisionTest : public VcsFixture {
 protected:
  RevisionTest() : repository_(Open()) {
    first_ = CommitOn(*repository_, "main", "first");
    second_ = CommitOn(*repository_, "main", "second");
    side_ = CommitOn(*repository_, "side", "side", {{first_}});
    side2_ = CommitOn(*repository_, "side", "side2");
    merge_ = CommitOn(*repository_, "main", "merge", {{second_, side2_}});
    SetRef(*repository_, "refs/tags/v1", merge_.id);
  }

  CommitId Resolve(std::string_view revision) { return ResolveRevision(*repository_, revision); }
  Error Failure(std::string_view revision) {
    return ThrownError([&] { Resolve(revision); });
  }

  std::unique_ptr<Repository> repository_;
  CommitId first_, second_, side_, side2_, merge_;
};

TEST_F(RevisionTest, NamesOfTheSameCommit) {
  for (const std::string& name :
       {std::string("HEAD"), std::string("@"), std::string("main"), std::string("v1"),
        std::string("refs/heads/main"), std::string("heads/main"), std::string("tags/v1"),
        merge_.Hex(), merge_.Hex().substr(0, 12)}) {
    EXPECT_EQ(Resolve(name), merge_) << name;
  }
}

TEST_F(RevisionTest, HexDigitsMayBeUpperCase) {
  std::string hex = merge_.Hex();
  for (char& c : hex) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(Resolve(hex), merge_);
}

TEST_F(RevisionTest, StepsMixAndRepeat) {
  EXPECT_EQ(Resolve("HEAD~"), second_);
  EXPECT_EQ(Resolve("HEAD^"), second_);
  EXPECT_EQ(Resolve("HEAD^1"), second_);
  EXPECT_EQ(Resolve("HEAD^2"), side2_);
  EXPECT_EQ(Resolve("HEAD^2~1"), side_);
  EXPECT_EQ(Resolve("HEAD^2^^"), first_);
  EXPECT_EQ(Resolve("@~2"), first_);
  EXPECT_EQ(Resolve("@~~"), first_);
  EXPECT_EQ(Resolve("main~0^0"), merge_);
  EXPECT_EQ(Resolve("v1~1^1"), first_);
  EXPECT_EQ(Resolve(merge_.Short() + "^2"), side2_);
}

TEST_F(RevisionTest, StepsBeyondHistoryAreNotFound) {
  for (const char* revision :
       {"HEAD~3", "HEAD^3", "HEAD~2^", "HEAD~18446744073709551615", "HEAD^18446744073709551615"}) {
    EXPECT_EQ(Failure(revision).kind(), ErrorKind::kNotFound) << revision;
  }
  EXPECT_THAT(Failure("HEAD^3~1").message(), HasSubstr("'HEAD^3': commit " + merge_.Short()));
}

TEST_F(RevisionTest, WhatIsNoStepIsInvalid) {
  for (const char* revision : {"HEAD~18446744073709551616", "HEAD~-1", "HEAD~1x", "HEAD^{tree}",
                               "HEAD~ 1", "", "~1", "^2"}) {
    EXPECT_EQ(Failure(revision).kind(), ErrorKind::kInvalid) << revision;
  }
}

TEST_F(RevisionTest, UnknownNamesGetTheNearestAsHints) {
  const Error error = Failure("mian~2");
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_EQ(error.message(), "no branch, tag or commit 'mian'");
  EXPECT_THAT(error.hints(), ElementsAre("did you mean 'main'?"));
}

TEST_F(RevisionTest, HostileNamesAreRefusedAndNotRepeated) {
  for (const std::string& name :
       {std::string("../x"), std::string("-rf"), std::string("a\0b", 3), std::string(65536, 'x'),
        std::string("a\u202eb"), std::string("\x1b[2J"), std::string("refs/../../etc/passwd"),
        std::string("main..try"), std::string("@{-1}"), std::string(":/text"),
        std::string("\xff\xfe")}) {
    const Error error = Failure(name);
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid) << name.substr(0, 100);
    EXPECT_LT(error.message().size(), 500U);
    for (const char c : error.message()) ASSERT_TRUE(c >= 0x20 && c < 0x7F) << int{c};
  }
}

TEST_F(RevisionTest, BranchAndTagOfOneNameAreAmbiguousUnlessEqual) {
  SetRef(*repository_, "refs/tags/side", side2_.id);
  EXPECT_EQ(Resolve("side"), side2_);
  SetRef(*repository_, "refs/tags/side", first_.id);
  const Error error = Failure("side");
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_THAT(error.hints(),
              AllOf(Contains(HasSubstr("refs/heads/side")), Contains(HasSubstr("refs/tags/side"))));
}

TEST_F(RevisionTest, FullIdMeansTheCommitWhateverABranchIsCalled) {
  SetRef(*repository_, "refs/heads/" + first_.Hex(), second_.id);
  EXPECT_EQ(Resolve(first_.Hex()), first_);
  SetRef(*repository_, "refs/heads/" + first_.Hex().substr(0, 6), second_.id);
  EXPECT_EQ(Resolve(first_.Hex().substr(0, 6)), second_) << "a ref comes before a short id";
}

TEST_F(RevisionTest, OtherObjectsAreNamedByTheirType) {
  const SnapshotId snapshot = repository_->GetCommit(first_).snapshot;
  const Error error = Failure(snapshot.Hex());
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_THAT(error.message(), HasSubstr("is a snapshot, not a commit"));
}

TEST_F(RevisionTest, AnnotatedTagsAreNotSupported) {
  const auto batch = repository_->store().BeginWrite(OneThread());
  const ObjectId tag = batch->Put(ObjectType::kTag, "a tag");
  StateChange change;
  change.refs.push_back({"refs/tags/v2", {}, tag});
  repository_->Publish(*batch, change, SomeSignature(), "tag");
  EXPECT_EQ(Failure("v2").kind(), ErrorKind::kUnsupported);
  EXPECT_EQ(Failure(tag.Hex()).kind(), ErrorKind::kUnsupported);
}

TEST_F(RevisionTest, AmbiguousShortIdsListTheirCandidates) {
  // Four digits: among 600 commits two begin alike, as good as surely.
  const auto batch = repository_->store().BeginWrite(OneThread());
  std::map<std::string, std::vector<CommitId>> by_prefix;
  for (int i = 0; i < 1500; ++i) {
    const CommitId id = WriteTestCommit(*batch, *batch, {}, "number " + std::to_string(i));
    by_prefix[id.Hex().substr(0, 4)].push_back(id);
  }
  repository_->Publish(*batch, {}, SomeSignature(), "many");
  size_t ambiguous_count = 0;
  for (const auto& [prefix, ids] : by_prefix) {
    if (ids.size() < 2) continue;
    ++ambiguous_count;
    const Error error = Failure(prefix);
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    EXPECT_THAT(error.message(), HasSubstr("ambiguous"));
    EXPECT_GE(error.hints().size(), ids.size());
    EXPECT_THAT(error.hints(), Contains(HasSubstr("number ")));
    EXPECT_EQ(Resolve(ids.front().Short()), ids.front());
  }
  EXPECT_GT(ambiguous_count, 0U);
  EXPECT_EQ(Failure(merge_.Hex().substr(0, 3)).kind(), ErrorKind::kNotFound) << "three digits";
}

TEST_F(VcsFixture, BranchWithoutCommitsHasNoRevision) {
  const auto repository = Open();
  for (const char* name : {"HEAD", "@", "main", "HEAD~1", "refs/heads/main"}) {
    const Error error = ThrownError([&] { ResolveRevision(*repository, name); });
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid) << name;
    EXPECT_EQ(error.message(), "branch 'main' has no commits yet");
  }
}

}  // namespace
}  // namespace pvc
