#include <gmock/gmock.h>

#include <map>

#include "base/error.h"
#include "tests/vcs/working_fixture.h"
#include "vcs/patch/apply_patch.h"

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

PatchValue Int(int64_t value) { return {OwnedValue::Of(Value::Integer(value)), {}}; }
PatchValue Str(std::string_view value) {
  return {OwnedValue::Of(Value::Text(value)), TextEncoding::kUtf8};
}

/// A patch made by hand.
class HandMadePatch final : public PatchReader {
 public:
  struct Table {
    PatchTable table;
    std::vector<PatchRow> rows;
  };

  PatchHeader ReadHeader() override { return header; }
  bool NextTable(PatchTable& table) override {
    if (next_table_ == tables.size()) return false;
    table = tables[next_table_++].table;
    next_row_ = 0;
    return true;
  }
  bool NextRow(PatchRow& row) override {
    const Table& table = tables[next_table_ - 1];
    if (next_row_ == table.rows.size()) return false;
    row = table.rows[next_row_++];
    return true;
  }

  /// Adds a table whose first column is the key, if it has one.
  Table& AddTable(const std::string& name, const std::vector<std::string>& columns,
                  bool has_key = true) {
    Table& table = tables.emplace_back();
    table.table.name = name;
    for (const std::string& column : columns) table.table.columns.push_back({column, column, 0});
    if (has_key) table.table.columns[0].key_position = 1;
    return table;
  }

  PatchHeader header;
  std::vector<Table> tables;

 private:
  size_t next_table_ = 0;
  size_t next_row_ = 0;
};

using Values = std::vector<PatchValue>;

PatchRow Added(const Values& values) {
  PatchRow row{ChangeKind::kAdded, {}, {}};
  for (size_t i = 0; i < values.size(); ++i) row.cells.push_back({i, {}, values[i]});
  return row;
}

PatchRow Removed(const Values& values) {
  PatchRow row{ChangeKind::kRemoved, {}, {}};
  for (size_t i = 0; i < values.size(); ++i) row.cells.push_back({i, values[i], {}});
  return row;
}

/// Changes the second column of a row.
PatchRow Changed(const PatchValue& key, const PatchValue& before, const PatchValue& after) {
  return {ChangeKind::kChanged, {}, {{0, key, key}, {1, before, after}}};
}

class PatchTest : public WorkingFixture {
 protected:
  ApplyPatchResult Apply(PatchReader& patch, ApplyPatchRequest request = {}) {
    request.actor = Act("apply");
    request.on_conflict = [this](const PatchConflict& conflict) {
      std::string line = conflict.kind == PatchConflict::Kind::kMissing   ? "missing "
                         : conflict.kind == PatchConflict::Kind::kDiffers ? "differs "
                                                                          : "exists ";
      line += std::to_string(conflict.row.cells[0].value.integer);
      if (conflict.cell) {
        line += " expected " + Bytes(conflict.expected.value.bytes) + " found " +
                Bytes(conflict.found.value.bytes);
      }
      conflicts_.push_back(line);
    };
    return ApplyPatch(*repository_, patch, request);
  }

  /// Rows of a patch of table t(id, v).
  HandMadePatch PatchOfT(const std::vector<PatchRow>& rows) {
    HandMadePatch patch;
    patch.AddTable("t", {"id", "v"}).rows = rows;
    return patch;
  }

  std::vector<std::string> conflicts_;
};

TEST_F(PatchTest, RowsThatFitAreChangedAddedAndRemoved) {
  Begin();
  HandMadePatch patch = PatchOfT({Changed(Int(1), Str("one"), Str("ONE")),
                                  Removed({Int(2), Str("two")}), Added({Int(7), Str("seven")})});
  const ApplyPatchResult result = Apply(patch);
  EXPECT_TRUE(result.is_applied);
  EXPECT_EQ(Rows(), "1ONE 3three 7seven");
  EXPECT_EQ(result.target.counts.done(), 3U);
}

TEST_F(PatchTest, OneRowThatDoesNotFitLeavesAllAsItWas) {
  Begin();
  Run("UPDATE t SET v = 'mine' WHERE id = 2");
  HandMadePatch patch =
      PatchOfT({Changed(Int(1), Str("one"), Str("ONE")), Changed(Int(2), Str("two"), Str("ZWEI")),
                Removed({Int(3), Str("other")}), Added({Int(1), Str("x")}),
                Changed(Int(9), Str("a"), Str("b"))});
  const OperationId before = repository_->operation_id();
  const ApplyPatchResult result = Apply(patch);
  EXPECT_FALSE(result.is_applied);
  EXPECT_EQ(Rows(), "1one 2mine 3three");
  EXPECT_EQ(repository_->operation_id(), before);
  EXPECT_THAT(conflicts_,
              ElementsAre("exists 1 expected x found ONE", "differs 2 expected two found mine",
                          "differs 3 expected other found three", "missing 9"));
}

