#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "engine/tree_writer.h"
#include "tests/support/memory_objects.h"
#include "tests/vcs/query/index_fixture.h"

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::IsSubsetOf;

#ifndef PVC_SEED_COUNT
constexpr uint32_t kSeedCount = 1;
#else
constexpr uint32_t kSeedCount = PVC_SEED_COUNT;
#endif

std::string Repeated(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

/// Statements that make and change tables of all kinds of keys, with all kinds of values.
class IndexWorkload {
 public:
  /// Text with NUL inside is for UTF-8 only: NOCASE keys are finer than SQLite's order elsewhere.
  IndexWorkload(RawDatabase& db, uint32_t seed, const std::string& encoding)
      : db_(db), random_(seed), has_nul_(encoding == "UTF-8") {
    db_.Run("PRAGMA encoding='" + encoding + "'");
    Create();
  }

  void Change(int row_count) {
    for (const std::string& table : Tables()) {
      for (int i = 0; i < row_count; ++i) ChangeRow(table);
    }
  }

  static std::vector<std::string> Tables() { return {"keyed", "bare", "named", "compact"}; }

 private:
  void Create() {
    const std::string columns = "a, b COLLATE NOCASE, c COLLATE RTRIM, g AS (u + 1), d";
    db_.Run("CREATE TABLE keyed(u INTEGER PRIMARY KEY, " + columns + ")");
    db_.Run("CREATE TABLE bare(u, " + columns + ")");
    db_.Run("CREATE TABLE named(u, " + columns + ", k TEXT COLLATE NOCASE PRIMARY KEY)");
    db_.Run("CREATE TABLE compact(k, u, " + columns + ", PRIMARY KEY(k, u DESC)) WITHOUT ROWID");
    for (const std::string& table : Tables()) {
      int number = 0;
      for (const char* parts :
           {"a", "b", "c", "a DESC, b", "b, c DESC, a", "a COLLATE NOCASE", "a COLLATE RTRIM, d",
            "c COLLATE BINARY, u", "b COLLATE BINARY", "d, a, b, c"}) {
        db_.Run("CREATE INDEX " + table + std::to_string(++number) + " ON " + table + "(" + parts +
                ")");
      }
    }
  }

  uint32_t Below(uint32_t limit) { return static_cast<uint32_t>(random_()) % limit; }

  std::string Text() {
    static const std::vector<std::string> kStems = {"''",
                                                    "'a'",
                                                    "'A'",
                                                    "'ab'",
                                                    "'aB '",
                                                    "'a  '",
                                                    "' '",
                                                    "'z'",
                                                    "char(233)",
                                                    "char(128512,65)",
                                                    "'a'||char(0)",
                                                    "'A'||char(0)||'b'",
                                                    "'a'||char(0,0)"};
    const auto stem_count = static_cast<uint32_t>(kStems.size()) - (has_nul_ ? 0 : 3);
    // Shared beginnings around where components are cut and where values leave their row.
    static const std::vector<int> kLengths = {0,   0,   0,   0,   5,    254,  255,
                                              509, 511, 512, 600, 3000, 70000};
    const int length = kLengths[Below(static_cast<uint32_t>(kLengths.size()))];
    const std::string stem = kStems[Below(stem_count)];
    const std::string end = kStems[Below(stem_count)];
    if (length == 0) return stem;
    static const std::vector<std::string> kFillings = {"x", "X", " "};
    const std::string filling = "replace(hex(zeroblob(" + std::to_string((length + 1) / 2) +
                                ")),'0','" + kFillings[Below(3)] + "')";
    return stem + "||" + filling + "||" + end;
  }

  std::string Any() {
    switch (Below(8)) {
      case 0:
        return "NULL";
      case 1:
        return std::to_string(static_cast<int>(Below(5)) - 2);
      case 2:
        return std::to_string(static_cast<int>(Below(5)) - 2) + (Below(2) ? ".0" : ".5");
      case 3:
        return Below(2) ? "9007199254740993" : "9007199254740992.0";
      case 4: {
        static const std::vector<std::string> kBlobs = {
            "x''",
            "x'00'",
            "x'61'",
            "zeroblob(600)",
            "zeroblob(601)",
            "zeroblob(4000)",
            "CAST(replace(hex(zeroblob(2000)),'0','y')||'1' AS BLOB)"};
        return kBlobs[Below(static_cast<uint32_t>(kBlobs.size()))];
      }
      default:
        return Text();
    }
  }

  void ChangeRow(const std::string& table) {
    const uint32_t action = Below(10);
    const std::string where = " WHERE u = " + std::to_string(Below(next_));
    if (action < 6) {
      const bool has_key = table == "named" || table == "compact";
      const std::string number = std::to_string(next_++);
      // Keys of up to the longest a tree takes, and beyond.
      const std::string key = table == "named" && Below(4) == 0 ? "NULL" : Text() + "||" + number;
      db_.Run("INSERT OR IGNORE INTO " + table + "(u, a, b, c, d" + (has_key ? ", k" : "") +
              ") VALUES(" + number + "," + Any() + "," + Any() + "," + Any() + "," + Any() +
              (has_key ? "," + key : "") + ")");
    } else if (action < 9) {
      const std::string column(1, "abcd"[Below(4)]);
      db_.Run("UPDATE " + table + " SET " + column + " = " + Any() + where);
    } else {
      db_.Run("DELETE FROM " + table + where);
    }
  }

  RawDatabase& db_;
  std::mt19937 random_;
  const bool has_nul_;
  uint32_t next_ = 1;
};

class DerivedIndexTest : public ImportFixture {
 protected:
  IndexRecipe Recipe(const IndexedTable& indexed, const IndexDefinition& definition) {
    return {repository_->nodes(), indexed.table.info, indexed.encoding, HashKind::kBlake2b256,
            definition};
  }
  Tree Build(const IndexedTable& indexed, const IndexDefinition& definition) {
    return BuildIndex(Recipe(indexed, definition), indexed.table.rows, objects_, *fs_,
                      folder_.path());
  }

  /// Rows that an index names for a range of components, each with the row decoded.
  template <typename Visit>
  void ForEachRow(const IndexedTable& indexed, const Tree& index, const KeyRange& range,
                  const Visit& visit) {
    RowCodec codec(indexed.table.info, indexed.encoding, HashKind::kBlake2b256, nullptr);
    IndexCursor cursor(nodes_, index);
    uint64_t count = 0;
    for (cursor.Seek(range); cursor.Valid(); cursor.Next(), ++count) {
      const Bytes key(cursor.RowKey());
      Bytes value;
      ASSERT_TRUE(Lookup(repository_->nodes(), indexed.table.rows, key, value));
      Row row;
      codec.Decode(key, value, row);
      visit(row);
    }
    EXPECT_EQ(cursor.Count(range), count);
  }

  /// Place of column `name` among the stored ones.
  static size_t CellOf(const IndexedTable& indexed, const std::string& name) {
    size_t cell = 0;
    for (const Column& column : indexed.table.info.columns) {
      if (column.name == name) break;
      cell += column.is_generated ? 0 : 1;
    }
    return cell;
  }

  /// Compares lookups of the first `count` parts, as row `u` has them, with what SQLite finds.
  void CheckLookup(RawDatabase& db, const IndexedTable& indexed, const IndexDefinition& definition,
                   const Tree& index, const Row& wanted, size_t count) {
    ObjectSource& source = repository_->nodes().source();
    const size_t u = CellOf(indexed, "u");
    const Bytes components = WholeComponents(source, indexed, definition, wanted, count);
    std::set<int64_t> named;
    std::set<int64_t> equal;
    ForEachRow(indexed, index, {components, After(components)}, [&](const Row& row) {
      const int64_t number = row.cells[u].value.integer;
      EXPECT_TRUE(named.insert(number).second) << "named twice";
      if (WholeComponents(source, indexed, definition, row, count) == components) {
        equal.insert(number);
      }
    });

    const std::string& table = indexed.table.info.name;
    std::string condition;
    std::set<int64_t> expected;
    for (size_t i = 0; i < count; ++i) {
      condition += " AND x." + Expression(indexed, definition.parts[i]) + " IS y." +
                   Expression(indexed, definition.parts[i]);
    }
    RawStatement rows(db, "SELECT y.u FROM " + table + " x, " + table +
                              " y NOT INDEXED WHERE x.u = " +
                              std::to_string(wanted.cells[u].value.integer) + condition);
    while (rows.Step()) expected.insert(std::stoll(rows.Text(0)));
    EXPECT_EQ(equal, expected) << definition.name << condition;
    EXPECT_THAT(expected, IsSubsetOf(named));
  }

  static std::string Expression(const IndexedTable& indexed, const IndexDefinition::Part& part) {
    if (part.cell == IndexDefinition::kRowid) return "rowid";
    size_t cell = 0;
    for (const Column& column : indexed.table.info.columns) {
      if (column.is_generated) continue;
      if (cell++ != part.cell) continue;
      const char* names[] = {"BINARY", "NOCASE", "RTRIM"};
      return column.name + " COLLATE " + names[static_cast<size_t>(part.collation)];
    }
    return "";
  }

  MemoryObjects objects_;
  NodeReader nodes_{objects_};
};

TEST_F(DerivedIndexTest, UpdatedIndexesAreThoseBuiltAnew) {
  for (uint32_t seed = 1; seed <= kSeedCount; ++seed) {
    for (const std::string encoding : {"UTF-8", "UTF-16le", "UTF-16be"}) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " " + encoding);
      const std::string path = folder_ / ("law" + std::to_string(seed) + encoding + ".db");
      RawDatabase db(path);
      IndexWorkload workload(db, seed, encoding);
      std::vector<IndexedTable> before;
      std::vector<std::vector<Tree>> indexes;
      for (const int row_count : {40, 3, 1, 60, 2}) {
        workload.Change(row_count);
        const auto tables = IndexedTables(*repository_, Import(path).snapshot);
        ASSERT_EQ(tables.size(), 4U);
        std::vector<std::vector<Tree>> next(tables.size());
        for (size_t t = 0; t < tables.size(); ++t) {
          ASSERT_GE(tables[t].definitions.size(), 10U);
          for (size_t i = 0; i < tables[t].definitions.size(); ++i) {
            const IndexDefinition& definition = tables[t].definitions[i];
            const Tree built = Build(tables[t], definition);
            EXPECT_EQ(built.entry_count, tables[t].table.rows.entry_count);
            if (!before.empty()) {
              EXPECT_EQ(UpdateIndex(Recipe(tables[t], definition), before[t].table.rows,
                                    tables[t].table.rows, nodes_, indexes[t][i], objects_),
                        built)
                  << definition.name;
            }
            next[t].push_back(built);
          }
        }
        before = tables;
        indexes = next;
      }
    }
  }
}

