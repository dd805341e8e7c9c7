#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "tests/cli/fake_environment.h"
#include "tests/vcs/history_workshop.h"
#include "vcs/tag.h"

namespace pvc {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Histories with merges, as `log` and `show` print them.
class LogCommandTest : public HistoryWorkshop {
 protected:
  /// What a command prints, without ids, a line end in front for a raw string.
  std::string Print(const std::vector<std::string>& words) {
    FakeEnvironment environment(folder_.path());
    EXPECT_EQ(environment.Run(words), 0) << environment.err();
    std::string text = std::regex_replace(environment.out(), std::regex("[0-9a-f]{64}"), "ID");
    return "\n" + std::regex_replace(text, std::regex("[0-9a-f]{12}"), "id");
  }

  /// base - ours - merge (main), base - theirs (try) - merge; base is tagged.
  void MakeMerge() {
    base_ = Commit("base", {},
                   "CREATE TABLE t(id INTEGER PRIMARY KEY, a);"
                   "CREATE TABLE u(id INTEGER PRIMARY KEY);"
                   "INSERT INTO t VALUES(1,1),(2,2)");
    ours_ = Commit("ours", {base_}, "INSERT INTO u VALUES(1)");
    theirs_ = Commit("theirs", {base_}, "UPDATE t SET a=9 WHERE id=1");
    merge_ = Commit("merge", {ours_, theirs_}, "UPDATE t SET a=9 WHERE id=1");
    SetRef("refs/heads/main", merge_.id);
    SetRef("refs/heads/try", theirs_.id);
    SetRef("refs/tags/v1", base_.id);
  }

  CommitId base_;
  CommitId ours_;
  CommitId theirs_;
  CommitId merge_;
};

TEST_F(LogCommandTest, GraphShowsWhereBranchesPartAndMeet) {
  MakeMerge();
  EXPECT_EQ(Print({"log", "--graph", "--oneline"}), R"(
*   id (HEAD -> main) merge
|\
| * id (try) theirs
* | id ours
|/
* id (tag: v1) base
)");
}

TEST_F(LogCommandTest, GraphStandsBesideWholeCommits) {
  MakeMerge();
  EXPECT_EQ(Print({"log", "--graph", "--stat", "-n", "2"}), R"(
*   commit ID (HEAD -> main)
|\  Merge: id id
| | Author: Ann <ann@example.org>
| | Date:   2023-11-15 00:13:20 +0200
| |
| |     merge
| |
| |  t | 1 ~
| |  1 table: 0 rows added, 0 removed, 1 changed
| |
| * commit ID (try)
| | Author: Ann <ann@example.org>
| | Date:   2023-11-15 00:13:20 +0200
| |
| |     theirs
| |
| |  t | 1 ~
| |  1 table: 0 rows added, 0 removed, 1 changed
)");
}

TEST_F(LogCommandTest, GraphOfATableLeadsThroughCommitsPassedOver) {
  MakeMerge();
  const CommitId other = Commit("other", {theirs_}, "INSERT INTO u VALUES(7)");
  const CommitId more = Commit("more", {other}, "UPDATE t SET a=0");
  SetRef("refs/heads/try", more.id);
  EXPECT_EQ(Print({"log", "--graph", "--oneline", "--all", "--", "t"}), R"(
* id (try) more
* id theirs
* id (tag: v1) base
)");
}

TEST_F(LogCommandTest, GraphEndsLinesToCommitsThatAreFilteredOut) {
  MakeMerge();
  EXPECT_EQ(Print({"log", "--graph", "--oneline", "--no-merges"}), R"(
* id (try) theirs
| * id ours
|/
* id (tag: v1) base
)");
  EXPECT_EQ(Print({"log", "--graph", "--oneline", "--grep=e"}), R"(
* id (HEAD -> main) merge
* id (try) theirs
* id (tag: v1) base
)");
  EXPECT_EQ(Print({"log", "--graph", "--oneline", "--grep=m"}), R"(
* id (HEAD -> main) merge
)");
}

TEST_F(LogCommandTest, FirstParentLeavesBranchesOut) {
  MakeMerge();
  EXPECT_EQ(Print({"log", "--first-parent", "--oneline"}), R"(
id (HEAD -> main) merge
id ours
id (tag: v1) base
)");
}

TEST_F(LogCommandTest, CommitWithoutChangesHasNoEmptyParagraph) {
  const CommitId base = Commit("base", {}, "CREATE TABLE t(a)");
  SetRef("refs/heads/main", Commit("same", {base}, "").id);
  EXPECT_THAT(Print({"log", "--stat"}), HasSubstr("    same\n\ncommit "));
}

TEST_F(LogCommandTest, DetachedHeadStandsBesideItsBranches) {
  MakeMerge();
  Detach(theirs_);
  EXPECT_EQ(Print({"log", "--oneline", "-n", "1"}), "\nid (HEAD, try) theirs\n");
  EXPECT_EQ(Print({"log", "--oneline", "--all", "-n", "1"}), "\nid (main) merge\n");
}

TEST_F(LogCommandTest, ShowComparesAMergeWithItsFirstParent) {
  MakeMerge();
  EXPECT_EQ(Print({"show"}), R"(
commit ID (HEAD -> main)
Merge: id id
Author: Ann <ann@example.org>
Date:   2023-11-15 00:13:20 +0200

    merge

changes since id, the first of its 2 parents:
t          1 changed   (of 2)
  ~ id=1  a: 1 -> 9
)");
}

TEST_F(LogCommandTest, AnnotatedTagIsShownBeforeItsCommit) {
  MakeMerge();
  const auto batch = repository_->store().BeginWrite({});
  const TagId tag = WriteTag(*batch, {base_, "v2", SomeSignature(), "Second\n\nnotes\n"});
  StateChange change;
  change.refs.push_back({"refs/tags/v2", {}, tag.id});
  repository_->Publish(*batch, change, SomeSignature(), "test");
  EXPECT_THAT(Print({"show", "v2", "--name-only"}), StartsWith(R"(
tag v2
Tagger: Ann <ann@example.org>
Date:   2023-11-15 00:13:20 +0200

    Second

    notes

commit ID (tag: v1, tag: v2)
)"));
  EXPECT_THAT(Print({"log", "--oneline", "v2"}), HasSubstr("(tag: v1, tag: v2) base"));
}

}  // namespace
}  // namespace pvc
