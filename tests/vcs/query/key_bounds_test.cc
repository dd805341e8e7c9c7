#include "vcs/query/key_bounds.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>

#include "sqlite/database.h"
#include "tests/vcs/query/query_values.h"
#include "vcs/row_key.h"

namespace pvc {
namespace {

constexpr size_t kKeptBytes = 992;

KeyShape OnePart(Affinity affinity, Collation collation, TextEncoding encoding) {
  KeyShape shape;
  shape.parts = {{{0}, affinity, collation}};
  shape.encoding = encoding;
  shape.kept_bytes = kKeptBytes;
  return shape;
}

KeyShape RowidShape() {
  KeyShape shape;
  shape.is_rowid = shape.is_unique = true;
  shape.parts = {{{-1}, Affinity::kInteger, Collation::kBinary}};
  return shape;
}

bool Holds(const std::vector<KeyRange>& ranges, const Bytes& key) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const KeyRange& range) {
    return key >= range.low && (range.high.empty() || key < range.high);
  });
}

bool AreApart(const std::vector<KeyRange>& ranges) {
  for (size_t i = 0; i < ranges.size(); ++i) {
    if (!ranges[i].high.empty() && ranges[i].low >= ranges[i].high) return false;
    if (i == 0) continue;
    if (ranges[i - 1].high.empty() || ranges[i].low < ranges[i - 1].high) return false;
  }
  return true;
}

OfferedConstraint Offer(int column, ConstraintOp op, const std::string& collation = "BINARY") {
  OfferedConstraint offered;
  offered.column = column;
  offered.op = op;
  offered.is_usable = true;
  offered.collation = collation;
  return offered;
}

// --- every reading of a comparison, judged by SQLite

struct KeyKind {
  const char* name;
  const char* type;
  Affinity affinity;
  const char* collate;
  Collation collation;
  TextEncoding encoding;    // of the database
  TextEncoding connection;  // that asks
};

class KeyRangesLaw : public testing::TestWithParam<KeyKind> {
 protected:
  static constexpr int kValueCount = 180;

  KeyRangesLaw() : db_(Database::InMemory(GetParam().connection)) {
    db_->AllowUserSql();
    shape_ = OnePart(GetParam().affinity, GetParam().collation, GetParam().encoding);
    const std::string column = fmt::format("v {} {}", GetParam().type, GetParam().collate);
    const auto stored = Database::InMemory(GetParam().encoding);
    stored->Execute(fmt::format("CREATE TABLE k(id INTEGER PRIMARY KEY, {})", column));
    db_->Execute(fmt::format("CREATE TABLE k(id INTEGER PRIMARY KEY, {})", column));
    Choices choices(7);
    for (int i = 0; i < kValueCount; ++i) {
      stored->Execute("INSERT INTO k(v) VALUES(" + NastyLiteral(choices) + ")");
    }
    Statement rows(*stored, "SELECT v FROM k ORDER BY id");
    const std::string insert = "INSERT INTO k(v) VALUES(?)";
    while (rows.Step()) {
      const Value value = rows.ColumnValue(0);
      Bytes key;
      AppendKeyComponent(key, value, GetParam().collation, GetParam().encoding);
      keys_.push_back(key);
      AddAsSeen(value);
    }
    int others = 0;
    for (const char* type : {"", "TEXT", "INTEGER", "REAL", "NUMERIC", "BLOB"}) {
      db_->Execute(fmt::format("CREATE TABLE o{}(v {})", others, type));
      Choices again(11);
      for (int i = 0; i < kValueCount; ++i) {
        db_->Execute(fmt::format("INSERT INTO o{} VALUES({})", others, NastyLiteral(again)));
      }
      ++others;
    }
    other_count_ = others;
  }

  /// The value as the connection sees it.
  void AddAsSeen(const Value& value) {
    db_->Execute("INSERT INTO k(v) VALUES(" + SqlLiteral(value, GetParam().encoding) + ")");
  }