TEST_F(DerivedIndexTest, LookupsFindTheRowsThatSqliteFinds) {
  for (uint32_t seed = 11; seed < 11 + kSeedCount; ++seed) {
    for (const std::string encoding : {"UTF-8", "UTF-16le", "UTF-16be"}) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " " + encoding);
      const std::string path = folder_ / ("find" + std::to_string(seed) + encoding + ".db");
      RawDatabase db(path);
      IndexWorkload workload(db, seed, encoding);
      workload.Change(70);
      for (const IndexedTable& indexed : IndexedTables(*repository_, Import(path).snapshot)) {
        RowCodec codec(indexed.table.info, indexed.encoding, HashKind::kBlake2b256, nullptr);
        for (const IndexDefinition& definition : indexed.definitions) {
          const Tree index = Build(indexed, definition);
          TreeCursor rows(repository_->nodes(), indexed.table.rows);
          for (rows.SeekToFirst(); rows.Valid(); rows.Next()) {
            Row row;
            codec.Decode(rows.key(), rows.value(), row);
            for (size_t count = 1; count <= std::min<size_t>(definition.parts.size(), 2); ++count) {
              CheckLookup(db, indexed, definition, index, row, count);
            }
            if (HasFatalFailure() || HasNonfatalFailure()) return;
          }
        }
      }
    }
  }
}

