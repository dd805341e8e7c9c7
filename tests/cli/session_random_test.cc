// Sessions at random, with the real binary: edits by another program, and every command that moves
// HEAD, branches, the stash or the working database. After each step the database is compared with
// what was committed, and after each undo and redo with what was there before.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <cstdlib>
#include <map>
#include <random>
#include <sstream>
#include <stdexcept>

#include "tests/cli/run_binary.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

constexpr int kStepCount = 60;
constexpr uint32_t kSeedCount = 8;

std::vector<uint32_t> Seeds() {
  if (const char* given = std::getenv("PVC_TEST_SEED")) {
    return {static_cast<uint32_t>(std::stoul(given))};
  }
  std::vector<uint32_t> seeds;
  for (uint32_t seed = 1; seed <= kSeedCount; ++seed) seeds.push_back(seed);
  return seeds;
}

/// Content of a database as text: schema and rows, both in an order of their own.
std::string ContentOf(const std::string& path) {
  RawDatabase db(path, SQLITE_OPEN_READONLY);
  std::string text = "version " + db.Text("PRAGMA user_version") + "\n";
  std::vector<std::string> tables;
  {
    RawStatement objects(db, "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name");
    while (objects.Step()) {
      text += objects.Text(0) + " " + objects.Text(1) + ": " + objects.Text(2) + "\n";
      if (objects.Text(0) == "table") tables.push_back(objects.Text(1));
    }
  }
  for (const std::string& table : tables) {
    std::vector<std::string> rows;
    RawStatement statement(db, "SELECT * FROM " + RawQuote(table));
    while (statement.Step()) {
      std::string row = table + ":";
      for (int i = 0; i < sqlite3_column_count(statement.handle()); ++i) {
        row += " " + std::to_string(sqlite3_column_type(statement.handle(), i)) + statement.Text(i);
      }
      rows.push_back(row);
    }
    std::sort(rows.begin(), rows.end());
    for (const std::string& row : rows) text += row + "\n";
  }
  return text;
}

/// What undo has to bring back.
struct State {
  std::string head;      ///< header lines of `status --porcelain`
  std::string branches;  ///< with their commits
  std::string stash;
  std::string content;

  bool operator==(const State&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const State& state) {
    return out << state.head << state.branches << state.stash << state.content;
  }
};

/// A command that can be taken back.
struct Done {
  State before;
  bool wrote_database = false;
};