  /// For each of the other side's values: which keys SQLite finds.
  void Check(int other, const char* sql_op, char op) {
    Statement operands(*db_, fmt::format("SELECT rowid, v FROM o{}", other));
    Statement found(*db_,
                    fmt::format("SELECT k.id FROM o{} AS o CROSS JOIN k WHERE o.rowid = ? AND "
                                "k.v {} o.v",
                                other, sql_op));
    Statement none(*db_,
                   fmt::format("SELECT k.id FROM (SELECT +v AS v FROM o{} WHERE rowid = ?) AS o "
                               "CROSS JOIN k WHERE k.v {} o.v",
                               other, sql_op));
    while (operands.Step()) {
      const std::vector<Value> values = {operands.ColumnValue(1)};
      const std::string_view text(&op, 1);
      const auto ranges = KeyRangesFor(shape_, text, values, GetParam().connection);
      ASSERT_TRUE(AreApart(ranges));
      for (Statement* query : {&found, &none}) {
        query->Reset();
        query->BindInteger(1, operands.ColumnInteger(0));
        while (query->Step()) {
          const auto id = static_cast<size_t>(query->ColumnInteger(0));
          ASSERT_TRUE(Holds(ranges, keys_[id - 1]))
              << GetParam().name << ": " << ToHex(keys_[id - 1]) << " " << sql_op << " "
              << SqlLiteral(values[0], GetParam().connection) << " of table " << other;
        }
      }
    }
  }

  KeyShape shape_;
  std::unique_ptr<Database> db_;
  std::vector<Bytes> keys_;
  int other_count_ = 0;
};

TEST_P(KeyRangesLaw, HoldWhateverAnEqualityFinds) {
  for (int other = 0; other < other_count_; ++other) {
    Check(other, "=", '=');
    Check(other, "IS", 'i');
  }
}

TEST_P(KeyRangesLaw, HoldWhateverAListFinds) {
  for (int other = 0; other < other_count_; ++other) {
    const std::string list = fmt::format("(SELECT v FROM o{} WHERE rowid % 9 = 0)", other);
    std::deque<Bytes> bytes;
    std::vector<Value> values = {Value::Integer(0)};
    Statement rows(*db_, list.substr(1, list.size() - 2));
    while (rows.Step()) {
      Value value = rows.ColumnValue(0);
      if (!value.bytes.empty()) value.bytes = bytes.emplace_back(value.bytes);
      values.push_back(value);
    }
    values[0].integer = static_cast<int64_t>(values.size() - 1);
    const auto ranges = KeyRangesFor(shape_, "n", values, GetParam().connection);
    ASSERT_TRUE(AreApart(ranges));
    Statement found(*db_, "SELECT id FROM k WHERE v IN " + list);
    while (found.Step()) {
      const auto id = static_cast<size_t>(found.ColumnInteger(0));
      ASSERT_TRUE(Holds(ranges, keys_[id - 1])) << ToHex(keys_[id - 1]) << " of table " << other;
    }
  }
}

TEST_P(KeyRangesLaw, HoldWhateverBoundsFindWhereTheOrderIsKnown) {
  if (!shape_.IsOrdered(shape_.parts[0], GetParam().connection)) return;
  for (int other = 0; other < other_count_; ++other) {
    Check(other, "<", '<');
    Check(other, "<=", 'l');
    Check(other, ">", '>');
    Check(other, ">=", 'g');
  }
}

TEST_P(KeyRangesLaw, AnOrderedPartHasKeysInTheOrderOfSqlite) {
  if (!shape_.IsOrdered(shape_.parts[0], GetParam().connection)) return;
  Statement rows(*db_, "SELECT id FROM k ORDER BY v");
  Bytes before;
  while (rows.Step()) {
    const Bytes& key = keys_[static_cast<size_t>(rows.ColumnInteger(0)) - 1];
    ASSERT_LE(before, key);
    before = key;
  }
}