// A database of rows (u, a) with an index by a, and the numbers u that a range of the index names.
class RangeTest : public DerivedIndexTest {
 protected:
  void Make(const std::string& values, const std::string& declaration = "a") {
    const std::string path = folder_ / "range.db";
    RawDatabase db(path);
    db.Run("CREATE TABLE t(u INTEGER PRIMARY KEY, " + declaration + ")");
    db.Run("CREATE INDEX i ON t(a)");
    db.Run("INSERT INTO t(a) VALUES " + values);
    indexed_ = IndexedTables(*repository_, Import(path).snapshot).at(0);
    index_ = Build(indexed_, indexed_.definitions.at(0));
  }
  std::vector<int64_t> Find(const Bytes& low, const Bytes& high) {
    std::vector<int64_t> found;
    ForEachRow(indexed_, index_, {low, high},
               [&](const Row& row) { found.push_back(row.cells[0].value.integer); });
    return found;
  }
  static Bytes Component(const Value& value, Collation collation = Collation::kBinary) {
    Bytes out;
    AppendKeyComponent(out, value, collation, TextEncoding::kUtf8);
    return out;
  }

  IndexedTable indexed_;
  Tree index_;
};

TEST_F(RangeTest, EntriesAreInTheOrderOfSqlite) {
  Make("('b'), (2), (NULL), (x'00'), (1.5), ('a'), (-1), (NULL), (2.0), (''), (x'')");
  EXPECT_THAT(Find("", ""), ElementsAre(3, 8, 7, 5, 2, 9, 10, 6, 1, 11, 4));
}