TEST_F(PatchTest, SkippingConflictsAppliesTheRest) {
  Begin();
  HandMadePatch patch = PatchOfT(
      {Changed(Int(1), Str("one"), Str("ONE")), Changed(Int(2), Str("else"), Str("ZWEI"))});
  ApplyPatchRequest request;
  request.skip_conflicts = true;
  EXPECT_TRUE(Apply(patch, request).is_applied);
  EXPECT_EQ(Rows(), "1ONE 2two 3three");
  EXPECT_EQ(conflicts_.size(), 1U);
}

TEST_F(PatchTest, CellsThatThePatchDoesNotChangeMayDiffer) {
  Begin("CREATE TABLE t(id INTEGER PRIMARY KEY, v, w); INSERT INTO t VALUES(1, 'a', 'mine')");
  HandMadePatch patch;
  patch.AddTable("t", {"id", "v", "w"}).rows = {Changed(Int(1), Str("a"), Str("b"))};
  EXPECT_TRUE(Apply(patch).is_applied);
  EXPECT_EQ(Text("SELECT v || w FROM t"), "bmine");
}

TEST_F(PatchTest, StorageClassesAreComparedExactly) {
  Begin("CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 1.0)");
  HandMadePatch patch = PatchOfT({Changed(Int(1), Int(1), Int(2))});
  EXPECT_FALSE(Apply(patch).is_applied);
  EXPECT_EQ(conflicts_.size(), 1U);
}

TEST_F(PatchTest, RowToAddThatIsThereIsCountedAsSuch) {
  Begin();
  HandMadePatch patch = PatchOfT({Added({Int(1), Str("one")})});
  const ApplyPatchResult result = Apply(patch);
  EXPECT_TRUE(result.is_applied);
  EXPECT_EQ(result.target.counts.already_there, 1U);
  EXPECT_EQ(result.target.counts.added, 0U);
}

TEST_F(PatchTest, EqualRowsWithoutKeyAreTakenOneByOne) {
  Begin("CREATE TABLE k(a, b); INSERT INTO k VALUES(1, 1), (5, 5), (1, 1), (1, 1)");
  HandMadePatch patch;
  auto& rows = patch.AddTable("k", {"a", "b"}, /*has_key=*/false).rows;
  rows = {Removed({Int(1), Int(1)}),
          Removed({Int(1), Int(1)}),
          {ChangeKind::kChanged, 2, {{0, Int(5), Int(1)}, {1, Int(5), Int(1)}}}};
  EXPECT_TRUE(Apply(patch).is_applied);
  EXPECT_EQ(Text("SELECT group_concat(a || b) FROM k"), "11,11");
}

TEST_F(PatchTest, RowsWithoutKeyThatAreTooManyConflict) {
  Begin("CREATE TABLE k(a, b); INSERT INTO k VALUES(1, 1)");
  HandMadePatch patch;
  patch.AddTable("k", {"a", "b"}, /*has_key=*/false).rows = {Removed({Int(1), Int(1)}),
                                                             Removed({Int(1), Int(1)})};
  EXPECT_FALSE(Apply(patch).is_applied);
  EXPECT_EQ(conflicts_.size(), 1U);
}

TEST_F(PatchTest, AddedRowWithoutKeyTakesAnotherRowidWhereItsOwnIsInUse) {
  Begin("CREATE TABLE k(a, b); INSERT INTO k VALUES(1, 1)");
  HandMadePatch patch;
  PatchRow row = Added({Int(2), Int(2)});
  row.rowid = 1;
  patch.AddTable("k", {"a", "b"}, /*has_key=*/false).rows = {row};
  EXPECT_TRUE(Apply(patch).is_applied);
  EXPECT_EQ(Text("SELECT group_concat(rowid || a, ' ') FROM k"), "11 22");
}

