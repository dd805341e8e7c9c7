#include "vcs/snapshot_parts.h"

#include "tests/vcs/update_fixture.h"

namespace pvc {
namespace {

class SnapshotPartsTest : public UpdateFixture {
 protected:
  /// a.db with the named tables as b.db has them; exported as out.db.
  void Take(const std::string& a_script, const std::string& b_script,
            const std::vector<std::string>& names) {
    const Snapshot base = Import(Build("a.db", a_script)).snapshot;
    const Snapshot other = Import(Build("b.db", b_script)).snapshot;
    const auto batch = repository_->store().BeginWrite({});
    NodeReader nodes(*batch);
    taken_ = TakeTables(*repository_, nodes, *batch, base, other, names);
    StateChange change;
    change.working_base = WriteSnapshot(*batch, taken_);
    repository_->Publish(*batch, change, SomeSignature(), "take");
    ExportOptions options;
    options.replace = true;
    ExportSnapshot(*repository_, taken_, folder_ / "out.db", options);
  }

  std::string Out(const std::string& sql) { return RawDatabase(folder_ / "out.db").Text(sql); }
  std::string Objects() {
    return Out(
        "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema ORDER BY name)");
  }

  Snapshot taken_;
};

constexpr const char* kTwoTables =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, v); CREATE TABLE u(id INTEGER PRIMARY KEY, v);"
    "INSERT INTO t VALUES(1, 'a'); INSERT INTO u VALUES(1, 'a')";
constexpr const char* kTwoOtherTables =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, v, w); CREATE TABLE u(id INTEGER PRIMARY KEY, v);"
    "INSERT INTO t VALUES(1, 'b', 2); INSERT INTO u VALUES(1, 'b'); CREATE INDEX t_v ON t(v);"
    "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END";

TEST_F(SnapshotPartsTest, TableComesWithItsTextIndexesAndTriggers) {
  Take(kTwoTables, kTwoOtherTables, {"t"});
  EXPECT_EQ(Out("SELECT v || w FROM t"), "b2");
  EXPECT_EQ(Out("SELECT v FROM u"), "a");
  EXPECT_EQ(Objects(), "t t_v tr u");
}

TEST_F(SnapshotPartsTest, TableThatTheOtherHasNotIsRemovedWithItsIndexes) {
  Take(kTwoOtherTables, "CREATE TABLE u(id INTEGER PRIMARY KEY, v)", {"T"});
  EXPECT_EQ(Objects(), "u");
  EXPECT_EQ(Out("SELECT v FROM u"), "b");
}

TEST_F(SnapshotPartsTest, TableThatTheBaseHasNotIsAdded) {
  Take("CREATE TABLE u(id INTEGER PRIMARY KEY, v)", kTwoOtherTables, {"t"});
  EXPECT_EQ(Objects(), "t t_v tr u");
  EXPECT_EQ(Out("SELECT count(*) FROM u"), "0");
}

TEST_F(SnapshotPartsTest, CountersOfAutoincrementGoAlong) {
  const std::string tables =
      "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, v);"
      "CREATE TABLE u(id INTEGER PRIMARY KEY AUTOINCREMENT, v);";
  Take(tables + "INSERT INTO t VALUES(5, 0); INSERT INTO u VALUES(6, 0)",
       tables + "INSERT INTO u VALUES(70, 0); INSERT INTO t VALUES(80, 0)", {"t"});
  EXPECT_EQ(Out("SELECT group_concat(name || seq, ' ') FROM (SELECT * FROM sqlite_sequence "
                "ORDER BY name)"),
            "t80 u6");
}

TEST_F(SnapshotPartsTest, ViewAndIndexAreTakenByName) {
  Take("CREATE TABLE t(a); CREATE VIEW v AS SELECT 1",
       "CREATE TABLE t(a); CREATE INDEX i ON t(a);"
       "CREATE VIEW v AS SELECT 2",
       {"v", "i"});
  EXPECT_EQ(Out("SELECT * FROM v"), "2");
  EXPECT_EQ(Objects(), "i t v");
}

TEST_F(SnapshotPartsTest, FullTextTableIsTakenWhole) {
  Take("CREATE VIRTUAL TABLE f USING fts5(body); INSERT INTO f VALUES('old')",
       "CREATE VIRTUAL TABLE f USING fts5(body); INSERT INTO f VALUES('new'), ('newer')", {"f"});
  EXPECT_EQ(Out("SELECT count(*) FROM f WHERE f MATCH 'newer'"), "1");
  EXPECT_EQ(Out("SELECT count(*) FROM f WHERE f MATCH 'old'"), "0");
}

TEST_F(SnapshotPartsTest, UnknownNameIsNamedWithTheNearest) {
  const Error error = ThrownError([&] { Take(kTwoTables, kTwoTables, {"tt"}); });
  EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  EXPECT_THAT(error.hints(), testing::Contains(testing::HasSubstr("'t'")));
}

TEST_F(SnapshotPartsTest, TakingEverythingGivesTheOthersCatalog) {
  Take(kTwoTables, kTwoOtherTables, {"t", "u"});
  EXPECT_EQ(taken_.catalog, Import(folder_ / "b.db").snapshot.catalog);
}

TEST_F(SnapshotPartsTest, TakingWhatIsTheSameGivesTheBase) {
  Take(kTwoTables, kTwoTables, {"t"});
  EXPECT_EQ(taken_.catalog, Import(folder_ / "a.db").snapshot.catalog);
}

}  // namespace
}  // namespace pvc