TEST_P(KeyRangesLaw, OnePointHoldsNothingButEquals) {
  Statement operands(*db_, "SELECT v FROM k");
  while (operands.Step()) {
    const std::vector<Value> values = {operands.ColumnValue(0)};
    if (!HoldsOnePoint(shape_, "i", values, GetParam().connection)) continue;
    const auto ranges = KeyRangesFor(shape_, "i", values, GetParam().connection);
    std::optional<size_t> first;
    for (size_t i = 0; i < keys_.size(); ++i) {
      if (!Holds(ranges, keys_[i])) continue;
      if (!first) first = i;
      ASSERT_EQ(db_->QueryInteger(fmt::format("SELECT a.v IS b.v FROM k AS a, k AS b "
                                              "WHERE a.id = {} AND b.id = {}",
                                              *first + 1, i + 1)),
                1);
    }
  }
}

constexpr TextEncoding kUtf8 = TextEncoding::kUtf8;
constexpr TextEncoding kUtf16le = TextEncoding::kUtf16le;
constexpr TextEncoding kUtf16be = TextEncoding::kUtf16be;

INSTANTIATE_TEST_SUITE_P(
    All, KeyRangesLaw,
    testing::Values(
        KeyKind{"untyped", "", Affinity::kBlob, "", Collation::kBinary, kUtf8, kUtf8},
        KeyKind{"text", "TEXT", Affinity::kText, "", Collation::kBinary, kUtf8, kUtf8},
        KeyKind{"integer", "INT", Affinity::kInteger, "", Collation::kBinary, kUtf8, kUtf8},
        KeyKind{"real", "REAL", Affinity::kReal, "", Collation::kBinary, kUtf8, kUtf8},
        KeyKind{"numeric", "NUMERIC", Affinity::kNumeric, "", Collation::kBinary, kUtf8, kUtf8},
        KeyKind{"text_nocase", "TEXT", Affinity::kText, "COLLATE NOCASE", Collation::kNoCase, kUtf8,
                kUtf8},
        KeyKind{"text_rtrim", "TEXT", Affinity::kText, "COLLATE RTRIM", Collation::kRtrim, kUtf8,
                kUtf8},
        KeyKind{"untyped_nocase", "", Affinity::kBlob, "COLLATE NOCASE", Collation::kNoCase, kUtf8,
                kUtf8},
        KeyKind{"utf16le_text", "TEXT", Affinity::kText, "", Collation::kBinary, kUtf16le,
                kUtf16le},
        KeyKind{"utf16le_nocase", "TEXT", Affinity::kText, "COLLATE NOCASE", Collation::kNoCase,
                kUtf16le, kUtf16le},
        KeyKind{"utf16be_untyped", "", Affinity::kBlob, "", Collation::kBinary, kUtf16be, kUtf16be},
        KeyKind{"utf16be_rtrim", "", Affinity::kBlob, "COLLATE RTRIM", Collation::kRtrim, kUtf16be,
                kUtf16be},
        KeyKind{"utf16be_numeric_nocase", "NUMERIC", Affinity::kNumeric, "COLLATE NOCASE",
                Collation::kNoCase, kUtf16be, kUtf16be}),
    [](const auto& kind) { return std::string(kind.param.name); });

// --- chosen cases

std::vector<KeyRange> RowidRangesFor(std::string_view text, std::vector<Value> values) {
  return KeyRangesFor(RowidShape(), text, values, TextEncoding::kUtf8);
}

KeyRange Rowids(int64_t low, int64_t high) {
  KeyRange range;
  AppendRowidKey(range.low, low);
  if (high != INT64_MAX) AppendRowidKey(range.high, high + 1);
  return range;
}

