#include "vcs/blame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>

#include "tests/vcs/history_workshop.h"
#include "vcs/row_blame.h"
#include "vcs/row_key.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class BlameTest : public HistoryWorkshop {
 protected:
  CatalogEntry TableOf(const CommitId& at, const std::string& name) {
    return FindTable(repository_->nodes(), SnapshotOf(at).catalog, name).value();
  }

  /// Rowid of each row, and the message of the commit that changed it last.
  std::map<int64_t, std::string> Rows(const CommitId& at, const std::string& table = "t") {
    std::map<int64_t, std::string> rows;
    const TableBlame blame(*repository_, at, TableOf(at, table), [] {});
    blame.ForEachRow([&](const Row& row, const CommitId& commit) {
      EXPECT_TRUE(blame.commits().contains(commit));
      rows[row.rowid] = MessageOf(commit);
    });
    return rows;
  }

  /// The message for each cell of a row.
  std::vector<std::string> Cells(const CommitId& at, int64_t rowid,
                                 const std::string& table = "t") {
    Bytes key;
    AppendRowidKey(key, rowid);
    const RowBlame blame(*repository_, at, TableOf(at, table), key, [] {});
    std::vector<std::string> messages;
    for (const CommitId& id : blame.cells()) messages.push_back(MessageOf(id));
    return messages;
  }
};

constexpr const char* kTable =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b);"
    "INSERT INTO t VALUES(1,1,1),(2,2,2),(3,3,3)";

TEST_F(BlameTest, RowBelongsToTheLastCommitThatChangedIt) {
  const CommitId first = Commit("first", {}, kTable);
  const CommitId one = Commit("one", {first}, "UPDATE t SET a=5 WHERE id=1");
  const CommitId four = Commit("four", {one}, "INSERT INTO t VALUES(4,4,4)");
  const CommitId back = Commit("back", {four}, "UPDATE t SET a=1 WHERE id=1");
  EXPECT_THAT(Rows(back),
              ElementsAre(Pair(1, "back"), Pair(2, "first"), Pair(3, "first"), Pair(4, "four")));
  EXPECT_THAT(Rows(one), ElementsAre(Pair(1, "one"), Pair(2, "first"), Pair(3, "first")));
}

TEST_F(BlameTest, RowRemovedAndAddedAgainIsNew) {
  const CommitId first = Commit("first", {}, kTable);
  const CommitId gone = Commit("gone", {first}, "DELETE FROM t WHERE id=2");
  const CommitId again = Commit("again", {gone}, "INSERT INTO t VALUES(2,2,2)");
  EXPECT_THAT(Rows(again), ElementsAre(Pair(1, "first"), Pair(2, "again"), Pair(3, "first")));
}

TEST_F(BlameTest, MergeAnswersForNothingThatAParentHas) {
  const CommitId base = Commit("base", {}, kTable);
  const CommitId ours = Commit("ours", {base}, "UPDATE t SET a=8 WHERE id=1");
  const CommitId theirs = Commit("theirs", {base}, "UPDATE t SET a=9 WHERE id=2");
  const CommitId merge =
      Commit("merge", {ours, theirs}, "UPDATE t SET a=9 WHERE id=2; UPDATE t SET b=7 WHERE id=3");
  EXPECT_THAT(Rows(merge), ElementsAre(Pair(1, "ours"), Pair(2, "theirs"), Pair(3, "merge")));
}

TEST_F(BlameTest, AddedColumnChangesNoRowsUntilItIsSet) {
  const CommitId first = Commit("first", {}, kTable);
  const CommitId column = Commit("column", {first}, "ALTER TABLE t ADD COLUMN c DEFAULT 0");
  const CommitId set = Commit("set", {column}, "UPDATE t SET c=1 WHERE id=2");
  EXPECT_THAT(Rows(set), ElementsAre(Pair(1, "first"), Pair(2, "set"), Pair(3, "first")));
  EXPECT_THAT(Cells(set, 1), ElementsAre("first", "first", "first", "column"));
  EXPECT_THAT(Cells(set, 2), ElementsAre("first", "first", "first", "set"));
}

TEST_F(BlameTest, RenamedColumnIsFollowed) {
  const CommitId first = Commit("first", {}, kTable);
  const CommitId set = Commit("set", {first}, "UPDATE t SET b=6 WHERE id=2");
  const CommitId renamed = Commit("renamed", {set}, "ALTER TABLE t RENAME COLUMN b TO bee");
  EXPECT_THAT(Cells(renamed, 2), ElementsAre("first", "first", "set"));
}