TEST_F(RangeTest, RangesAreHalfOpen) {
  Make("(1), (2), (3), (4), (NULL), ('2')");
  const Bytes two = Component(Value::Integer(2));
  const Bytes four = Component(Value::Real(4));
  EXPECT_THAT(Find(two, four), ElementsAre(2, 3));
  EXPECT_THAT(Find(After(two), After(four)), ElementsAre(3, 4));
  EXPECT_THAT(Find(four, two), ElementsAre());
  EXPECT_THAT(Find(four, four), ElementsAre());
}

TEST_F(RangeTest, BoundsBeyondWhereComponentsAreCutLoseNoRows) {
  const std::string x = Repeated("x", 600);
  Make("('" + x + "a'), ('" + x + "b'), ('" + x + "c'), ('y'), ('w')");
  EXPECT_THAT(Find(Component(Value::Text(x + "b")), ""), testing::IsSupersetOf({2, 3, 4}));
  EXPECT_THAT(Find("", Component(Value::Text(x + "b"))), testing::IsSupersetOf({1, 5}));
  EXPECT_THAT(Find(Component(Value::Text(x + "b")), ""), testing::Not(testing::Contains(5)));
  EXPECT_THAT(Find("", Component(Value::Text(x + "b"))), testing::Not(testing::Contains(4)));
  const Bytes all_ones(600, '\xFF');
  EXPECT_THAT(Find("", all_ones), testing::SizeIs(5));
}

TEST_F(RangeTest, LargeTextUnderRtrimIsFoundByItsTrimmedText) {
  Make(
      "('a'||replace(hex(zeroblob(200000)),'0',' ')), ('a'), "
      "('a'||replace(hex(zeroblob(200000)),'0',' ')||'b'), ('a   ')",
      "a TEXT COLLATE RTRIM");
  const Bytes component = Component(Value::Text("a"), Collation::kRtrim);
  EXPECT_THAT(Find(component, After(component)), ElementsAre(1, 2, 4));
}