TEST(KeyRangesFor, RowidsAreExact) {
  using V = Value;
  const std::vector<KeyRange> none;
  EXPECT_EQ(RowidRangesFor("=", {V::Integer(5)}), std::vector{Rowids(5, 5)});
  EXPECT_EQ(RowidRangesFor("=", {V::Real(5.0)}), std::vector{Rowids(5, 5)});
  EXPECT_EQ(RowidRangesFor("=", {V::Text("5")}), std::vector{Rowids(5, 5)});
  EXPECT_EQ(RowidRangesFor("=", {V::Text("5x")}), none);
  EXPECT_EQ(RowidRangesFor("=", {V::Real(5.5)}), none);
  EXPECT_EQ(RowidRangesFor("i", {V::Null()}), none);
  EXPECT_EQ(RowidRangesFor("=", {V::Integer(INT64_MAX)}),
            std::vector{Rowids(INT64_MAX, INT64_MAX)});
  EXPECT_EQ(RowidRangesFor(">", {V::Integer(INT64_MAX)}), none);
  EXPECT_EQ(RowidRangesFor("<", {V::Integer(INT64_MIN)}), none);
  EXPECT_EQ(RowidRangesFor("=", {V::Real(9223372036854775808.0)}), none);
  EXPECT_EQ(RowidRangesFor("l", {V::Real(9223372036854775808.0)}),
            std::vector{Rowids(INT64_MIN, INT64_MAX)});
  EXPECT_EQ(RowidRangesFor("g", {V::Real(-1e300)}), std::vector{Rowids(INT64_MIN, INT64_MAX)});
  EXPECT_EQ(RowidRangesFor("g<", {V::Real(1.5), V::Real(3.0)}), std::vector{Rowids(2, 2)});
  EXPECT_EQ(RowidRangesFor(">l", {V::Real(-1.5), V::Real(-0.5)}), std::vector{Rowids(-1, -1)});
  EXPECT_EQ(RowidRangesFor("<", {V::Text("a")}), std::vector{Rowids(INT64_MIN, INT64_MAX)});
  EXPECT_EQ(RowidRangesFor(">", {V::Blob("")}), none);
  EXPECT_EQ(RowidRangesFor("<", {V::Null()}), none);
  EXPECT_EQ(RowidRangesFor("gl", {V::Integer(5), V::Integer(4)}), none);
}

TEST(KeyRangesFor, ListsArePointsInOrder) {
  using V = Value;
  EXPECT_EQ(
      RowidRangesFor("n", {V::Integer(4), V::Text("7"), V::Null(), V::Integer(2), V::Real(7)}),
      (std::vector{Rowids(2, 2), Rowids(7, 7)}));
  EXPECT_EQ(RowidRangesFor("n", {V::Integer(0)}), std::vector<KeyRange>());
  EXPECT_EQ(RowidRangesFor("n", {V::Integer(-1)}), std::vector{KeyRange{}});

  KeyShape shape = OnePart(Affinity::kInteger, Collation::kBinary, TextEncoding::kUtf8);
  shape.parts.push_back({{1}, Affinity::kInteger, Collation::kBinary});
  const auto key = [](int64_t a, int64_t b) {
    Bytes bytes;
    AppendKeyComponent(bytes, V::Integer(a), Collation::kBinary, TextEncoding::kUtf8);
    AppendKeyComponent(bytes, V::Integer(b), Collation::kBinary, TextEncoding::kUtf8);
    return bytes;
  };
  const std::vector<Value> values = {V::Integer(2), V::Integer(5), V::Integer(3), V::Integer(8)};
  EXPECT_EQ(KeyRangesFor(shape, "n=", values, TextEncoding::kUtf8),
            (std::vector{PrefixRange(key(3, 8)), PrefixRange(key(5, 8))}));
  EXPECT_FALSE(HoldsOnePoint(shape, "n=", values, TextEncoding::kUtf8));
  const auto above = KeyRangesFor(shape, "n>", values, TextEncoding::kUtf8);
  EXPECT_EQ(above.size(), 2U);
  EXPECT_TRUE(Holds(above, key(3, 9)) && Holds(above, key(5, 9)) && !Holds(above, key(4, 9)));
}

TEST(KeyRangesFor, SeveralReadingsBehindALongPrefixAreOneRange) {
  KeyShape shape = OnePart(Affinity::kText, Collation::kBinary, TextEncoding::kUtf8);
  shape.parts.push_back({{1}, Affinity::kBlob, Collation::kBinary});
  // A component of exactly what keys keep, so that nothing of the next part is in them.
  const Bytes text(kKeptBytes - 3, 'k');
  const std::vector<Value> values = {Value::Text(text), Value::Integer(1)};
  const auto ranges = KeyRangesFor(shape, "==", values, TextEncoding::kUtf8);
  EXPECT_EQ(ranges.size(), 1U);
  EXPECT_TRUE(AreApart(ranges));
}

