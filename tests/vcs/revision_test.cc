#include "vcs/revision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/vcs/vcs_fixture.h"
#include "vcs/tag.h"

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

  CommitId Resolve(std::string_view revision) {
    return ResolveRevision(*repository_, revision, now_);
  }
  Error Failure(std::string_view revision) {
    return ThrownError([&] { Resolve(revision); });
  }

  void Run(const StateChange& change, int64_t unix_us = SomeSignature().when.unix_us) {
    const auto batch = repository_->store().BeginWrite(OneThread());
    repository_->Publish(*batch, change, SomeSignature(unix_us), "test");
  }
  void Switch(const std::string& branch) {
    StateChange change;
    change.head = Head{branch, {}};
    Run(change);
  }
  ObjectId AddTag(const std::string& name, const CommitId& target) {
    const auto batch = repository_->store().BeginWrite(OneThread());
    const TagId tag = WriteTag(*batch, {target, name, SomeSignature(), "a tag"});
    StateChange change;
    change.refs.push_back({"refs/tags/" + name, {}, tag.id});
    repository_->Publish(*batch, change, SomeSignature(), "tag");
    return tag.id;
  }

  Timestamp now_ = SomeSignature().when;
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
        std::string("main..try"), std::string("\xff\xfe"), std::string("@{-1\0}", 6),
        std::string("@{\u202e}"), std::string("main@{\x1b[2J}"), std::string("HEAD^{\x1b[2J}"),
        ":/" + std::string(65536, 'x'), "HEAD" + std::string(65536, '^'),
        "@{" + std::string(1000, '9') + "}"}) {
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

TEST_F(RevisionTest, AnnotatedTagsStandForTheirCommit) {
  const ObjectId tag = AddTag("v2", second_);
  for (const std::string& name : {std::string("v2"), tag.Hex(), tag.Short(), std::string("v2^{}"),
                                  std::string("v2^{commit}"), std::string("v2^0")}) {
    EXPECT_EQ(Resolve(name), second_) << name;
  }
  EXPECT_EQ(Resolve("v2~"), first_);
}

TEST_F(RevisionTest, BracesBehindACommitNameItOrSearchItsMessages) {
  EXPECT_EQ(Resolve("main^{}"), merge_);
  EXPECT_EQ(Resolve("main^{commit}~1^{}"), second_);
  EXPECT_EQ(Resolve("side^{/s}"), side2_);
  EXPECT_EQ(Resolve("main~^{/s}"), second_);
  EXPECT_EQ(Resolve("main^{/first}"), first_);
  EXPECT_EQ(Failure("main^{/nowhere}").kind(), ErrorKind::kNotFound);
  for (const char* revision :
       {"main^{tree}", "main^{", "main^{commit", "main^{commit}x", "main~{}", "main^}"}) {
    EXPECT_EQ(Failure(revision).kind(), ErrorKind::kInvalid) << revision;
  }
}

TEST_F(RevisionTest, StatesOfABranchAreCountedBackFromNow) {
  EXPECT_EQ(Resolve("main@{0}"), merge_);
  EXPECT_EQ(Resolve("main@{1}"), second_);
  EXPECT_EQ(Resolve("main@{2}"), first_);
  EXPECT_EQ(Resolve("@{1}"), second_);
  EXPECT_EQ(Resolve("HEAD@{2}"), first_);
  EXPECT_EQ(Resolve("@@{2}"), first_);
  EXPECT_EQ(Resolve("refs/heads/main@{1}"), second_);
  EXPECT_EQ(Resolve("heads/main@{1}^"), first_);
  EXPECT_EQ(Resolve("side@{1}"), side_);
  EXPECT_EQ(Resolve("v1@{0}"), merge_);
  const Error error = Failure("main@{3}~1");
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_EQ(error.message(),
            "no revision 'main@{3}': the operation log knows 3 states of it, from @{0} on");
  EXPECT_EQ(Failure("mian@{1}").message(), "no branch, tag or commit 'mian'");
  EXPECT_THAT(Failure("mian@{1}").hints(), ElementsAre("did you mean 'main'?"));
}

TEST_F(RevisionTest, AloneStatesAreThoseOfTheBranchNotOfHead) {
  Switch("side");
  EXPECT_EQ(Resolve("@{1}"), side_);
  EXPECT_EQ(Resolve("HEAD@{1}"), merge_);
}

TEST_F(RevisionTest, DetachedStatesAreThoseOfHead) {
  StateChange change;
  change.head = Head{"", first_};
  Run(change);
  EXPECT_EQ(Resolve("@{0}"), first_);
  EXPECT_EQ(Resolve("@{1}"), merge_);
}

TEST_F(RevisionTest, StatesOfABranchThatIsGoneAreKnown) {
  SetRef(*repository_, "refs/heads/side", {});
  EXPECT_EQ(Failure("side").kind(), ErrorKind::kNotFound);
  EXPECT_EQ(Resolve("side@{1}"), side2_);
  EXPECT_EQ(Failure("side@{0}").message(), "no revision 'side@{0}': there was no commit then");
}

TEST_F(RevisionTest, DatesFindWhereABranchWas) {
  constexpr int64_t kHourUs = 3'600'000'000;
  const auto move = [&](const CommitId& target, int64_t hours_ago) {
    StateChange change;
    change.refs.push_back(
        {"refs/heads/old", repository_->FindRef("refs/heads/old").value_or(ObjectId{}), target.id});
    Run(change, now_.unix_us - hours_ago * kHourUs);
  };
  move(first_, 72);
  move(second_, 26);
  move(merge_, 1);
  EXPECT_EQ(Resolve("old@{now}"), merge_);
  EXPECT_EQ(Resolve("old@{1 hour ago}"), merge_);
  EXPECT_EQ(Resolve("old@{2.hours.ago}"), second_);
  EXPECT_EQ(Resolve("old@{2 days ago}~0"), first_);
  EXPECT_EQ(Resolve("old@{last year}"), first_) << "before the first state: the first, as in git";
  EXPECT_EQ(Resolve("old@{2099-01-01 12:00:00 +0000}"), merge_);
  EXPECT_EQ(Resolve("old@{1699900000}"), first_) << "a large number is seconds since 1970";
}

TEST_F(RevisionTest, WhatIsNeitherNumberNorDateIsInvalid) {
  for (const char* revision : {"main@{}", "main@{x}", "main@{-1}", "main@{upstream}", "main@{1",
                               "main@{1}x", "main@{1}@{1}", "@{-0}", "@{-}", "@{-1x}"}) {
    EXPECT_EQ(Failure(revision).kind(), ErrorKind::kInvalid) << revision;
  }
}

TEST_F(RevisionTest, EarlierHeadsAreCountedInSwitches) {
  EXPECT_EQ(Failure("@{-1}").kind(), ErrorKind::kNotFound);
  Switch("side");
  EXPECT_EQ(Resolve("@{-1}"), merge_);
  EXPECT_EQ(Resolve("@{-1}~2"), first_);
  EXPECT_EQ(Resolve("@{-1}@{1}"), second_);
  const CommitId moved = CommitOn(*repository_, "main", "moved");
  EXPECT_EQ(Resolve("@{-1}"), moved) << "where the branch is, not where it was";
  SetRef(*repository_, "refs/heads/main", {});
  const Error error = Failure("@{-1}");
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_THAT(error.hints(), ElementsAre("where it was:  pvc log main@{1}"));
  EXPECT_EQ(Resolve("main@{1}"), moved);
}

TEST_F(RevisionTest, MessagesAreSearchedFromTheNewestOfAllRefs) {
  const auto batch = repository_->store().BeginWrite(OneThread());
  const int64_t now_us = now_.unix_us;
  const CommitId old = WriteTestCommit(*batch, *batch, {first_}, "fix ~1^2: prices", now_us - 1);
  const CommitId young = WriteTestCommit(*batch, *batch, {}, "fix\n\nprices of May", now_us + 1);
  StateChange change;
  change.refs.push_back({"refs/tags/old", {}, old.id});
  change.refs.push_back({"refs/notes/young", {}, young.id});
  repository_->Publish(*batch, change, SomeSignature(), "test");
  EXPECT_EQ(Resolve(":/fix"), young) << "by date, though of a lower generation";
  EXPECT_EQ(Resolve(":/prices of"), young);
  EXPECT_EQ(Resolve(":/~1^2"), old) << "what follows is text, to its end";
  EXPECT_EQ(Resolve(":/first"), first_);
  const Error error = Failure(":/nowhere\x1b");
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_EQ(error.message(), "no commit whose message contains 'nowhere\\x1b'");
}

TEST_F(RevisionTest, StashEntriesAreCountedFromTheNewest) {
  EXPECT_EQ(Failure("stash").kind(), ErrorKind::kNotFound);
  EXPECT_EQ(Failure("stash@{0}").kind(), ErrorKind::kNotFound);
  SetRef(*repository_, "refs/stash/9", first_.id);
  SetRef(*repository_, "refs/stash/10", second_.id);
  EXPECT_EQ(Resolve("stash"), second_);
  EXPECT_EQ(Resolve("stash@{0}"), second_);
  EXPECT_EQ(Resolve("stash@{1}"), first_);
  EXPECT_EQ(Resolve("refs/stash@{1}"), first_);
  EXPECT_EQ(Resolve("stash^"), first_);
  EXPECT_EQ(Resolve("stash@{now}"), second_);
  EXPECT_EQ(Failure("stash@{2}").message(), "no 'stash@{2}': the stash has 2 entries");
  SetRef(*repository_, "refs/heads/stash", first_.id);
  EXPECT_EQ(Failure("stash@{1}").kind(), ErrorKind::kInvalid) << "the branch or the stash";
}

TEST_F(RevisionTest, StepsDownALongChainAreNotRecursive) {
  const auto batch = repository_->store().BeginWrite(OneThread());
  Commit commit = repository_->GetCommit(first_);
  CommitId tip = first_;
  for (int i = 0; i < 100'000; ++i) {
    commit.parents = {tip};
    ++commit.generation;
    tip = WriteCommit(*batch, commit);
  }
  StateChange change;
  change.refs.push_back({"refs/heads/long", {}, tip.id});
  repository_->Publish(*batch, change, SomeSignature(), "test");
  EXPECT_EQ(Resolve("long~100000"), first_);
  EXPECT_EQ(Failure("long~100001").kind(), ErrorKind::kNotFound);
  EXPECT_EQ(Resolve("long^{/first}"), tip);
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
    EXPECT_THAT(error.hints(),
                Each(AllOf(HasSubstr("pvc show " + prefix), HasSubstr("(2023-11-15, number "))));
    EXPECT_EQ(Resolve(ids.front().Short()), ids.front());
  }
  EXPECT_GT(ambiguous_count, 0U);
  EXPECT_EQ(Failure(merge_.Hex().substr(0, 3)).kind(), ErrorKind::kNotFound) << "three digits";
}

