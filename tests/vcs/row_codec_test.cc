#include "vcs/row_codec.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "base/decoder.h"
#include "base/error.h"
#include "engine/node.h"
#include "tests/support/memory_objects.h"
#include "vcs/row_key.h"

namespace pvc {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TableInfo RowidTable(size_t column_count) {
  TableInfo table;
  table.name = "t";
  table.identity = RowIdentity::kRowid;
  for (size_t i = 0; i < column_count; ++i) {
    Column column;
    column.name = "c" + std::to_string(i);
    column.is_rowid_alias = i == 0;
    column.key_position = i == 0 ? 1 : 0;
    table.columns.push_back(column);
  }
  return table;
}

// Columns 0 and 1 are the key, in this order; column 2 is data.
TableInfo TupleTable(Collation collation, bool without_rowid) {
  TableInfo table = RowidTable(3);
  table.identity = RowIdentity::kPrimaryKey;
  table.without_rowid = without_rowid;
  table.columns[0].is_rowid_alias = false;
  table.columns[1].key_position = 2;
  table.columns[0].collation = collation;
  return table;
}

void ExpectSame(const Value& a, const Value& b) {
  ASSERT_EQ(a.storage_class, b.storage_class);
  EXPECT_EQ(a.integer, b.integer);
  EXPECT_EQ(std::signbit(a.real), std::signbit(b.real));
  EXPECT_EQ(a.real, b.real);
  EXPECT_EQ(a.bytes, b.bytes);
}

void ExpectRoundTrip(const TableInfo& table, int64_t rowid, const std::vector<Value>& values,
                     TextEncoding encoding = TextEncoding::kUtf8) {
  RowCodec encoder(table, encoding, HashKind::kBlake2b256, nullptr);
  encoder.Encode(rowid, values);
  RowCodec decoder(table, encoding, HashKind::kBlake2b256, nullptr);
  Row row;
  const Bytes key(encoder.key());
  const Bytes value(encoder.value());
  decoder.Decode(key, value, row);
  ASSERT_EQ(row.cells.size(), values.size());
  for (size_t i = 0; i < values.size(); ++i) ExpectSame(row.cells[i].value, values[i]);
  if (!table.without_rowid) {
    EXPECT_EQ(row.rowid, rowid);
  }
}

const std::vector<Value> kManyValues = {Value::Null(),
                                        Value::Integer(0),
                                        Value::Integer(1),
                                        Value::Integer(-1),
                                        Value::Integer(127),
                                        Value::Integer(128),
                                        Value::Integer(-128),
                                        Value::Integer(-129),
                                        Value::Integer(kMax),
                                        Value::Integer(kMin),
                                        Value::Real(0.0),
                                        Value::Real(-0.0),
                                        Value::Real(5.0),
                                        Value::Real(0.5),
                                        Value::Real(kInfinity),
                                        Value::Real(-kInfinity),
                                        Value::Real(5e-324),
                                        Value::Real(1e300),
                                        Value::Text(""),
                                        Value::Blob(""),
                                        Value::Text("a"),
                                        Value::Text("A "),
                                        Value::Text({"a\0B", 3}),
                                        Value::Text("\xff\xfe"),
                                        Value::Blob({"\0\0", 2}),
                                        Value::Integer((1LL << 53) + 1),
                                        Value::Integer(-(1LL << 53) - 1),
                                        Value::Real(9007199254740992.0),
                                        Value::Real(9.3e18)};

TEST(RowCodec, EveryValueSurvivesInARowidTable) {
  for (const Value& value : kManyValues) {
    ExpectRoundTrip(RowidTable(3), 42, {Value::Integer(42), value, Value::Null()});
    ExpectRoundTrip(RowidTable(3), kMin, {Value::Integer(kMin), Value::Null(), value});
  }
}

TEST(RowCodec, EveryValueSurvivesInAKeyUnderEveryCollation) {
  for (const Collation collation :
       {Collation::kBinary, Collation::kNoCase, Collation::kRtrim, Collation::kOther}) {
    for (const TextEncoding encoding :
         {TextEncoding::kUtf8, TextEncoding::kUtf16le, TextEncoding::kUtf16be}) {
      for (const Value& value : kManyValues) {
        ExpectRoundTrip(TupleTable(collation, false), 7,
                        {value, Value::Integer(3), Value::Text("x")}, encoding);
        ExpectRoundTrip(TupleTable(collation, false), 7, {Value::Text("k"), value, Value::Null()},
                        encoding);
      }
    }
  }
}

Bytes KeyOf(const TableInfo& table, const Value& first) {
  RowCodec codec(table, TextEncoding::kUtf8, HashKind::kBlake2b256, nullptr);
  codec.Encode(1, std::vector<Value>{first, Value::Integer(1), Value::Null()});
  return Bytes(codec.key());
}

TEST(RowCodec, KeysAreEqualWhereSqliteSaysEqual) {
  const TableInfo binary = TupleTable(Collation::kBinary, false);
  EXPECT_EQ(KeyOf(binary, Value::Integer(1)), KeyOf(binary, Value::Real(1.0)));
  EXPECT_EQ(KeyOf(binary, Value::Integer(0)), KeyOf(binary, Value::Real(-0.0)));
  EXPECT_NE(KeyOf(binary, Value::Integer((1LL << 53) + 1)),
            KeyOf(binary, Value::Real(9007199254740992.0)));
  EXPECT_NE(KeyOf(binary, Value::Integer(kMax)), KeyOf(binary, Value::Real(9223372036854775808.0)));
  EXPECT_NE(KeyOf(binary, Value::Text("1")), KeyOf(binary, Value::Integer(1)));
  EXPECT_NE(KeyOf(binary, Value::Text("1")), KeyOf(binary, Value::Blob("1")));
  const TableInfo nocase = TupleTable(Collation::kNoCase, false);
  EXPECT_EQ(KeyOf(nocase, Value::Text("Abc")), KeyOf(nocase, Value::Text("aBC")));
  EXPECT_EQ(KeyOf(nocase, Value::Text({"A\0x", 3})), KeyOf(nocase, Value::Text({"a\0y", 3})));
  EXPECT_NE(KeyOf(nocase, Value::Text({"a\0x", 3})), KeyOf(nocase, Value::Text({"a\0xx", 4})));
  EXPECT_NE(KeyOf(nocase, Value::Blob("A")), KeyOf(nocase, Value::Blob("a")));
  const TableInfo rtrim = TupleTable(Collation::kRtrim, false);
  EXPECT_EQ(KeyOf(rtrim, Value::Text("a  ")), KeyOf(rtrim, Value::Text("a")));
  EXPECT_NE(KeyOf(rtrim, Value::Text(" a")), KeyOf(rtrim, Value::Text("a")));
}

// The exact order SQLite gives numbers, integers and reals mixed.
TEST(RowCodec, NumberKeysOrderLikeNumbers) {
  std::mt19937_64 random(5);
  std::vector<Value> values;
  for (const int64_t i : std::initializer_list<int64_t>{
           kMin, kMin + 1, -(1LL << 53) - 1, -(1LL << 53), int64_t{-1}, int64_t{0}, int64_t{1},
           (1LL << 53), (1LL << 53) + 1, kMax - 1, kMax}) {
    values.push_back(Value::Integer(i));
    values.push_back(Value::Real(static_cast<double>(i)));
    values.push_back(Value::Real(std::nextafter(static_cast<double>(i), kInfinity)));
  }
  for (int i = 0; i < 300; ++i) {
    values.push_back(Value::Integer(static_cast<int64_t>(random()) >> (random() % 64)));
    values.push_back(Value::Real(
        std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 200) - 100)));
  }
  values.push_back(Value::Real(kInfinity));
  values.push_back(Value::Real(-kInfinity));
  const auto exact = [](const Value& v) {
    return v.storage_class == StorageClass::kInteger ? static_cast<long double>(v.integer)
                                                     : static_cast<long double>(v.real);
  };
  for (const Value& a : values) {
    for (const Value& b : values) {
      Bytes key_a;
      Bytes key_b;
      AppendKeyComponent(key_a, a, Collation::kBinary, TextEncoding::kUtf8);
      AppendKeyComponent(key_b, b, Collation::kBinary, TextEncoding::kUtf8);
      EXPECT_EQ(key_a < key_b, exact(a) < exact(b));
      EXPECT_EQ(key_a == key_b, exact(a) == exact(b));
    }
  }
}

