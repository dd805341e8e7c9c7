// What SQLite records and applies is the measure: these declare its session extension.
#define SQLITE_ENABLE_SESSION
#define SQLITE_ENABLE_PREUPDATE_HOOK

#include "sqlite/changeset.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using testing::HasSubstr;

/// Bytes as a file.
class BytesFile final : public File {
 public:
  explicit BytesFile(Bytes bytes) : bytes_(std::move(bytes)) {}
  size_t ReadAt(uint64_t offset, char* out, size_t size) override {
    if (offset >= bytes_.size()) return 0;
    return bytes_.copy(out, size, static_cast<size_t>(offset));
  }
  void WriteAt(uint64_t, ByteView) override {}
  void StartWriteback(uint64_t, uint64_t) override {}
  void Sync() override {}
  uint64_t Size() override { return bytes_.size(); }
  const std::string& path() const override { return path_; }

 private:
  Bytes bytes_;
  std::string path_ = "bytes";
};

/// Records what `script` does to a database.
Bytes Record(RawDatabase& db, const std::string& script) {
  sqlite3_session* session = nullptr;
  EXPECT_EQ(sqlite3session_create(db.handle(), "main", &session), SQLITE_OK);
  EXPECT_EQ(sqlite3session_attach(session, nullptr), SQLITE_OK);
  db.Run(script);
  int size = 0;
  void* bytes = nullptr;
  EXPECT_EQ(sqlite3session_changeset(session, &size, &bytes), SQLITE_OK);
  Bytes changeset(static_cast<const char*>(bytes), static_cast<size_t>(size));
  sqlite3_free(bytes);
  sqlite3session_delete(session);
  return changeset;
}

int FailOnConflict(void*, int, sqlite3_changeset_iter*) { return SQLITE_CHANGESET_ABORT; }

int Apply(RawDatabase& db, Bytes changeset) {
  return sqlite3changeset_apply(db.handle(), static_cast<int>(changeset.size()), changeset.data(),
                                nullptr, FailOnConflict, nullptr);
}

/// Reads a changeset and writes it again.
Bytes Copy(const Bytes& changeset) {
  BytesFile file(changeset);
  BlockReader blocks(file);
  ChangesetReader reader(blocks);
  Bytes out;
  ChangesetWriter writer([&out](ByteView bytes) { out.append(bytes); });
  ChangesetTable table;
  ChangesetRow row;
  const auto views = [](const std::vector<std::optional<ChangesetValue>>& values) {
    std::vector<std::optional<Value>> out_values;
    for (const auto& value : values) {
      out_values.emplace_back();
      if (!value) continue;
      out_values.back() = value->value;
      out_values.back()->bytes = value->bytes;
    }
    return out_values;
  };
  while (reader.NextTable(table)) {
    writer.BeginTable(table);
    while (reader.NextRow(row)) {
      switch (row.op) {
        case ChangesetOp::kInsert:
          writer.Insert(views(row.after));
          break;
        case ChangesetOp::kDelete:
          writer.Delete(views(row.before));
          break;
        case ChangesetOp::kUpdate:
          writer.Update(views(row.before), views(row.after));
          break;
      }
    }
  }
  return out;
}

constexpr const char* kSchema =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, v, w REAL);"
    "CREATE TABLE p(a TEXT, b, c, PRIMARY KEY(b, a)) WITHOUT ROWID;"
    "INSERT INTO t VALUES(1, 'one', 1.5), (2, NULL, -0.0), (3, x'0001', 9e999);"
    "INSERT INTO p VALUES('x', 1, 'old'), ('y', 2, 'gone')";
constexpr const char* kChanges =
    "UPDATE t SET v = 'ONE' WHERE id = 1; DELETE FROM t WHERE id = 3;"
    "INSERT INTO t VALUES(-9223372036854775808, replace(hex(zeroblob(100)), '0', 'ab'), NULL);"
    "UPDATE p SET c = NULL WHERE a = 'x'; DELETE FROM p WHERE a = 'y';"
    "INSERT INTO p VALUES('', 1.25, x'')";

