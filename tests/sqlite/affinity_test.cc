#include "sqlite/affinity.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "tests/support/raw_sqlite.h"

namespace pvc {
namespace {

constexpr Affinity kAffinities[] = {Affinity::kBlob, Affinity::kText, Affinity::kNumeric,
                                    Affinity::kInteger, Affinity::kReal};

std::string InEncoding(std::string_view ascii, TextEncoding encoding) {
  std::string out;
  for (const char c : ascii) {
    if (encoding == TextEncoding::kUtf16be) out += '\0';
    out += c;
    if (encoding == TextEncoding::kUtf16le) out += '\0';
  }
  return out;
}

std::string Describe(const Value& value) {
  switch (value.storage_class) {
    case StorageClass::kNull:
      return "NULL";
    case StorageClass::kInteger:
      return "integer " + std::to_string(value.integer);
    case StorageClass::kReal: {
      char text[64];
      sqlite3_snprintf(sizeof text, text, "real %!.20g %llx", value.real,
                       std::bit_cast<uint64_t>(value.real));
      return text;
    }
    case StorageClass::kText:
      return "text " + ToHex(value.bytes);
    case StorageClass::kBlob:
      return "blob " + ToHex(value.bytes);
  }
  return "";
}

/// A table with a column of each affinity, in SQLite itself.
class AffinityTest : public ::testing::TestWithParam<TextEncoding> {
 protected:
  AffinityTest() : db_(":memory:") {
    const char* names[] = {"", "UTF-8", "UTF-16le", "UTF-16be"};
    db_.Run(std::string("PRAGMA encoding='") + names[static_cast<int>(GetParam())] + "'");
    db_.Run("CREATE TABLE t(b BLOB, t TEXT, n NUMERIC, i INTEGER, r REAL)");
    insert_ = std::make_unique<RawStatement>(db_, "INSERT INTO t VALUES(?1, ?1, ?1, ?1, ?1)");
    select_ = std::make_unique<RawStatement>(db_, "SELECT * FROM t");
  }

  Value Text(std::string_view ascii) {
    text_ = InEncoding(ascii, GetParam());
    return Value::Text(text_);
  }

  void Insert(const Value& value) {
    db_.Run("DELETE FROM t");
    if (value.storage_class == StorageClass::kText) {
      // Binding changes some text, as it does a blob that is then cast.
      const std::string literal = "CAST(x'" + ToHex(value.bytes) + "' AS TEXT)";
      db_.Run("INSERT INTO t SELECT v, v, v, v, v FROM (SELECT " + literal + " AS v)");
      return;
    }
    sqlite3_stmt* insert = insert_->handle();
    sqlite3_reset(insert);
    sqlite3_bind_null(insert, 1);
    if (value.storage_class == StorageClass::kInteger) {
      sqlite3_bind_int64(insert, 1, value.integer);
    } else if (value.storage_class == StorageClass::kReal) {
      sqlite3_bind_double(insert, 1, value.real);
    } else if (value.storage_class != StorageClass::kNull) {
      sqlite3_bind_blob(insert, 1, value.bytes.data(), static_cast<int>(value.bytes.size()),
                        SQLITE_TRANSIENT);
    }
    insert_->Step();
    sqlite3_reset(insert);
  }

  std::string Stored(int column) {
    sqlite3_stmt* row = select_->handle();
    const auto bytes = [&] {
      const void* data = sqlite3_column_blob(row, column);
      return ByteView(static_cast<const char*>(data),
                      static_cast<size_t>(sqlite3_column_bytes(row, column)));
    };
    switch (sqlite3_column_type(row, column)) {
      case SQLITE_INTEGER:
        return Describe(Value::Integer(sqlite3_column_int64(row, column)));
      case SQLITE_FLOAT:
        return Describe(Value::Real(sqlite3_column_double(row, column)));
      case SQLITE_TEXT:  // asked for as a blob, its bytes are not converted
        return Describe(Value::Text(bytes()));
      case SQLITE_BLOB:
        return Describe(Value::Blob(bytes()));
      default:
        return Describe(Value::Null());
    }
  }