TEST(RowCodec, RowsWithNullInTheirKeyAreToldApartByRowid) {
  const TableInfo table = TupleTable(Collation::kBinary, false);
  RowCodec codec(table, TextEncoding::kUtf8, HashKind::kBlake2b256, nullptr);
  const std::vector<Value> row = {Value::Null(), Value::Integer(1), Value::Text("x")};
  codec.Encode(1, row);
  const Bytes first(codec.key());
  codec.Encode(2, row);
  EXPECT_NE(first, codec.key());
  ExpectRoundTrip(table, 9, row);
}

TEST(RowCodec, LongKeysAreShortenedAndStayDistinct) {
  const TableInfo table = TupleTable(Collation::kBinary, true);
  Bytes a(1500, 'k');
  Bytes b = a;
  b.back() = 'l';
  EXPECT_EQ(KeyOf(table, Value::Text(a)).size(), kMaxKeyBytes);
  EXPECT_NE(KeyOf(table, Value::Text(a)), KeyOf(table, Value::Text(b)));
  ExpectRoundTrip(table, 0, {Value::Text(a), Value::Integer(1), Value::Null()});
}

TEST(RowCodec, ColumnAddedWithoutDefaultLeavesRowsAlone) {
  RowCodec before(RowidTable(3), TextEncoding::kUtf8, HashKind::kBlake2b256, nullptr);
  before.Encode(5, std::vector<Value>{Value::Integer(5), Value::Text("a"), Value::Integer(9)});
  RowCodec after(RowidTable(4), TextEncoding::kUtf8, HashKind::kBlake2b256, nullptr);
  after.Encode(
      5, std::vector<Value>{Value::Integer(5), Value::Text("a"), Value::Integer(9), Value::Null()});
  EXPECT_EQ(before.value(), after.value());
}

