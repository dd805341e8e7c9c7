// Rows that both sides added under the same keys, with rows that refer to them: after
// `--renumber theirs` all are there, and each points at its own side's.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "tests/vcs/merge/merge_fixture.h"
#include "tests/vcs/merge/random_tables.h"

namespace pvc {
namespace {

// Every table's rows as text in which a reference is what it refers to, all the way up; a person's
// key is there behind '#', to tell rows that are alike from those that are the same.
constexpr const char* kDescriptions =
    "WITH RECURSIVE persons(id, line) AS ("
    "  SELECT id, quote(name) || '#' || id FROM person WHERE boss IS NULL"
    "  UNION ALL SELECT p.id, quote(p.name) || '#' || p.id || '<' || line || '>'"
    "    FROM person p JOIN persons ON p.boss = persons.id),"
    " orderings(id, line) AS ("
    "  SELECT o.id, quote(what) || ' of ' || coalesce(line, '-')"
    "    FROM ordering o LEFT JOIN persons p ON o.person = p.id)"
    " SELECT 'person', id, line FROM persons"
    " UNION ALL SELECT 'ordering', id, line FROM orderings"
    " UNION ALL SELECT 'item', order_id || '/' || i.line, i.line || quote(what) || o.line"
    "   FROM item i JOIN orderings o ON i.order_id = o.id"
    " UNION ALL SELECT 'note', coalesce(n.person, '-'), quote(text) || ' on ' || coalesce(line, "
    "'-')"
    "   FROM note n LEFT JOIN persons p ON n.person = p.id"
    " UNION ALL SELECT 'badge', name, name || ' of ' || coalesce(line, '-')"
    "   FROM badge b LEFT JOIN persons p ON b.person = p.id";

using RowLines = std::multiset<std::string>;

struct Described {
  std::map<std::string, std::string> keyed;                  ///< by table and key
  std::multiset<std::pair<std::string, std::string>> loose;  ///< key referred to, line
};

class RandomRenumber : public MergeFixture, public testing::WithParamInterface<uint32_t> {
 protected:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }
  bool OneIn(int n) { return Below(n) == 0; }

  void CreateTables() {
    const std::string counter = OneIn(2) ? " AUTOINCREMENT" : "";
    const std::string clustered = OneIn(2) ? " WITHOUT ROWID" : "";
    Run("CREATE TABLE person(id INTEGER PRIMARY KEY" + counter +
        ", name, boss REFERENCES person);"
        "CREATE TABLE ordering(id INTEGER PRIMARY KEY AUTOINCREMENT,"
        "  person INT REFERENCES person(id), what);"
        "CREATE TABLE item(order_id INT NOT NULL REFERENCES ordering(id), line INT, what,"
        "  PRIMARY KEY(order_id, line))" +
        clustered +
        ";"
        "CREATE TABLE note(person REFERENCES person, text);"
        "CREATE TABLE badge(name TEXT PRIMARY KEY, person REFERENCES person)");
  }

  // Adds rows. Those called 'both' are alike on both sides but for what they refer to.
  void AddRows(const std::string& side) {
    RawDatabase db(path_);
    db.Run("PRAGMA foreign_keys = ON; PRAGMA synchronous = OFF; BEGIN");
    const auto name = [&] {
      return OneIn(3) ? std::string("'both'") : fmt::format("'{}-{}'", side, Below(1000));
    };
    const auto some = [&](const std::string& table) {
      const int64_t last = db.Integer("SELECT coalesce(max(id), 0) FROM " + table);
      if (last == 0 || OneIn(6)) return std::string("NULL");
      // The newest ones, mostly: those of this side.
      const int64_t id = std::max<int64_t>(1, last - Below(OneIn(4) ? 100 : 4));
      return db.Text(
          fmt::format("SELECT coalesce(max(id), 'NULL') FROM {} WHERE id <= {}", table, id));
    };
    for (int i = 3 + Below(40); i > 0; --i) {
      switch (Below(6)) {
        case 0:
        case 1:
          db.Run(
              fmt::format("INSERT INTO person(name, boss) VALUES({}, {})", name(), some("person")));
          break;
        case 2:
          db.Run(fmt::format("INSERT INTO ordering(person, what) VALUES({}, '{}-{}')",
                             some("person"), side, Below(1000)));
          break;
        case 3:
          if (const std::string id = some("ordering"); id != "NULL") {
            // Lines of an ordering that both sides know are each side's own.
            const bool is_shared =
                db.Integer("SELECT what LIKE 'base%' FROM ordering WHERE id = " + id) != 0;
            const int line = Below(3) + (!is_shared ? 0 : side == "ours" ? 10 : 20);
            db.Run(fmt::format("INSERT OR IGNORE INTO item VALUES({}, {}, {})", id, line, name()));
          }
          break;
        case 4:
          db.Run(fmt::format("INSERT INTO note VALUES({}, {})", some("person"), name()));
          break;
        default:
          db.Run(fmt::format("INSERT OR IGNORE INTO badge VALUES('{}-{}', {})", side, Below(1000),
                             some("person")));
      }
    }
    // Rows of base that point at new ones; each side has its own.
    if (side != "base") {
      db.Run(fmt::format("UPDATE badge SET person = {} WHERE name LIKE 'base%' AND rowid % 3 = {}",
                         some("person"), side == "ours" ? 0 : 1));
    }
    db.Run("COMMIT");
    ASSERT_EQ(db.Text("PRAGMA foreign_key_check"), "");
  }

