#include "vcs/merge/resolve.h"

#include "tests/vcs/merge/merge_fixture.h"

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ResolveTest : public MergeFixture {
 protected:
  std::string All(const std::string& columns) {
    return Text("SELECT group_concat(line, ' ') FROM (SELECT " + columns + " AS line FROM t)");
  }
};

TEST_F(ResolveTest, SetStoresValuesAsTheColumnDoes) {
  MergeWithConflicts(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB, i INTEGER, x TEXT, n);"
      "INSERT INTO t VALUES(1, 0, 0, '', 0)",
      "UPDATE t SET b = 1, i = 1, x = 'o', n = 1", "UPDATE t SET b = 2, i = 2, x = 't', n = 2");
  Resolve({"t"}, Resolution::kSet, {{"b", "x'00ff'"}, {"i", "'12'"}, {"x", "12"}, {"n", "NULL"}});
  EXPECT_EQ(All("quote(b) || quote(i) || quote(x) || quote(n)"), "X'00FF'12'12'NULL");
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(ResolveTest, AnIntegerKeyHasToBeOneAndFree) {
  MergeWithConflicts(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 0), (2, 0), (3, 0)",
      "UPDATE t SET v = 1 WHERE id < 3", "UPDATE t SET v = 2 WHERE id < 3");
  for (const char* id : {"'x'", "NULL", "3", "9"}) {
    SCOPED_TRACE(id);  // 9 would be for both
    EXPECT_EQ(ThrownKind([&] {
                Resolve({"t"}, Resolution::kSet, {{"id", id}, {"v", "5"}});
              }),
              ErrorKind::kInvalid);
  }
  Resolve({"t:1"}, Resolution::kSet, {{"id", "9"}, {"v", "5"}});
  EXPECT_EQ(All("id || ':' || v"), "2:1 3:0 9:5");
}

TEST_F(ResolveTest, OneColumnOfARowThatIsOpenAsAWholeIsRefused) {
  MergeWithConflicts("CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 0)",
                     "DELETE FROM t", "UPDATE t SET v = 2");
  for (const Resolution resolution :
       {Resolution::kOurs, Resolution::kTheirs, Resolution::kWorking}) {
    EXPECT_EQ(ThrownKind([&] { Resolve({"t:1:v"}, resolution); }), ErrorKind::kInvalid);
  }
  EXPECT_THAT(Open(), ElementsAre("t:1"));
}

// Rowids 2 and 3 stand for a row that theirs changed and ours removed; ours, or somebody since, has
// another row there.
TEST_F(ResolveTest, RowsWithoutKeyAtThePlaceOfOneInConflictAreLeftAlone) {
  for (const Resolution resolution :
       {Resolution::kOurs, Resolution::kTheirs, Resolution::kBase, Resolution::kDelete}) {
    SCOPED_TRACE(static_cast<int>(resolution));
    if (!repository_->HeadCommit()) {
      MergeWithConflicts("CREATE TABLE t(v, w); INSERT INTO t VALUES('a', 0), ('b', 0), ('c', 0)",
                         "DELETE FROM t WHERE v <> 'a'; UPDATE t SET rowid = 2",
                         "UPDATE t SET w = 9 WHERE v <> 'a'");
    } else {
      Undo();
      Run("DELETE FROM t WHERE v = 'mine'");
    }
    Run("INSERT INTO t(rowid, v, w) VALUES(3, 'mine', 0)");
    Resolve({}, resolution);
    const std::string others = resolution == Resolution::kTheirs ? " b9 c9"
                               : resolution == Resolution::kBase ? " b0 c0"
                                                                 : "";
    EXPECT_EQ(
        Text("SELECT group_concat(v || w, ' ') FROM (SELECT * FROM t ORDER BY v = 'mine', v)"),
        "a0" + others + " mine0");
    EXPECT_EQ(Text("SELECT v FROM t WHERE rowid = 3"), "mine");
  }
}

TEST_F(ResolveTest, RenumberedChildrenOfAnOpenParentWaitForIt) {
  MergeWithConflicts(
      "CREATE TABLE p(id INTEGER PRIMARY KEY, v);"
      "CREATE TABLE c(id INTEGER PRIMARY KEY, p REFERENCES p, v)",
      "INSERT INTO p VALUES(1, 'o'); INSERT INTO c VALUES(1, 1, 'o')",
      "INSERT INTO p VALUES(1, 't'); INSERT INTO c VALUES(1, 1, 't')");
  const Error error = ThrownError([&] { Resolve({"c"}, Resolution::kRenumberTheirs); });
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_THAT(error.hints(), testing::Contains(HasSubstr("pvc resolve p c --renumber theirs")));
  Resolve({"p"}, Resolution::kRenumberTheirs);
  EXPECT_THAT(Open(), ElementsAre("c:1 p v"));
  Resolve({"c"}, Resolution::kRenumberTheirs);
  EXPECT_EQ(Text("SELECT group_concat(p.v || c.v) FROM c JOIN p ON p.id = c.p"), "oo,tt");
}

}  // namespace
}  // namespace pvc