TEST(RowCodec, LargeValuesLeaveTheRow) {
  MemoryObjects objects;
  const Bytes large(kMaxInlineValueBytes + 1, 'L');
  const Bytes inline_text(kMaxInlineValueBytes, 'i');
  RowCodec codec(RowidTable(3), TextEncoding::kUtf8, HashKind::kBlake2b256, &objects);
  codec.Encode(1,
               std::vector<Value>{Value::Integer(1), Value::Text(inline_text), Value::Blob(large)});
  EXPECT_EQ(objects.size(), 1U);
  Row row;
  const Bytes key(codec.key());
  const Bytes value(codec.value());
  codec.Decode(key, value, row);
  EXPECT_FALSE(row.cells[1].is_large);
  ASSERT_TRUE(row.cells[2].is_large);
  EXPECT_EQ(row.cells[2].value.storage_class, StorageClass::kBlob);
  EXPECT_EQ(ReadLargeValue(objects, row.cells[2].large), large);
}

// Whatever decodes must encode to the bytes that were decoded.
void ExpectOneValidForm(const TableInfo& table, const std::vector<Value>& values) {
  RowCodec codec(table, TextEncoding::kUtf8, HashKind::kBlake2b256, nullptr);
  codec.Encode(77, values);
  const Bytes key(codec.key());
  const Bytes value(codec.value());
  const auto check = [&](const Bytes& k, const Bytes& v) {
    Row row;
    try {
      codec.Decode(k, v, row);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kCorrupt);
      return;
    }
    std::vector<Value> cells;
    for (const Cell& cell : row.cells) {
      if (cell.is_large) return;
      cells.push_back(cell.value);
    }
    RowCodec again(table, TextEncoding::kUtf8, HashKind::kBlake2b256, nullptr);
    again.Encode(row.rowid, cells);
    EXPECT_EQ(again.key(), k);
    EXPECT_EQ(again.value(), v);
  };
  for (const bool in_key : {true, false}) {
    const Bytes& good = in_key ? key : value;
    for (size_t i = 0; i < good.size(); ++i) {
      for (int byte = 0; byte < 256; ++byte) {
        Bytes bad = good;
        bad[i] = static_cast<char>(byte);
        check(in_key ? bad : key, in_key ? value : bad);
      }
    }
    for (size_t size = 0; size < good.size(); ++size) {
      check(in_key ? good.substr(0, size) : key, in_key ? value : good.substr(0, size));
    }
    check(in_key ? key + "x" : key, in_key ? value : value + "x");
  }
}

TEST(RowCodec, RowsHaveOneValidForm) {
  ExpectOneValidForm(RowidTable(5), {Value::Integer(77), Value::Integer(300), Value::Text("ab"),
                                     Value::Real(1.5), Value::Null()});
  ExpectOneValidForm(TupleTable(Collation::kNoCase, false),
                     {Value::Text("aB"), Value::Real(2.0), Value::Blob({"\0x", 2})});
  ExpectOneValidForm(TupleTable(Collation::kRtrim, true),
                     {Value::Text("a "), Value::Integer(1LL << 60), Value::Null()});
  ExpectOneValidForm(TupleTable(Collation::kBinary, false),
                     {Value::Null(), Value::Integer(2), Value::Null()});
}

}  // namespace
}  // namespace pvc