  void ExpectAsStored(const Value& value) {
    Insert(value);
    sqlite3_reset(select_->handle());
    ASSERT_TRUE(select_->Step());
    for (int i = 0; i < 5; ++i) {
      const Affinity affinity = kAffinities[i];
      const ConvertedValue converted = converter_.Apply(affinity, value, GetParam());
      EXPECT_EQ(Describe(converted.View()), Stored(i)) << Describe(value) << " in column " << i;
      const bool is_other = Describe(converted.View()) != Describe(value);
      EXPECT_EQ(AffinityWouldChange(affinity, value, GetParam()), is_other)
          << Describe(value) << " in column " << i;
    }
    sqlite3_reset(select_->handle());
  }

  RawDatabase db_;
  std::unique_ptr<RawStatement> insert_;
  std::unique_ptr<RawStatement> select_;
  AffinityConverter converter_;
  std::string text_;
};

TEST_P(AffinityTest, NullAndBlobsStay) {
  ExpectAsStored(Value::Null());
  ExpectAsStored(Value::Blob("12"));
  ExpectAsStored(Value::Blob(""));
}

TEST_P(AffinityTest, IntegersAreStoredAsSqliteDoes) {
  for (const int64_t v :
       {int64_t{0}, int64_t{-1}, int64_t{42}, int64_t{1} << 47, (int64_t{1} << 53) + 1,
        -(int64_t{1} << 53) - 1, int64_t{9223372036854775295}, INT64_MAX, INT64_MIN}) {
    ExpectAsStored(Value::Integer(v));
  }
}

TEST_P(AffinityTest, RealsAreStoredAsSqliteDoes) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double v : {0.0,
                         -0.0,
                         5.0,
                         0.1,
                         1.0 / 3,
                         1e15,
                         1e16,
                         123456789012345678.0,
                         9007199254740993.0,
                         1e100,
                         9223372036854774784.0,
                         9223372036854775808.0,
                         5e-324,
                         2.2250738585072014e-308,
                         1.7976931348623157e308,
                         0.30000000000000004,
                         100.0,
                         1e-5,
                         123456.789,
                         kInfinity}) {
    ExpectAsStored(Value::Real(v));
    ExpectAsStored(Value::Real(-v));
  }
}

TEST_P(AffinityTest, TextIsStoredAsSqliteDoes) {
  for (const char* text : {"",
                           " ",
                           "0",
                           "-0",
                           "+5",
                           " 5",
                           "5 ",
                           "\t5\v\n",
                           "5 5",
                           "--5",
                           "+-5",
                           "007",
                           "1.",
                           ".5",
                           ".",
                           "-.5e1",
                           "1e",
                           "1e+",
                           "1e5",
                           "1E-5",
                           "1.0",
                           "-0.0",
                           "0e0",
                           "1e400",
                           "-1e400",
                           "1e-400",
                           "0x10",
                           "inf",
                           "nan",
                           "Infinity",
                           "1_000",
                           "1,5",
                           "12abc",
                           "abc",
                           "5.5.5",
                           "1e5.5",
                           "0.1",
                           "1e15",
                           "9223372036854775807",
                           "9223372036854775808",
                           "-9223372036854775808",
                           "-9223372036854775809",
                           "9007199254740993",
                           "+9007199254740993",
                           "9007199254740993.0",
                           "123456789012345678901234",
                           "00000000000000000000000000000000001",
                           "6.471389411031e-23",
                           "9.00461665",
                           "634.0313941",
                           "140737488355328",
                           "-140737488355329",
                           "9223372036854774784.0",
                           "3.0e+5",
                           "x5"}) {
    ExpectAsStored(Text(text));
  }
}