class RandomSession : public testing::TestWithParam<uint32_t> {
 protected:
  RandomSession() {
    Sql("CREATE TABLE t0(id INTEGER PRIMARY KEY, a, b TEXT);"
        "CREATE TABLE words(w TEXT PRIMARY KEY, n) WITHOUT ROWID;"
        "CREATE TABLE lines(line);"
        "CREATE TABLE counted(id INTEGER PRIMARY KEY AUTOINCREMENT, v);"
        "INSERT INTO t0 VALUES(1, 2, 'x'); INSERT INTO lines VALUES('first')");
    EXPECT_EQ(Pvc("init --import app.db -m start").exit_code, 0);
    now_ = Look();
    Learn();
  }

  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }

  ProgramResult Pvc(const std::string& words) { return RunShell(folder_.path(), "pvc " + words); }

  /// Runs what the database may refuse.
  void Sql(const std::string& sql) {
    try {
      RawDatabase(folder_ / "app.db").Run(sql);
    } catch (const std::runtime_error&) {
    }
  }

  State Look() {
    State state;
    std::istringstream status(Pvc("status --porcelain").out);
    is_clean_ = true;
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("#")) {
        state.head += line + "\n";
      } else {
        is_clean_ = false;
      }
    }
    state.branches = Pvc("branch -v").out;
    state.stash = Pvc("stash list").out;
    state.content = ContentOf(folder_ / "app.db");
    return state;
  }

  std::string HeadId() const {
    const size_t at = now_.head.find("# head ");
    return now_.head.substr(at, now_.head.find('\n', at) - at);
  }

  /// Keeps what HEAD's commit holds.   Returns: it.
  const std::string& Learn() {
    auto [entry, is_new] = committed_.try_emplace(HeadId());
    if (is_new) {
      EXPECT_EQ(Pvc("export --force HEAD head.db").exit_code, 0);
      entry->second = ContentOf(folder_ / "head.db");
    }
    return entry->second;
  }

  void Edit() {
    const std::string id = std::to_string(Below(6));
    const std::string table = "t" + std::to_string(Below(3));
    const std::string value = std::to_string(Below(4));
    switch (Below(15)) {
      case 0:
        return Sql("CREATE TABLE " + table + "(id INTEGER PRIMARY KEY, a, b TEXT)");
      case 1:
        return Sql("DROP TABLE " + table);
      case 2:
        return Sql("ALTER TABLE " + table + " ADD COLUMN c" + value + " DEFAULT " + value);
      case 3:
        return Sql("CREATE INDEX " + table + "_a ON " + table + "(a)");
      case 4:
        return Sql("DROP INDEX " + table + "_a");
      case 5:
        return Sql("CREATE VIEW v AS SELECT * FROM " + table);
      case 6:
        return Sql("DROP VIEW v");
      case 7:
        return Sql("CREATE TRIGGER tr AFTER DELETE ON " + table + " BEGIN DELETE FROM lines; END");
      case 8:
        return Sql("INSERT INTO counted(v) VALUES(" + value + ")");
      case 9:
        return Sql("DELETE FROM counted");
      case 10:
        return Sql("INSERT OR REPLACE INTO words VALUES('w" + id + "', " + value + ")");
      case 11:
        return Sql("INSERT INTO lines VALUES('" + value + "')");
      case 12:
        return Sql("DELETE FROM lines WHERE line = '" + value + "'");
      case 13:
        return Sql("DELETE FROM " + table + " WHERE id = " + id);
      default:
        return Sql("INSERT OR REPLACE INTO " + table + "(id, a, b) VALUES(" + id + ", " + value +
                   ", 'b" + value + "')");
    }
  }

  std::string RandomCommand() {
    const std::string branch = "b" + std::to_string(Below(3));
    const std::string discard = Below(3) == 0 ? " --discard" : "";
    switch (Below(16)) {
      case 0:
      case 1:
        return "commit -m m" + std::to_string(step_);
      case 2:
        return "commit -m m" + std::to_string(step_) + " t0";
      case 3:
        return "commit --amend -m amended" + std::to_string(step_);
      case 4:
      case 5:
        return "switch" + discard + " " + (Below(3) == 0 ? "main" : branch);
      case 6:
        return "switch -c " + branch;
      case 7:
        return "switch" + discard + " --detach HEAD~1";
      case 8:
        return "branch -D " + branch;
      case 9:
        return "restore";
      case 10:
        return "restore t0";
      case 11:
        return Below(2) == 0 ? "reset --hard HEAD~1" : "reset --soft HEAD~1";
      case 12:
        return "stash push";
      case 13:
        return "stash pop";
      case 14:
        return "redo";
      default:
        return "undo";
    }
  }

  /// Makes one command and checks what it did against what was there before.
  void Step(const std::string& command) {
    SCOPED_TRACE("step " + std::to_string(step_) + ": pvc " + command);
    const State before = Look();
    const std::string operation = Pvc("op log -n 1").out;
    const ProgramResult result = Pvc(command);
    const bool is_recorded = Pvc("op log -n 1").out != operation;
    now_ = Look();
    EXPECT_TRUE(result.exit_code == 0 || result.exit_code == 1 || result.exit_code == 128)
        << result.err;
    if (result.exit_code == 128) {
      EXPECT_THAT(result.err, testing::StartsWith("error: "));
      EXPECT_THAT(result.err, testing::HasSubstr("\nhint: "));
    }
    if (result.exit_code != 0 || !is_recorded) {
      EXPECT_EQ(now_, before) << result.err;
      EXPECT_FALSE(is_recorded);
    } else if (command == "undo" || command == "redo") {
      CheckTakenBack(command == "undo" ? undo_ : redo_, command == "undo" ? redo_ : undo_, before);
    } else {
      undo_.push_back({before, now_.content != before.content});
      redo_.clear();
    }
    const std::string& committed = Learn();
    EXPECT_EQ(is_clean_, committed == now_.content) << "committed:\n"
                                                    << committed << "found:\n"
                                                    << now_.content;
    if (result.exit_code == 0 &&
        (command == "restore" || command == "stash push" || command.starts_with("reset --hard") ||
         command.find("--discard") != std::string::npos)) {
      EXPECT_EQ(now_.content, committed);
    }
    if (command.starts_with("commit") || command.starts_with("switch -c") ||
        command.starts_with("branch") || command.starts_with("reset --soft")) {
      EXPECT_EQ(now_.content, before.content);
    }
  }

  /// The database goes back too when the command had written it; else edits made since stay.
  void CheckTakenBack(std::vector<Done>& from, std::vector<Done>& to, const State& before) {
    ASSERT_FALSE(from.empty());
    State expected = from.back().before;
    if (!from.back().wrote_database) expected.content = before.content;
    from.pop_back();
    to.push_back({before, now_.content != before.content});
    EXPECT_EQ(now_, expected);
  }

  TempFolder folder_;
  std::mt19937 random_{GetParam()};
  int step_ = 0;
  State now_;
  bool is_clean_ = true;
  std::map<std::string, std::string> committed_;  ///< content by "# head ID"
  std::vector<Done> undo_;
  std::vector<Done> redo_;
};

TEST_P(RandomSession, KeepsDatabaseAndHistoryTogether) {
  SCOPED_TRACE("PVC_TEST_SEED=" + std::to_string(GetParam()));
  for (step_ = 0; step_ < kStepCount && !HasFailure(); ++step_) {
    for (uint32_t edits = Below(4); edits > 0; --edits) Edit();
    const std::string command = RandomCommand();
    // The import that began it all stays.
    if (command != "undo" || !undo_.empty()) Step(command);
  }
  EXPECT_EQ(Pvc("fsck").exit_code, 0);
  EXPECT_EQ(RawDatabase(folder_ / "app.db").Text("PRAGMA integrity_check"), "ok");
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomSession, testing::ValuesIn(Seeds()));

}  // namespace
}  // namespace pvc
