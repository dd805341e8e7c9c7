#include "vcs/query/conflicts_function.h"

#include <gmock/gmock.h>

#include "tests/vcs/merge/merge_fixture.h"
#include "tests/vcs/query/query_connection.h"

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ConflictsFunction : public MergeFixture {
 protected:
  QueryConnection& Connect(const std::string& table) {
    sql_ = std::make_unique<QueryConnection>(*repository_);
    sql_->AddTable(table);
    return *sql_;
  }

  std::unique_ptr<QueryConnection> sql_;
};

TEST_F(ConflictsFunction, WithoutAMergeThereAreNoRows) {
  Begin();
  QueryConnection& sql = Connect("t");
  EXPECT_THAT(
      sql.ColumnNames("SELECT * FROM pvc_conflicts_t"),
      ElementsAre("kind", "base_id", "ours_id", "theirs_id", "base_v", "ours_v", "theirs_v"));
  EXPECT_THAT(sql.Rows("SELECT * FROM pvc_conflicts_t"), IsEmpty());
}

TEST_F(ConflictsFunction, VersionsOfARowComeSideBySide) {
  MergeWithConflicts(std::string(kFirstContent) + "; CREATE TABLE u(a UNIQUE)",
                     "UPDATE t SET v = 'ours' WHERE id = 1; DELETE FROM t WHERE id = 2;"
                     "INSERT INTO t VALUES(9, x'01')",
                     "UPDATE t SET v = 'theirs' WHERE id < 3; INSERT INTO t VALUES(9, 9)");
  QueryConnection& sql = Connect("t");
  EXPECT_THAT(sql.Rows("SELECT * FROM pvc_conflicts_t"),
              ElementsAre("'both-changed'|1|1|1|'one'|'ours'|'theirs'",
                          "'deleted-changed'|2|NULL|2|'two'|NULL|'theirs'",
                          "'both-added'|NULL|9|9|NULL|x'01'|9"));
  EXPECT_THAT(sql.Rows("SELECT kind FROM pvc_conflicts_t WHERE theirs_id = 2"),
              ElementsAre("'deleted-changed'"));
  EXPECT_THAT(sql.Rows("SELECT kind FROM pvc_conflicts_t WHERE ours_id = 2"), IsEmpty());
  EXPECT_THAT(sql.Rows("SELECT ours_id FROM pvc_conflicts_t WHERE ours_id > 1"), ElementsAre("9"));
  Resolve({"t:1"}, Resolution::kOurs);
  EXPECT_EQ(sql.Row("SELECT count(*) FROM pvc_conflicts_t"), "2");
}

TEST_F(ConflictsFunction, TheLayoutIsTheMergedOne) {
  MergeWithConflicts(kFirstContent, "UPDATE t SET v = 'ours' WHERE id = 1",
                     "ALTER TABLE t ADD COLUMN n; UPDATE t SET v = 'theirs', n = 5 WHERE id = 1");
  EXPECT_EQ(Connect("t").Row("SELECT base_v, ours_v, theirs_v, ours_n, theirs_n "
                             "FROM pvc_conflicts_t"),
            "'one'|'ours'|'theirs'|NULL|5");
}

TEST_F(ConflictsFunction, ConstraintsThatWouldBreakAreAKind) {
  MergeWithConflicts("CREATE TABLE t(id INTEGER PRIMARY KEY, v UNIQUE)",
                     "INSERT INTO t VALUES(1, 'same')", "INSERT INTO t VALUES(2, 'same')");
  EXPECT_EQ(Connect("t").Row("SELECT * FROM pvc_conflicts_t"),
            "'constraint'|NULL|NULL|2|NULL|NULL|'same'");
}

TEST_F(ConflictsFunction, AFunctionOutlivesTheMerge) {
  MergeWithConflicts(kFirstContent, "UPDATE t SET v = 'ours' WHERE id = 1",
                     "UPDATE t SET v = 'theirs' WHERE id = 1");
  QueryConnection& sql = Connect("t");
  EXPECT_EQ(sql.Row("SELECT count(*) FROM pvc_conflicts_t"), "1");
  Abort();
  EXPECT_EQ(sql.Row("SELECT count(*) FROM pvc_conflicts_t"), "0");
}

}  // namespace
}  // namespace pvc