TEST_F(PatchTest, AddedRowsFindFreeRowidsBelowTheHighest) {
  Begin(
      "CREATE TABLE k(a, b); CREATE TABLE p(a TEXT PRIMARY KEY, b);"
      "INSERT INTO k(rowid, a) VALUES(1, 1), (3, 3), (9223372036854775807, 9);"
      "INSERT INTO p(rowid, a) VALUES(1, 'x'), (9223372036854775806, 'y')");
  HandMadePatch patch;
  patch.AddTable("k", {"a", "b"}, /*has_key=*/false).rows = {Added({Int(2), Int(2)}),
                                                             Added({Int(4), Int(4)})};
  patch.AddTable("p", {"a", "b"}).rows = {Added({Str("u"), Int(1)}), Added({Str("v"), Int(2)})};
  EXPECT_TRUE(Apply(patch).is_applied);
  EXPECT_EQ(Text("SELECT group_concat(rowid || '=' || a, ' ') FROM k"),
            "1=1 2=2 3=3 4=4 9223372036854775807=9");
  EXPECT_EQ(Text("SELECT group_concat(rowid || '=' || a, ' ') FROM (SELECT rowid, a FROM p ORDER BY"
                 " rowid)"),
            "1=x 2=v 9223372036854775806=y 9223372036854775807=u");
}

TEST_F(PatchTest, ViolatedUniqueConstraintEndsItWithNothingChanged) {
  Begin("CREATE TABLE t(id INTEGER PRIMARY KEY, v UNIQUE); INSERT INTO t VALUES(1, 'a'), (2, 'b')");
  HandMadePatch patch = PatchOfT({Changed(Int(1), Str("a"), Str("c")), Added({Int(3), Str("b")})});
  const Error error = ThrownError([&] { Apply(patch); });
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_THAT(error.message(), HasSubstr("UNIQUE"));
  EXPECT_EQ(Rows(), "1a 2b");
}

TEST_F(PatchTest, TableWithOtherColumnsIsRefusedByName) {
  Begin("CREATE TABLE t(id INTEGER PRIMARY KEY, other)");
  HandMadePatch patch = PatchOfT({Added({Int(1), Str("x")})});
  const Error error = ThrownError([&] { Apply(patch); });
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_THAT(error.message(), HasSubstr("'t'"));
}

TEST_F(PatchTest, SchemaObjectWithOtherTextIsRefusedByName) {
  Begin();
  Run("CREATE INDEX i ON t(v)");
  HandMadePatch patch;
  PatchSchemaChange& entry = patch.header.schema.emplace_back();
  entry.change.object_kind = SchemaObjectKind::kIndex;
  entry.change.name = "i";
  entry.change.table_name = "t";
  entry.change.sql_before = "CREATE INDEX i ON t(id)";
  entry.change.sql_after = "CREATE INDEX i ON t(id, v)";
  const Error error = ThrownError([&] { Apply(patch); });
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_THAT(error.message(), HasSubstr("index 'i'"));
}

TEST_F(PatchTest, TableIsNotRemovedWithRowsThatThePatchDoesNotKnow) {
  Begin();
  HandMadePatch patch = PatchOfT({Removed({Int(1), Str("one")})});
  PatchSchemaChange& entry = patch.header.schema.emplace_back();
  entry.change.kind = ChangeKind::kRemoved;
  entry.change.name = entry.change.table_name = "t";
  entry.change.sql_before = "CREATE TABLE t(id INTEGER PRIMARY KEY, v)";
  const Error error = ThrownError([&] { Apply(patch); });
  EXPECT_THAT(error.message(), HasSubstr("2 rows"));
  EXPECT_EQ(Rows(), "1one 2two 3three");
}

TEST_F(PatchTest, CountersGoToTheHigherOfBoth) {
  Begin("CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, v); INSERT INTO t VALUES(1, 'a')");
  Run("INSERT INTO t VALUES(50, 'mine'); DELETE FROM t WHERE id = 50");
  HandMadePatch patch = PatchOfT({Added({Int(2), Str("b")})});
  patch.AddTable("sqlite_sequence", {"name", "seq"}, /*has_key=*/false).rows = {
      {ChangeKind::kChanged, 1, {{0, Str("t"), Str("t")}, {1, Int(1), Int(2)}}}};
  EXPECT_TRUE(Apply(patch).is_applied);
  EXPECT_EQ(Text("SELECT seq FROM sqlite_sequence"), "50");
}

TEST_F(PatchTest, InsertedKeysAreCountedWhereThePatchDoesNot) {
  Begin("CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, v); INSERT INTO t VALUES(1, 'a')");
  HandMadePatch patch = PatchOfT({Added({Int(9), Str("b")})});
  patch.header.is_partial = true;
  EXPECT_TRUE(Apply(patch).is_applied);
  EXPECT_EQ(Text("SELECT seq FROM sqlite_sequence"), "9");
  HandMadePatch whole = PatchOfT({Added({Int(12), Str("c")})});
  EXPECT_TRUE(Apply(whole).is_applied);
  EXPECT_EQ(Text("SELECT seq FROM sqlite_sequence"), "9");
}

