#include <gtest/gtest.h>
#include <string.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "sqlite/database.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

class StatementTest : public ::testing::TestWithParam<TextEncoding> {
 protected:
  StatementTest() : db_(folder_ / "s.db", {Database::Mode::kCreate}) {
    const char* names[] = {"", "UTF-8", "UTF-16le", "UTF-16be"};
    db_.Execute(std::string("PRAGMA encoding='") + names[static_cast<int>(GetParam())] + "'");
    db_.Execute("CREATE TABLE t(v)");
  }

  /// What a value is after it was bound, stored and read.
  std::string RoundTrip(const Value& value) {
    db_.Execute("DELETE FROM t");
    Statement insert(db_, "INSERT INTO t VALUES(?)");
    if (!insert.Bind(1, value)) return "refused";
    insert.Step();
    Statement select(db_, "SELECT v FROM t");
    select.Step();
    const Value read = select.ColumnValue(0);
    if (read.storage_class != value.storage_class) return "another storage class";
    if (read.size_bytes != read.bytes.size()) return "wrong size";
    return std::string(read.bytes);
  }

  TempFolder folder_;
  Database db_;
};

TEST_P(StatementTest, TextKeepsItsBytesOrIsRefused) {
  const std::string values[] = {
      "",
      "plain!",
      std::string("a\0b\0", 4),
      std::string("\0", 1),
      "\xff\xff",
      "\xff\xfe\x41\x42",
      "\xfe\xff\x41\x42",
      "\xff\xfe",
      "\xff\xfe\xfe\xff",
      std::string("\x00\xd8\x41\x00", 4),
      std::string("\xd8\x00\x00\x41", 4),
      "odd",
      "\xef\xbb\xbf\x41",
      std::string(70001, 'x'),
  };
  for (const std::string& value : values) {
    SCOPED_TRACE(ToHex(ByteView(value).substr(0, 16)));
    const bool refused = GetParam() != TextEncoding::kUtf8 && value.size() % 2 != 0;
    EXPECT_EQ(RoundTrip(Value::Text(value)), refused ? "refused" : value);
  }
}

TEST_P(StatementTest, EmptyTextAndBlobAreNotNull) {
  EXPECT_EQ(RoundTrip(Value::Text({})), "");
  EXPECT_EQ(RoundTrip(Value::Blob({})), "");
}

TEST_P(StatementTest, BlobKeepsItsBytes) {
  const std::string value("\xff\xfe\0x", 4);
  EXPECT_EQ(RoundTrip(Value::Blob(value)), value);
}

class SliceReader final : public ValueReader {
 public:
  explicit SliceReader(std::string bytes) : bytes_(std::move(bytes)) {}
  void ReadAt(uint64_t offset, char* out, size_t size) override {
    memcpy(out, bytes_.data() + offset, size);
  }

 private:
  std::string bytes_;
};

TEST_P(StatementTest, StreamedValueIsBoundWhole) {
  const std::string bytes(2'000'000, 'q');
  SliceReader reader(bytes);
  Value value = Value::Blob({});
  value.size_bytes = bytes.size();
  value.reader = &reader;
  EXPECT_EQ(RoundTrip(value), bytes);
  value.storage_class = StorageClass::kText;
  EXPECT_EQ(RoundTrip(value), bytes);
}

TEST_P(StatementTest, RealsKeepTheirBits) {
  const double reals[] = {-0.0,
                          0.1,
                          5e-324,
                          1.7976931348623157e308,
                          5.0,
                          std::pow(2.0, 63),
                          std::numeric_limits<double>::infinity()};
  for (const double real : reals) {
    db_.Execute("DELETE FROM t");
    Statement insert(db_, "INSERT INTO t VALUES(?)");
    ASSERT_TRUE(insert.Bind(1, Value::Real(real)));
    insert.Step();
    Statement select(db_, "SELECT v FROM t");
    ASSERT_TRUE(select.Step());
    const Value read = select.ColumnValue(0);
    EXPECT_EQ(read.storage_class, StorageClass::kReal);
    EXPECT_EQ(memcmp(&read.real, &real, sizeof real), 0) << real;
  }
}

TEST_P(StatementTest, ErrorsHaveSqlitesMessage) {
  try {
    Statement(db_, "SELECT * FROM nowhere");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    EXPECT_NE(error.message().find("no such table: nowhere"), std::string::npos);
  }
}

TEST_P(StatementTest, DoubleQuotedStringsAreNotStrings) {
  EXPECT_THROW(Statement(db_, "SELECT \"text\""), Error);
}

INSTANTIATE_TEST_SUITE_P(Encodings, StatementTest,
                         ::testing::Values(TextEncoding::kUtf8, TextEncoding::kUtf16le,
                                           TextEncoding::kUtf16be));

}  // namespace
}  // namespace pvc
