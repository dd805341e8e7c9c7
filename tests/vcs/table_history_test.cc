#include "vcs/table_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/vcs/history_workshop.h"
#include "vcs/log_walk.h"

namespace pvc {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TableHistoryTest : public HistoryWorkshop {
 protected:
  /// Messages of the commits from `tip` back that changed what is named.
  std::vector<std::string> Log(const CommitId& tip, const std::vector<DiffFilter>& filters,
                               FollowParents follow = FollowParents::kAll) {
    TableHistory tables(*repository_, filters);
    LogOptions options;
    options.from = {tip};
    options.order = LogOrder::kLines;
    options.follow = follow;
    options.tables = &tables;
    LogWalk walk(*repository_, options);
    std::vector<std::string> messages;
    while (const auto step = walk.Next()) {
      if (step->is_shown) messages.push_back(step->commit.message);
    }
    return messages;
  }
};

constexpr const char* kTables =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b);"
    "CREATE TABLE u(id INTEGER PRIMARY KEY, a);"
    "INSERT INTO t VALUES(1,1,1),(2,2,2); INSERT INTO u VALUES(1,1)";

TEST_F(TableHistoryTest, TableIsFollowedThroughRowsTextAndIndexes) {
  const CommitId first = Commit("first", {}, kTables);
  const CommitId other = Commit("other", {first}, "UPDATE u SET a=2");
  const CommitId row = Commit("row", {other}, "UPDATE t SET a=5 WHERE id=1");
  const CommitId index = Commit("index", {row}, "CREATE INDEX t_a ON t(a)");
  const CommitId column = Commit("column", {index}, "ALTER TABLE t ADD COLUMN c");
  const CommitId view = Commit("view", {column}, "CREATE VIEW v AS SELECT 1");
  EXPECT_THAT(Log(view, {{"t", {}}}), ElementsAre("column", "index", "row", "first"));
  EXPECT_THAT(Log(view, {{"T", {}}}), ElementsAre("column", "index", "row", "first"));
  EXPECT_THAT(Log(view, {{"v", {}}}), ElementsAre("view"));
  EXPECT_THAT(Log(view, {{"u", {}}, {"v", {}}}), ElementsAre("view", "other", "first"));
}

TEST_F(TableHistoryTest, RowIsFollowedByItsKey) {
  const CommitId first = Commit("first", {}, kTables);
  const CommitId one = Commit("one", {first}, "UPDATE t SET a=5 WHERE id=1");
  const CommitId added = Commit("added", {one}, "INSERT INTO t VALUES(7,7,7)");
  const CommitId column = Commit("column", {added}, "ALTER TABLE t ADD COLUMN c DEFAULT 3");
  const CommitId set = Commit("set", {column}, "UPDATE t SET c=4 WHERE id=7");
  const CommitId gone = Commit("gone", {set}, "DELETE FROM t WHERE id=7");
  EXPECT_THAT(Log(gone, {{"t", "1"}}), ElementsAre("one", "first"));
  EXPECT_THAT(Log(gone, {{"t", "7"}}), ElementsAre("gone", "set", "added"));
  EXPECT_THAT(Log(gone, {{"t", "99"}}), IsEmpty());
}

TEST_F(TableHistoryTest, RowsThatMovedAreNoChange) {
  const CommitId first = Commit("first", {}, "CREATE TABLE t(a); INSERT INTO t VALUES(1),(2),(3)");
  const CommitId moved = Commit("moved", {first}, "UPDATE t SET rowid = rowid + 10");
  EXPECT_THAT(Log(moved, {{"t", {}}}), ElementsAre("first"));
}

TEST_F(TableHistoryTest, MergeThatAgreesWithAParentIsPassedOver) {
  const CommitId base = Commit("base", {}, kTables);
  const CommitId ours = Commit("ours", {base}, "UPDATE u SET a=9");
  const CommitId theirs = Commit("theirs", {base}, "UPDATE t SET a=9 WHERE id=1");
  const CommitId merge = Commit("merge", {ours, theirs}, "UPDATE t SET a=9 WHERE id=1");
  EXPECT_THAT(Log(merge, {{"t", {}}}), ElementsAre("theirs", "base"));
  EXPECT_THAT(Log(merge, {{"u", {}}}), ElementsAre("ours", "base"));
  EXPECT_THAT(Log(merge, {{"t", {}}, {"u", {}}}), ElementsAre("merge", "theirs", "ours", "base"));
  EXPECT_THAT(Log(merge, {{"t", {}}}, FollowParents::kFirst), ElementsAre("merge", "base"));
}

TEST_F(TableHistoryTest, MergeThatDiffersFromAllParentsIsShown) {
  const CommitId base = Commit("base", {}, kTables);
  const CommitId ours = Commit("ours", {base}, "UPDATE t SET a=8 WHERE id=2");
  const CommitId theirs = Commit("theirs", {base}, "UPDATE t SET a=9 WHERE id=1");
  const CommitId merge = Commit("merge", {ours, theirs}, "UPDATE t SET a=9 WHERE id=1");
  EXPECT_THAT(Log(merge, {{"t", {}}}), ElementsAre("merge", "theirs", "ours", "base"));
  EXPECT_THAT(Log(merge, {{"t", "1"}}), ElementsAre("theirs", "base"));
}

TEST_F(TableHistoryTest, TableOfThePastMayBeNamed) {
  const CommitId first = Commit("first", {}, kTables);
  const CommitId dropped = Commit("dropped", {first}, "DROP TABLE u");
  TableHistory(*repository_, {{"u", {}}}).Check({dropped});
  EXPECT_THAT(Log(dropped, {{"u", {}}}), ElementsAre("dropped", "first"));
}

TEST_F(TableHistoryTest, UnknownTableIsNamedWithItsNeighbours) {
  const CommitId first = Commit("first", {}, "CREATE TABLE users(id INTEGER PRIMARY KEY)");
  const Error error = ThrownError([&] {
    TableHistory(*repository_, {{"user", {}}}).Check({first});
  });
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_THAT(error.hints(), Contains("did you mean 'users'?"));
}

TEST_F(TableHistoryTest, KeyThatCannotBeOneIsRefused) {
  const CommitId first = Commit("first", {}, kTables);
  EXPECT_EQ(ThrownKind([&] {
              TableHistory(*repository_, {{"t", "x"}}).Check({first});
            }),
            ErrorKind::kInvalid);
}

}  // namespace
}  // namespace pvc