TEST_F(RangeTest, IndexOfOtherRowsIsNoticed) {
  Make("(1), (2)");
  const Tree index_of_two = index_;
  const auto insert = [&] {
    RawDatabase(folder_ / "range.db").Run("INSERT INTO t(a) VALUES(5)");
    return IndexedTables(*repository_, Import(folder_ / "range.db").snapshot).at(0);
  };
  const IndexedTable three = insert();
  const IndexedTable four = insert();
  const auto recipe = Recipe(four, four.definitions.at(0));
  EXPECT_EQ(ThrownKind([&] {
              UpdateIndex(recipe, three.table.rows, four.table.rows, nodes_, index_of_two,
                          objects_);
            }),
            ErrorKind::kCorrupt);
}

TEST_F(RangeTest, RowKeyOfADamagedEntryIsCorrupt) {
  Tree tree;
  {
    TreeWriter writer(objects_);
    writer.Add("key", Bytes("\x04", 1));
    tree = writer.Finish();
  }
  IndexCursor cursor(nodes_, tree);
  cursor.Seek({"", ""});
  EXPECT_EQ(ThrownKind([&] { cursor.RowKey(); }), ErrorKind::kCorrupt);
}

TableInfo Info(RowIdentity identity) {
  TableInfo info;
  info.identity = identity;
  for (const char* name : {"a", "g", "b"}) {
    Column column;
    column.name = name;
    column.is_generated = name == std::string("g");
    info.columns.push_back(column);
  }
  if (identity == RowIdentity::kPrimaryKey) info.columns[0].key_position = 1;
  return info;
}

TEST(IndexDefinition, EndsBeforeThePartThatATreeCannotOrderBy) {
  const TableInfo info = Info(RowIdentity::kNone);
  TableIndex index{"i", {{2, "nocase", true}, {1, "BINARY", false}, {0, "BINARY", false}}, false};
  auto definition = MakeIndexDefinition(index, info);
  ASSERT_TRUE(definition);
  EXPECT_THAT(definition->parts, ElementsAre(IndexDefinition::Part{1, Collation::kNoCase}));
  index.parts[0].collation = "german";
  EXPECT_FALSE(MakeIndexDefinition(index, info));
  index.parts = {{7, "BINARY", false}};
  EXPECT_FALSE(MakeIndexDefinition(index, info));
}

TEST(IndexDefinition, BytesDoNotDependOnNamesButOnTheLayout) {
  TableInfo info = Info(RowIdentity::kPrimaryKey);
  IndexDefinition definition{"one", {{1, Collation::kBinary}}};
  const Bytes bytes = EncodeIndexDefinition(definition, info, TextEncoding::kUtf8);
  definition.name = "two";
  info.columns[2].name = "c";
  EXPECT_EQ(EncodeIndexDefinition(definition, info, TextEncoding::kUtf8), bytes);
  EXPECT_NE(EncodeIndexDefinition(definition, info, TextEncoding::kUtf16le), bytes);
  EXPECT_NE(EncodeIndexDefinition({"", {{1, Collation::kNoCase}}}, info, TextEncoding::kUtf8),
            bytes);
  info.columns[0].collation = Collation::kRtrim;
  EXPECT_NE(EncodeIndexDefinition(definition, info, TextEncoding::kUtf8), bytes);
}

TEST(IndexDefinition, OnlyTablesWithRowidsUnderAnotherKeyHaveAnIndexByRowid) {
  EXPECT_TRUE(MakeRowidIndexDefinition(Info(RowIdentity::kPrimaryKey)));
  EXPECT_FALSE(MakeRowidIndexDefinition(Info(RowIdentity::kRowid)));
  EXPECT_FALSE(MakeRowidIndexDefinition(Info(RowIdentity::kNone)));
  TableInfo info = Info(RowIdentity::kPrimaryKey);
  info.without_rowid = true;
  EXPECT_FALSE(MakeRowidIndexDefinition(info));
}

}  // namespace
}  // namespace pvc
