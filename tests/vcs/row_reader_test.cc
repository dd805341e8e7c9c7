#include "vcs/row_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <random>

#include "base/error.h"
#include "tests/support/memory_objects.h"

namespace pvc {
namespace {

constexpr uint32_t kSeed = 3;

class RowReaderTest : public testing::Test {
 protected:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }

  TableInfo RandomTable() {
    TableInfo table;
    table.name = "t";
    const int kind = Below(4);
    table.identity = kind == 0   ? RowIdentity::kRowid
                     : kind == 1 ? RowIdentity::kNone
                                 : RowIdentity::kPrimaryKey;
    table.without_rowid = kind == 3;
    const int column_count = 1 + Below(6);
    for (int i = 0; i < column_count; ++i) {
      Column column;
      column.name = fmt::format("c{}", i);
      column.collation = static_cast<Collation>(Below(4));
      column.is_generated = i > 0 && Below(6) == 0;
      table.columns.push_back(column);
    }
    if (table.identity == RowIdentity::kRowid) {
      table.columns[0].is_rowid_alias = true;
      table.columns[0].key_position = 1;
    } else if (table.identity == RowIdentity::kPrimaryKey) {
      uint32_t position = 0;
      for (size_t i = table.columns.size(); i-- > 0;) {
        if (!table.columns[i].is_generated && (Below(2) == 0 || (i == 0 && position == 0))) {
          table.columns[i].key_position = ++position;
        }
      }
    }
    return table;
  }

  Value RandomValue() {
    switch (Below(7)) {
      case 0:
        return Value::Null();
      case 1:
        return Value::Integer(static_cast<int64_t>((uint64_t{random_()} << 32) | random_()) >>
                              Below(64));
      case 2:
        return Value::Real(Below(2) == 0 ? Below(100) : Below(1000) / 7.0 - 50);
      default: {
        size_t size = static_cast<size_t>(Below(12));
        if (Below(8) == 0) size = static_cast<size_t>(Below(1300));
        if (Below(12) == 0) size = 2000 + static_cast<size_t>(Below(8000));
        Bytes bytes(size, '\0');
        for (char& c : bytes) c = static_cast<char>("aAb \0"[Below(5)]);
        held_.push_back(bytes);
        return Below(3) == 0 ? Value::Blob(held_.back()) : Value::Text(held_.back());
      }
    }
  }

  /// A row of a table, with columns at the end left out now and then, as those of ADD COLUMN are.
  void EncodeRandomRow(const TableInfo& table) {
    held_.clear();
    RowCodec codec(table, TextEncoding::kUtf8, HashKind::kBlake2b256, &objects_);
    std::vector<Value> values;
    const int64_t rowid = Below(1000) - 500;
    for (const size_t column : codec.stored_columns()) {
      Value value = RandomValue();
      if (table.columns[column].is_rowid_alias) value = Value::Integer(rowid);
      const bool is_null = value.storage_class == StorageClass::kNull;
      if (is_null && table.without_rowid && table.columns[column].key_position > 0) {
        value = Value::Integer(1);
      }
      values.push_back(value);
    }
    codec.Encode(rowid, values);
    key_ = codec.key();
    value_ = codec.value();
  }

  std::mt19937 random_{kSeed};
  MemoryObjects objects_;
  std::deque<Bytes> held_;
  Bytes key_;
  Bytes value_;
};

void ExpectSame(const Cell& a, const Cell& b) {
  ASSERT_EQ(a.is_large, b.is_large);
  ASSERT_EQ(a.value.storage_class, b.value.storage_class);
  if (a.is_large) {
    EXPECT_EQ(a.large.root, b.large.root);
    EXPECT_EQ(a.large.size_bytes, b.large.size_bytes);
    EXPECT_EQ(a.value.size_bytes, b.value.size_bytes);
    return;
  }
  EXPECT_EQ(a.value.integer, b.value.integer);
  EXPECT_EQ(a.value.real, b.value.real);
  EXPECT_EQ(std::signbit(a.value.real), std::signbit(b.value.real));
  EXPECT_EQ(a.value.bytes, b.value.bytes);
}

TEST_F(RowReaderTest, CellsAreThoseOfTheCodecInWhateverOrderTheyAreRead) {
  SCOPED_TRACE(fmt::format("seed {}", kSeed));
  for (int round = 0; round < 3000; ++round) {
    const TableInfo table = RandomTable();
    EncodeRandomRow(table);
    RowCodec codec(table, TextEncoding::kUtf8, HashKind::kBlake2b256, nullptr);
    Row row;
    codec.Decode(key_, value_, row);
    RowReader reader(table);
    ASSERT_EQ(reader.stored_columns(), codec.stored_columns());
    reader.SetRow(key_, value_);
    for (int i = Below(10); i >= 0; --i) {
      const auto cell = static_cast<size_t>(Below(static_cast<int>(row.cells.size())));
      ExpectSame(reader.ReadCell(cell), row.cells[cell]);
      if (Below(3) == 0) {
        EXPECT_EQ(reader.Rowid(), row.rowid);
      }
    }
    if (HasFailure()) return;
  }
}

TEST_F(RowReaderTest, DamagedRowsAreCorruptOrReadAsSomething) {
  SCOPED_TRACE(fmt::format("seed {}", kSeed));
  int refused_count = 0;
  for (int round = 0; round < 3000; ++round) {
    const TableInfo table = RandomTable();
    EncodeRandomRow(table);
    for (Bytes* bytes : {&key_, &value_}) {
      if (bytes->empty() || Below(3) == 0) continue;
      const auto at = static_cast<size_t>(Below(static_cast<int>(bytes->size())));
      switch (Below(3)) {
        case 0:
          (*bytes)[at] = static_cast<char>(random_());
          break;
        case 1:
          bytes->resize(at);
          break;
        default:
          bytes->insert(at, 1 + static_cast<size_t>(Below(9)), static_cast<char>(random_()));
      }
    }
    RowReader reader(table);
    reader.SetRow(key_, value_);
    try {
      for (size_t i = 0; i < reader.stored_columns().size(); ++i) {
        const Cell& cell = reader.ReadCell(i);
        // So that a checker sees every byte that is handed out.
        uint32_t sum = 0;
        for (const char c : cell.value.bytes) sum += static_cast<unsigned char>(c);
        EXPECT_LT(sum, UINT32_MAX);
      }
      reader.Rowid();
    } catch (const Error& error) {
      ASSERT_EQ(error.kind(), ErrorKind::kCorrupt) << error.message();
      ++refused_count;
    }
  }
  EXPECT_GT(refused_count, 500);
}

TEST_F(RowReaderTest, AKeyThatIsNoRowidIsCorrupt) {
  TableInfo table;
  table.name = "t";
  table.identity = RowIdentity::kNone;
  table.columns.resize(1);
  RowReader reader(table);
  reader.SetRow("short", "");
  EXPECT_THROW(reader.Rowid(), Error);
  EXPECT_THROW(reader.ReadCell(0), Error);
}

}  // namespace
}  // namespace pvc