TEST_F(BlameTest, RowsOfATableWithAnotherKeyAreNew) {
  const CommitId first = Commit("first", {}, kTable);
  const CommitId keyed = Commit("keyed", {first},
                                "CREATE TABLE x(id INTEGER PRIMARY KEY, a, b, UNIQUE(a));"
                                "DROP TABLE t; CREATE TABLE t(id, a PRIMARY KEY, b);"
                                "INSERT INTO t VALUES(1,1,1)");
  EXPECT_THAT(Rows(keyed), ElementsAre(Pair(1, "keyed")));
}

TEST_F(BlameTest, RowsWithoutKeyGoByRowid) {
  const CommitId first = Commit("first", {}, "CREATE TABLE t(a); INSERT INTO t VALUES('x'),('y')");
  const CommitId second = Commit("second", {first}, "UPDATE t SET a='z' WHERE rowid=2");
  EXPECT_THAT(Rows(second), ElementsAre(Pair(1, "first"), Pair(2, "second")));
}

TEST_F(BlameTest, EmptyTableBlamesNobody) {
  const CommitId first = Commit("first", {}, "CREATE TABLE t(a)");
  EXPECT_THAT(Rows(first), IsEmpty());
}

TEST_F(BlameTest, StopsWhenAllRowsHaveTheirCommit) {
  const CommitId first = Commit("first", {}, kTable);
  const CommitId second = Commit("second", {first}, "UPDATE t SET a=a+1");
  const CommitId third = Commit("third", {second}, "UPDATE t SET a=a+1");
  int steps = 0;
  const TableBlame blame(*repository_, third, TableOf(third, "t"), [&] { ++steps; });
  EXPECT_EQ(blame.commits().size(), 1U);
  EXPECT_EQ(steps, 4);  // one commit, three rows
}

TEST_F(BlameTest, RandomHistoriesAgreeWithWhoWroteEachRow) {
  const char* given = std::getenv("PVC_TEST_SEED");
  const auto seed = given != nullptr ? static_cast<uint32_t>(std::strtoul(given, nullptr, 10))
                                     : std::random_device()();
  SCOPED_TRACE("PVC_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  // Each value is written once in all of history, so the commit that wrote it is the one to blame.
  using Content = std::map<int64_t, std::pair<int, int>>;
  std::vector<std::pair<CommitId, Content>> commits;
  std::map<int, std::string> writers;
  int next_value = 0;
  for (int i = 0; i < 25; ++i) {
    const std::string message = "c" + std::to_string(i);
    std::vector<CommitId> parents;
    Content content;
    std::string sql = "BEGIN;";
    if (commits.empty()) {
      sql += "CREATE TABLE t(id INTEGER PRIMARY KEY, a, b);";
    } else {
      const auto& first =
          commits[commits.size() - 1 - random() % std::min<size_t>(commits.size(), 3)];
      const auto& second = commits[random() % commits.size()];
      parents.push_back(first.first);
      content = first.second;
      if (second.first != first.first && random() % 2 == 0) {
        parents.push_back(second.first);
        for (const auto& [id, row] : second.second) {
          if (random() % 2 == 0) content[id] = row;
        }
      }
    }
    for (int n = 0; n < 6; ++n) {
      const int64_t id = random() % 30;
      writers[next_value] = writers[next_value + 1] = message;
      if (content.contains(id) && random() % 2 == 0) {
        content[id].second = next_value++;
      } else if (content.contains(id) && random() % 4 == 0) {
        content.erase(id);
      } else {
        content[id] = {next_value, next_value + 1};
        next_value += 2;
      }
    }
    sql += "DELETE FROM t;";
    for (const auto& [id, row] : content) {
      sql += "INSERT INTO t VALUES(" + std::to_string(id) + "," + std::to_string(row.first) + "," +
             std::to_string(row.second) + ");";
    }
    commits.emplace_back(Commit(message, parents, sql + "COMMIT"), content);
  }
  for (const auto& [id, content] : commits) {
    std::map<int64_t, std::string> expected;
    for (const auto& [row, values] : content) {
      const int newest = std::max(values.first, values.second);
      expected[row] = writers[newest];
      ASSERT_EQ(Cells(id, row)[1], writers[values.first]);
      ASSERT_EQ(Cells(id, row)[2], writers[values.second]);
    }
    ASSERT_EQ(Rows(id), expected) << MessageOf(id);
  }
}

}  // namespace
}  // namespace pvc