class ChangesetTest : public testing::Test {
 protected:
  ChangesetTest() : before_(folder_ / "before.db"), after_(folder_ / "after.db") {
    before_.Run(kSchema);
    after_.Run(kSchema);
    recorded_ = Record(after_, kChanges);
  }

  TempFolder folder_;
  RawDatabase before_;
  RawDatabase after_;
  Bytes recorded_;
};

TEST_F(ChangesetTest, WhatSqliteRecordsIsReadAndWrittenTheSame) {
  EXPECT_EQ(Copy(recorded_), recorded_);
  EXPECT_GT(recorded_.size(), 300U);
}

TEST_F(ChangesetTest, SqliteAppliesWhatIsWritten) {
  ASSERT_EQ(Apply(before_, Copy(recorded_)), SQLITE_OK);
  for (const char* query :
       {"SELECT group_concat(quote(id) || quote(v) || quote(w)) FROM (SELECT * FROM t ORDER BY id)",
        "SELECT group_concat(quote(a) || quote(b) || quote(c)) FROM p"}) {
    EXPECT_EQ(before_.Text(query), after_.Text(query));
  }
}

TEST_F(ChangesetTest, KeyColumnsSayTheirPlaceInTheKey) {
  BytesFile file(recorded_);
  BlockReader blocks(file);
  ChangesetReader reader(blocks);
  ChangesetTable table;
  while (reader.NextTable(table)) {
    const std::vector<uint8_t> expected =
        table.name == "p" ? std::vector<uint8_t>{2, 1, 0} : std::vector<uint8_t>{1, 0, 0};
    EXPECT_EQ(table.key_positions, expected) << table.name;
  }
}

TEST_F(ChangesetTest, CutAnywhereItIsReadToARowsEndOrRefused) {
  size_t whole_count = 0;
  for (size_t size = 0; size < recorded_.size(); ++size) {
    const Bytes cut = recorded_.substr(0, size);
    try {
      EXPECT_EQ(Copy(cut), cut);
      ++whole_count;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalid) << error.message();
      EXPECT_THAT(error.message(), HasSubstr("at byte"));
    }
  }
  EXPECT_EQ(whole_count, 8U);  // nothing, after each of two tables' names, after six rows but one
}

TEST_F(ChangesetTest, FlippedBytesNeverDoMoreThanFail) {
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 20000; ++i) {
    Bytes damaged = recorded_;
    for (uint32_t flips = random() % 4 + 1; flips > 0; --flips) {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    try {
      const Bytes copied = Copy(damaged);
      EXPECT_LE(copied.size(), damaged.size());
    } catch (const Error& error) {
      EXPECT_TRUE(error.kind() == ErrorKind::kInvalid || error.kind() == ErrorKind::kUnsupported)
          << error.message();
    }
  }
}

TEST(Changeset, LengthBeyondTheEndIsRefusedBeforeMemoryIsTaken) {
  const Bytes bytes("T\1\1t\0\x12\0\4\x87\xff\xff\xff\x7f", 13);
  EXPECT_THROW(Copy(bytes), Error);
}

TEST(Changeset, PatchsetIsRefusedByName) {
  const Bytes bytes("P\1\1t\0", 5);
  try {
    Copy(bytes);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
    EXPECT_THAT(error.message(), HasSubstr("patchset"));
  }
}

TEST(Changeset, NotANumberIsRefused) {
  const Bytes bytes("T\1\1t\0\x12\0\2\x7f\xf8\0\0\0\0\0\0", 16);
  EXPECT_THROW(Copy(bytes), Error);
}

TEST(Changeset, GeneratedColumnsAreNoColumnsOfIt) {
  const TempFolder folder;
  RawDatabase db(folder / "g.db");
  db.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, b, g AS (b + 1), c)");
  Bytes out;
  ChangesetWriter writer([&out](ByteView bytes) { out.append(bytes); });
  writer.BeginTable({"t", {1, 0, 0}});
  writer.Insert(
      std::vector<std::optional<Value>>{Value::Integer(1), Value::Integer(2), Value::Text("c")});
  ASSERT_EQ(Apply(db, out), SQLITE_OK);
  EXPECT_EQ(db.Text("SELECT id || b || g || c FROM t"), "123c");
}

}  // namespace
}  // namespace pvc