  Described Describe() {
    Described described;
    RawDatabase db(path_);
    RawStatement rows(db, kDescriptions);
    while (rows.Step()) {
      const std::string line = rows.Text(0) + ": " + rows.Text(2);
      if (rows.Text(0) == "note") {
        described.loose.emplace(rows.Text(1), line);
      } else {
        described.keyed.emplace(rows.Text(0) + rows.Text(1), line);
      }
    }
    return described;
  }

  static std::string WithoutKeys(const std::string& line) {
    std::string text;
    bool in_key = false;
    for (const char c : line) {
      in_key = c == '#' || (in_key && c >= '0' && c <= '9');
      if (!in_key) text += c;
    }
    return text;
  }

  static RowLines Wanted(const Described& base, const Described& ours, const Described& theirs) {
    RowLines wanted;
    std::set<std::string> keys;
    for (const Described* side : {&ours, &theirs}) {
      for (const auto& [key, line] : side->keyed) keys.insert(key);
    }
    for (const std::string& key : keys) {
      const auto find = [&](const Described& side) {
        const auto row = side.keyed.find(key);
        return row == side.keyed.end() ? std::string() : row->second;
      };
      const std::string b = find(base);
      const std::string o = find(ours);
      const std::string t = find(theirs);
      if (!b.empty()) {
        wanted.insert(WithoutKeys(o == b ? t : o));
        continue;
      }
      if (!o.empty()) wanted.insert(WithoutKeys(o));
      if (!t.empty() && t != o) wanted.insert(WithoutKeys(t));
    }
    std::multiset<std::pair<std::string, std::string>> loose;
    std::set_union(ours.loose.begin(), ours.loose.end(), theirs.loose.begin(), theirs.loose.end(),
                   std::inserter(loose, loose.end()));
    for (const auto& [key, line] : loose) wanted.insert(WithoutKeys(line));
    return wanted;
  }

  void Prepare() {
    CreateTables();
    AddRows("base");
    ImportApp();
    base_ = Describe();
    SwitchToNew("try");
    AddRows("theirs");
    Commit("theirs");
    theirs_ = Describe();
    SwitchTo("main");
    AddRows("ours");
    Commit("ours");
    ours_ = Describe();
  }

  void ExpectAllThere() {
    EXPECT_EQ(Open(), std::vector<std::string>());
    const Described found = Describe();
    RowLines lines;
    for (const auto& [key, line] : found.loose) lines.insert(WithoutKeys(line));
    for (const auto& [key, line] : found.keyed) lines.insert(WithoutKeys(line));
    const RowLines wanted = Wanted(base_, ours_, theirs_);
    RowLines missing;
    RowLines surplus;
    std::set_difference(wanted.begin(), wanted.end(), lines.begin(), lines.end(),
                        std::inserter(missing, missing.end()));
    std::set_difference(lines.begin(), lines.end(), wanted.begin(), wanted.end(),
                        std::inserter(surplus, surplus.end()));
    EXPECT_EQ(missing, RowLines());
    EXPECT_EQ(surplus, RowLines());
    EXPECT_EQ(Text("PRAGMA foreign_key_check"), "");
    ExpectSound();
    EXPECT_EQ(Text("SELECT count(*) FROM sqlite_sequence WHERE name = 'ordering'"
                   "  AND seq < (SELECT max(id) FROM ordering)"),
              "0");
  }

  std::mt19937 random_{GetParam()};
  Described base_;
  Described ours_;
  Described theirs_;
};

TEST_P(RandomRenumber, RowsOfBothSidesStayWithWhatTheyReferTo) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  Prepare();
  const MergeResult merged = Merge();
  if (merged.outcome != MergeResult::Outcome::kConflicts) return;
  if (OneIn(2)) {
    Resolve({}, Resolution::kRenumberTheirs);
  } else {
    // Parents first, in a command of their own each. What became alike but for its references shows
    // up again.
    for (const char* table : {"person", "ordering", "item", "person", "ordering"}) {
      try {
        Resolve({table}, Resolution::kRenumberTheirs);
      } catch (const Error& error) {
        EXPECT_TRUE(error.kind() == ErrorKind::kNotFound ||
                    error.message().find("no integer key") != std::string::npos)
            << error.message();
      }
    }
  }
  ExpectAllThere();
  if (HasFailure()) return;
  EXPECT_EQ(Continue().outcome, SequenceResult::Outcome::kDone);
  EXPECT_TRUE(IsClean());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomRenumber,
                         testing::ValuesIn(RandomSeeds(7000, PVC_SEED_COUNT)),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace pvc