TEST_P(AffinityTest, TextOfOtherCharactersIsNoNumber) {
  const char* texts[] = {
      "\xc2\xa0"
      "5",
      "5\xc2\xa0", "\xef\xbc\x95",
      "\xff"
      "5"};
  for (const char* text : texts) {
    if (GetParam() == TextEncoding::kUtf8) ExpectAsStored(Value::Text(text));
  }
  ExpectAsStored(Text(std::string_view("5\0", 2)));
  ExpectAsStored(
      Text(std::string_view("\0"
                            "5",
                            2)));
  if (GetParam() == TextEncoding::kUtf8) return;
  // U+3131, U+3500, U+0035 with a byte-order mark: bytes that look like digits.
  for (const char* text : {"11", "51"}) ExpectAsStored(Value::Text(text));
  ExpectAsStored(Value::Text(ByteView("5\0\0005", 4)));
  const std::string five = InEncoding("5", GetParam());
  for (const char* mark : {"\xff\xfe", "\xfe\xff"}) ExpectAsStored(Value::Text(mark + five));
}

TEST_P(AffinityTest, RandomNumbersAreStoredAsSqliteDoes) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 5000 && !HasFailure(); ++round) {
    ExpectAsStored(Value::Integer(static_cast<int64_t>(random() >> (random() % 64))));
    const double real = std::bit_cast<double>(random());
    if (!std::isnan(real)) ExpectAsStored(Value::Real(real));
    ExpectAsStored(Value::Real(
        std::ldexp(static_cast<double>(random() % 10'000), static_cast<int>(random() % 120) - 60)));
  }
}

TEST_P(AffinityTest, RandomTextIsStoredAsSqliteDoes) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  const auto digits = [&](size_t max) {
    std::string text;
    for (size_t n = random() % (max + 1); n > 0; --n) {
      text += static_cast<char>('0' + random() % 10);
    }
    return text;
  };
  constexpr std::string_view kBytes = "0123456789+-.eE \n";
  for (int round = 0; round < 10'000 && !HasFailure(); ++round) {
    std::string text;
    if (random() % 4 == 0) {
      for (size_t n = random() % 6; n > 0; --n) text += kBytes[random() % kBytes.size()];
    } else {
      text = (random() % 3 == 0 ? "-" : "") + digits(20);
      if (random() % 2 == 0) text += "." + digits(10);
      if (random() % 3 == 0) text += (random() % 2 == 0 ? "e-" : "e") + digits(2);
    }
    ExpectAsStored(Text(text));
  }
}

INSTANTIATE_TEST_SUITE_P(Encodings, AffinityTest,
                         ::testing::Values(TextEncoding::kUtf8, TextEncoding::kUtf16le,
                                           TextEncoding::kUtf16be));

class StringReader : public ValueReader {
 public:
  explicit StringReader(std::string text) : text_(std::move(text)) {}
  void ReadAt(uint64_t offset, char* out, size_t size) override { text_.copy(out, size, offset); }
  Value AsValue() {
    Value value = Value::Text({});
    value.size_bytes = text_.size();
    value.reader = this;
    return value;
  }

 private:
  std::string text_;
};

TEST(Affinity, StreamedTextIsReadWholeBeforeItIsANumber) {
  const std::string zeros(kStreamedValueBytes, '0');
  StringReader number(zeros + "5");
  EXPECT_EQ(
      Describe(ApplyAffinity(Affinity::kInteger, number.AsValue(), TextEncoding::kUtf8).View()),
      "integer 5");
  StringReader real(InEncoding(zeros + ".5", TextEncoding::kUtf16le));
  EXPECT_EQ(
      Describe(ApplyAffinity(Affinity::kNumeric, real.AsValue(), TextEncoding::kUtf16le).View()),
      Describe(Value::Real(0.5)));
  StringReader text(zeros + "x");
  EXPECT_EQ(ApplyAffinity(Affinity::kReal, text.AsValue(), TextEncoding::kUtf8).View().reader,
            &text);
}

TEST(Affinity, ConvertedTextOutlivesMoves) {
  std::vector<ConvertedValue> values;
  for (int i = 0; i < 100; ++i) {
    values.push_back(ApplyAffinity(Affinity::kText, Value::Integer(i), TextEncoding::kUtf8));
  }
  EXPECT_EQ(values[7].View().bytes, "7");
  EXPECT_EQ(values[7].View().size_bytes, 1U);
}

}  // namespace
}  // namespace pvc