TEST_F(PatchTest, UndoTakesAPatchBackUncommittedChangesIncluded) {
  Begin();
  Run("INSERT INTO t VALUES(8, 'mine')");
  HandMadePatch patch = PatchOfT({Changed(Int(1), Str("one"), Str("ONE"))});
  EXPECT_TRUE(Apply(patch).is_applied);
  EXPECT_EQ(Rows(), "1ONE 2two 3three 8mine");
  Undo(/*discard=*/true);
  EXPECT_EQ(Rows(), "1one 2two 3three 8mine");
}

TEST_F(PatchTest, CommitHasThePatchsMessageAndAuthor) {
  const CommitId first = Begin();
  HandMadePatch patch = PatchOfT({Changed(Int(1), Str("one"), Str("ONE"))});
  patch.header.message = "from afar";
  patch.header.author = Signature{"bob", "bob@x.org", {5, 60}};
  ApplyPatchRequest request;
  request.commit = true;
  const ApplyPatchResult result = Apply(patch, request);
  ASSERT_TRUE(result.commit);
  const pvc::Commit commit = repository_->GetCommit(*repository_->HeadCommit());
  EXPECT_EQ(commit.message, "from afar");
  EXPECT_EQ(commit.author, *patch.header.author);
  EXPECT_EQ(commit.committer, SomeSignature());
  EXPECT_THAT(commit.parents, ElementsAre(first));
  EXPECT_TRUE(IsClean());
}

TEST_F(PatchTest, CommitNeedsACleanWorkingDatabase) {
  Begin();
  Run("INSERT INTO t VALUES(8, 'mine')");
  HandMadePatch patch = PatchOfT({Changed(Int(1), Str("one"), Str("ONE"))});
  ApplyPatchRequest request;
  request.commit = true;
  request.message = "m";
  EXPECT_EQ(ThrownError([&] { Apply(patch, request); }).kind(), ErrorKind::kInvalid);
  EXPECT_EQ(Rows(), "1one 2two 3three 8mine");
}

TEST_F(PatchTest, LargeValuesAreComparedAndWritten) {
  Begin("CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, zeroblob(3000000))");
  const Bytes before(3000000, '\0');
  Bytes after = before;
  after[1500000] = 'x';
  const auto blob = [](const Bytes& bytes) {
    return PatchValue{OwnedValue::Of(Value::Blob(bytes)), {}};
  };
  HandMadePatch patch = PatchOfT({Changed(Int(1), blob(before), blob(after))});
  EXPECT_TRUE(Apply(patch).is_applied);
  EXPECT_EQ(Text("SELECT length(v) || hex(substr(v, 1500000, 3)) FROM t"), "3000000007800");
  HandMadePatch again = PatchOfT({Changed(Int(1), blob(before), blob(after))});
  EXPECT_FALSE(Apply(again).is_applied);
}

TEST_F(PatchTest, TextGetsTheDatabasesEncoding) {
  Begin(
      "PRAGMA encoding='UTF-16le'; CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
      "INSERT INTO t VALUES(1, 'caf' || char(233))");
  HandMadePatch patch = PatchOfT({Changed(Int(1), Str("caf\xc3\xa9"), Str("th\xc3\xa9"))});
  EXPECT_TRUE(Apply(patch).is_applied);
  EXPECT_EQ(Rows(), "1th\xc3\xa9");
  HandMadePatch broken = PatchOfT({Added({Int(2), Str("\xff")})});
  EXPECT_EQ(ThrownError([&] { Apply(broken); }).kind(), ErrorKind::kUnsupported);
}

TEST_F(PatchTest, ReversedPatchTakesItBack) {
  Begin();
  const std::vector<PatchRow> rows = {Changed(Int(1), Str("one"), Str("ONE")),
                                      Removed({Int(2), Str("two")}), Added({Int(7), Str("seven")})};
  HandMadePatch patch = PatchOfT(rows);
  EXPECT_TRUE(Apply(patch).is_applied);
  HandMadePatch same = PatchOfT(rows);
  ReversedPatch reversed(same);
  EXPECT_TRUE(Apply(reversed).is_applied);
  EXPECT_EQ(Rows(), "1one 2two 3three");
  EXPECT_TRUE(IsClean());
}

}  // namespace
}  // namespace pvc