TEST_F(RevisionTest, AmbiguousShortIdsCountTags) {
  // Tags of one commit, until one of them begins as another or as a commit does.
  const auto batch = repository_->store().BeginWrite(OneThread());
  std::map<std::string, std::vector<ObjectId>> by_prefix;
  for (int i = 0; i < 1500; ++i) {
    const CommitId& target = i % 2 == 0 ? first_ : second_;
    const TagId tag = WriteTag(*batch, {target, "v" + std::to_string(i), SomeSignature(), ""});
    by_prefix[tag.Hex().substr(0, 4)].push_back(tag.id);
  }
  repository_->Publish(*batch, {}, SomeSignature(), "many");
  size_t ambiguous_count = 0;
  for (const auto& [prefix, ids] : by_prefix) {
    if (ids.size() < 2) continue;
    const bool agree = Resolve(ids[0].Hex()) == Resolve(ids[1].Hex());
    if (agree || ids.size() > 2) continue;
    ++ambiguous_count;
    const Error error = Failure(prefix);
    EXPECT_THAT(error.message(), HasSubstr("commits and tags"));
    EXPECT_THAT(error.hints(), Each(HasSubstr("(2023-11-15, tag v")));
  }
  EXPECT_GT(ambiguous_count, 0U);
}

TEST_F(VcsFixture, BranchWithoutCommitsHasNoRevision) {
  const auto repository = Open();
  for (const char* name :
       {"HEAD", "@", "main", "HEAD~1", "refs/heads/main", "@{0}", "HEAD@{1}", "main@{yesterday}"}) {
    const Error error = ThrownError([&] { ResolveRevision(*repository, name, {}); });
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid) << name;
    EXPECT_EQ(error.message(), "branch 'main' has no commits yet");
  }
}

}  // namespace
}  // namespace pvc