TEST(KeyRangesFor, TextOfAnotherEncodingIsFound) {
  // Bad UTF-8 that a UTF-16 connection sees as the operand.
  const KeyShape shape = OnePart(Affinity::kText, Collation::kBinary, TextEncoding::kUtf8);
  Bytes key;
  AppendKeyComponent(key, Value::Text("a\xFF"), Collation::kBinary, TextEncoding::kUtf8);
  const Bytes operand("a\0\xFD\xFF", 4);
  const std::vector<Value> values = {Value::Text(operand)};
  EXPECT_TRUE(Holds(KeyRangesFor(shape, "=", values, TextEncoding::kUtf16le), key));
  EXPECT_FALSE(HoldsOnePoint(shape, "=", values, TextEncoding::kUtf16le));
  EXPECT_FALSE(shape.IsOrdered(shape.parts[0], TextEncoding::kUtf16le));
  EXPECT_TRUE(shape.IsOrdered(shape.parts[0], TextEncoding::kUtf8));
}

TEST(ChooseKeyConstraints, TakesEqualitiesOnTheFirstPartsThenARange) {
  KeyShape shape = OnePart(Affinity::kText, Collation::kBinary, TextEncoding::kUtf8);
  shape.parts.push_back({{1}, Affinity::kBlob, Collation::kBinary});
  PlanRequest request;
  request.constraints = {Offer(1, ConstraintOp::kLess), Offer(0, ConstraintOp::kEqual),
                         Offer(1, ConstraintOp::kGreaterOrEqual), Offer(1, ConstraintOp::kLess)};
  const KeyChoice choice = ChooseKeyConstraints(shape, request);
  EXPECT_EQ(choice.text, "=g<");
  EXPECT_EQ(choice.constraints, (std::vector<size_t>{1, 2, 0}));
  EXPECT_EQ(choice.equal_count, 1U);
}

TEST(ChooseKeyConstraints, OneColumnInTwoPartsTakesTwoConstraints) {
  KeyShape shape = OnePart(Affinity::kText, Collation::kBinary, TextEncoding::kUtf8);
  shape.parts.push_back(shape.parts[0]);
  PlanRequest request;
  request.constraints = {Offer(0, ConstraintOp::kEqual)};
  EXPECT_EQ(ChooseKeyConstraints(shape, request).constraints, std::vector<size_t>{0});
  request.constraints.push_back(Offer(0, ConstraintOp::kIs));
  EXPECT_EQ(ChooseKeyConstraints(shape, request).constraints, (std::vector<size_t>{0, 1}));
}

TEST(ChooseKeyConstraints, UnusableOnesAndOtherCollationsAreLeftOut) {
  const KeyShape shape = OnePart(Affinity::kText, Collation::kNoCase, TextEncoding::kUtf8);
  PlanRequest request;
  request.constraints = {Offer(0, ConstraintOp::kEqual, "RTRIM"),
                         Offer(0, ConstraintOp::kLess, "BINARY"),
                         Offer(0, ConstraintOp::kEqual, "NOCASE")};
  request.constraints.back().is_usable = false;
  EXPECT_TRUE(ChooseKeyConstraints(shape, request).empty());
  // What is equal byte by byte is equal under NOCASE.
  request.constraints.push_back(Offer(0, ConstraintOp::kEqual, "BINARY"));
  EXPECT_EQ(ChooseKeyConstraints(shape, request).constraints, std::vector<size_t>{3});
}

TEST(ChooseKeyConstraints, ARangeWantsKeysInTheOrderOfTheConnection) {
  const KeyShape shape = OnePart(Affinity::kText, Collation::kBinary, TextEncoding::kUtf16be);
  PlanRequest request;
  request.constraints = {Offer(0, ConstraintOp::kLess)};
  request.encoding = TextEncoding::kUtf16be;
  EXPECT_EQ(ChooseKeyConstraints(shape, request).text, "<");
  request.encoding = TextEncoding::kUtf8;
  EXPECT_TRUE(ChooseKeyConstraints(shape, request).empty());
}

}  // namespace
}  // namespace pvc
