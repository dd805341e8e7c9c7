// pvc_history_T and pvc_blame_T of random histories against the databases that commits were made
// of.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>

#include "tests/vcs/history_workshop.h"
#include "tests/vcs/query/query_connection.h"
#include "vcs/log_walk.h"

namespace pvc {
namespace {

constexpr uint32_t kSeedCount = 24;
constexpr int kCommitCount = 22;
constexpr int kKeyCount = 12;

std::vector<uint32_t> Seeds() {
  if (const char* given = std::getenv("PVC_TEST_SEED")) {
    return {static_cast<uint32_t>(std::stoul(given))};
  }
  std::vector<uint32_t> seeds;
  for (uint32_t seed = 1; seed <= kSeedCount; ++seed) seeds.push_back(seed);
  return seeds;
}

/// Cells by column, as quote() writes them.
using ModelRow = std::map<std::string, std::string>;
/// Rows by the text of their key.
using ModelTable = std::map<std::string, ModelRow>;

/// What the table is made of, from a plain one to one whose keys come and go.
enum class Kind { kInteger, kTuple, kText, kNoKey, kChanging };

class HistoryRandom : public HistoryWorkshop, public testing::WithParamInterface<uint32_t> {
 protected:
  HistoryRandom() : random_(GetParam()) {}

  uint32_t Below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }

  std::string TableText(Kind kind) {
    switch (kind) {
      case Kind::kInteger:
        return "CREATE TABLE t(k INTEGER PRIMARY KEY, a, b)";
      case Kind::kTuple:
        return "CREATE TABLE t(k, a, b, PRIMARY KEY(k, a)) WITHOUT ROWID";
      case Kind::kText:
        return "CREATE TABLE t(b, k TEXT COLLATE NOCASE PRIMARY KEY, a)";
      case Kind::kNoKey:
        return "CREATE TABLE t(k, a, b)";
      case Kind::kChanging:
        break;
    }
    // Of one key, columns may make different values.
    if (Below(2) == 0) {
      const char* types[] = {"TEXT", "INT", "BLOB", ""};
      return fmt::format("CREATE TABLE t(k {} PRIMARY KEY, a, b)", types[Below(4)]);
    }
    return TableText(static_cast<Kind>(Below(4)));
  }

  std::string Key(Kind kind) {
    const uint32_t number = Below(kKeyCount);
    const bool is_null = kind == Kind::kChanging && Below(8) == 0;
    return is_null               ? "NULL"
           : kind == Kind::kText ? fmt::format("'k{}'", number)
                                 : std::to_string(number);
  }

  /// Statements that change the table somehow. Those that fail are passed over.
  std::vector<std::string> Edits(Kind kind, bool has_table) {
    std::vector<std::string> edits;
    if (!has_table || Below(15) == 0) {
      edits.push_back("DROP TABLE IF EXISTS t");
      if (!has_table || Below(3) > 0) edits.push_back(TableText(kind));
    }
    // Columns of a place are the same on all lines of history.
    const uint32_t added_columns = Below(10);
    if (added_columns < 2) edits.push_back("ALTER TABLE t ADD COLUMN c3 DEFAULT 7");
    if (added_columns < 1) edits.push_back("ALTER TABLE t ADD COLUMN c4");
    if (kind == Kind::kChanging && Below(8) == 0) {
      edits.push_back("ALTER TABLE t RENAME COLUMN b TO bee");
    }
    if (kind == Kind::kChanging && Below(8) == 0) edits.push_back("ALTER TABLE t DROP COLUMN b");
    for (uint32_t i = Below(5); i > 0; --i) {
      const std::string key = Key(kind);
      const uint32_t value = Below(4);
      switch (Below(6)) {
        case 0:
        case 1:
          edits.push_back(fmt::format("INSERT INTO t(k, a, b) VALUES({}, {}, 0)", key, value));
          break;
        case 2:
          edits.push_back(fmt::format("DELETE FROM t WHERE k = {}", key));
          break;
        case 3:
          edits.push_back(fmt::format("UPDATE t SET c3 = {} WHERE k = {}", 6 + value, key));
          break;
        case 4:
          edits.push_back(fmt::format("UPDATE OR IGNORE t SET a = {} WHERE k = {}", value, key));
          break;
        default:
          edits.push_back(fmt::format("UPDATE t SET b = {} WHERE k = {}", value, key));
      }
    }
    return edits;
  }

  /// Takes a part of the rows of another commit over.
  std::vector<std::string> TakeOver(const CommitId& other) {
    std::vector<std::string> edits;
    RawDatabase db(DatabaseOf(other));
    if (db.Integer("SELECT count(*) FROM sqlite_schema WHERE name = 't'") == 0) return edits;
    const bool has_b =
        db.Integer("SELECT count(*) FROM pragma_table_info('t') WHERE name = 'b'") > 0;
    RawStatement rows(
        db, std::string("SELECT quote(k), quote(a), ") + (has_b ? "quote(b)" : "'0'") + " FROM t");
    while (rows.Step()) {
      if (Below(2) == 0) continue;
      edits.push_back(fmt::format("REPLACE INTO t(k, a, b) VALUES({}, {}, {})", rows.Text(0),
                                  rows.Text(1), rows.Text(2)));
    }
    return edits;
  }

  CommitId MakeCommit(Kind kind, const std::vector<CommitId>& parents, bool wants_table) {
    const std::string scratch = folder_ / "scratch.db";
    std::filesystem::remove(scratch);
    if (!parents.empty()) std::filesystem::copy_file(DatabaseOf(parents[0]), scratch);
    // What is kept of the statements are those that run.
    std::string kept;
    {
      RawDatabase db(scratch);
      const auto has_table = [&] {
        return db.Integer("SELECT count(*) FROM sqlite_schema WHERE name = 't'") > 0;
      };
      const auto run = [&](const std::string& sql) {
        try {
          db.Run(sql);
          kept += sql + ";";
        } catch (const std::runtime_error&) {
        }
      };
      if (parents.size() > 1) {
        for (const std::string& edit : TakeOver(parents.back())) run(edit);
        for (const std::string& edit : TakeOver(parents[1])) run(edit);
      }
      if (parents.size() < 2 || Below(2) == 0) {
        for (const std::string& edit : Edits(kind, has_table())) run(edit);
      }
      if (wants_table && !has_table()) run(TableText(kind));
    }
    return Commit("c" + std::to_string(commits_.size()), parents, kept);
  }

  void MakeHistory(Kind kind) {
    for (int i = 0; i < kCommitCount; ++i) {
      std::vector<CommitId> parents;
      if (!commits_.empty()) {
        const size_t recent = std::min<size_t>(commits_.size(), 3);
        parents.push_back(commits_[commits_.size() - 1 - Below(static_cast<uint32_t>(recent))]);
        const CommitId other = commits_[Below(static_cast<uint32_t>(commits_.size()))];
        if (Below(3) == 0 && other != parents[0]) parents.push_back(other);
        const CommitId third = commits_[Below(static_cast<uint32_t>(commits_.size()))];
        const bool is_known = std::find(parents.begin(), parents.end(), third) != parents.end();
        if (parents.size() == 2 && Below(3) == 0 && !is_known) parents.push_back(third);
      }
      commits_.push_back(MakeCommit(kind, parents, i + 1 == kCommitCount));
    }
    sql_ = std::make_unique<QueryConnection>(*repository_, commits_.back().Hex());
    sql_->AddTable("t");
  }

  /// Commits before the last, and it, in the order of a log.
  std::vector<CommitId> Log() {
    LogOptions options;
    options.from = {commits_.back()};
    LogWalk walk(*repository_, options);
    std::vector<CommitId> ids;
    while (const auto step = walk.Next()) ids.push_back(step->id);
    return ids;
  }

  std::mt19937 random_;
  std::vector<CommitId> commits_;
  std::unique_ptr<QueryConnection> sql_;
};

/// Follows single keys through plain maps.
class Model {
 public:
  struct State {
    std::optional<ModelTable> table;
    std::vector<CommitId> parents;
    std::string message;
  };

  Model(std::map<CommitId, State> states, std::vector<CommitId> log)
      : states_(std::move(states)), log_(std::move(log)) {}

  /// "commit|type|row" of each change, with the row as `show` writes it.
  template <typename Show>
  std::vector<std::string> History(const std::string& key, const Show& show) const {
    std::vector<std::string> changes;
    std::set<CommitId> followed = {log_.front()};
    for (const CommitId& id : log_) {
      if (!followed.contains(id)) continue;
      const State& own = states_.at(id);
      const auto follow_all = [&] { followed.insert(own.parents.begin(), own.parents.end()); };
      const auto list = [&](const ModelRow* before, const ModelRow* after) {
        if (AreEqual(before, after)) return;
        changes.push_back(fmt::format("'{}'|{}|{}", own.message,
                                      before == nullptr  ? "'added'"
                                      : after == nullptr ? "'removed'"
                                                         : "'modified'",
                                      show(after != nullptr ? *after : *before)));
      };
      const ModelRow* after = Find(own, key);
      if (own.parents.size() < 2) {
        list(own.parents.empty() ? nullptr : Find(states_.at(own.parents[0]), key), after);
        follow_all();
        continue;
      }
      std::optional<CommitId> same;
      std::optional<CommitId> first;  // that has the table
      for (const CommitId& parent : own.parents) {
        const State& before = states_.at(parent);
        if (before.table && !first) first = parent;
        const bool counts = before.table.has_value() == own.table.has_value();
        if (counts && !same && AreEqual(Find(before, key), after)) same = parent;
      }
      if (same) {
        followed.insert(*same);
        continue;
      }
      list(first ? Find(states_.at(*first), key) : nullptr, after);
      follow_all();
    }
    return changes;
  }

  /// The commit that a row of the last one comes from.
  std::string Blame(const std::string& key) const {
    CommitId at = log_.front();
    while (true) {
      const State& own = states_.at(at);
      std::optional<CommitId> same;
      for (const CommitId& parent : own.parents) {
        const ModelRow* before = Find(states_.at(parent), key);
        if (!same && before != nullptr && AreEqual(before, Find(own, key))) same = parent;
      }
      if (!same) return own.message;
      at = *same;
    }
  }

  std::set<std::string> Keys() const {
    std::set<std::string> keys;
    for (const auto& [id, state] : states_) {
      if (!state.table) continue;
      for (const auto& [key, row] : *state.table) keys.insert(key);
    }
    return keys;
  }

 private:
  static const ModelRow* Find(const State& state, const std::string& key) {
    if (!state.table) return nullptr;
    const auto found = state.table->find(key);
    return found == state.table->end() ? nullptr : &found->second;
  }

  /// As a diff from `before` to `after` sees it.
  static bool AreEqual(const ModelRow* before, const ModelRow* after) {
    if (before == nullptr || after == nullptr) return before == after;
    return std::all_of(after->begin(), after->end(), [&](const auto& cell) {
      const auto found = before->find(cell.first);
      if (found != before->end()) return found->second == cell.second;
      return cell.second == "NULL" || (cell.first == "c3" && cell.second == "7");
    });
  }

  std::map<CommitId, State> states_;
  std::vector<CommitId> log_;
};

class KeyedHistoryRandom : public HistoryRandom {
 protected:
  std::optional<ModelTable> ReadTable(const CommitId& id) {
    RawDatabase db(DatabaseOf(id));
    if (db.Integer("SELECT count(*) FROM sqlite_schema WHERE name = 't'") == 0) return {};
    std::vector<std::string> names;
    std::string columns;
    RawStatement list(db, "SELECT name FROM pragma_table_info('t')");
    while (list.Step()) {
      names.push_back(list.Text(0));
      columns += ", quote(" + names.back() + ")";
    }
    ModelTable table;
    RawStatement rows(db, "SELECT " + KeyExpression() + columns + " FROM t");
    while (rows.Step()) {
      ModelRow& row = table[rows.Text(0)];
      for (size_t i = 0; i < names.size(); ++i) row[names[i]] = rows.Text(static_cast<int>(i) + 1);
    }
    return table;
  }

  std::string KeyExpression() const {
    return kind_ == Kind::kTuple ? "quote(k) || ' AND a = ' || quote(a)" : "quote(k)";
  }

  Kind kind_ = static_cast<Kind>(GetParam() % 3);
};

TEST_P(KeyedHistoryRandom, EachRowIsFollowedOnItsOwn) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  MakeHistory(kind_);
  std::map<CommitId, Model::State> states;
  for (const CommitId& id : commits_) {
    const pvc::Commit commit = repository_->GetCommit(id);
    states[id] = {ReadTable(id), commit.parents, commit.message};
  }
  const Model model(std::move(states), Log());
  const std::vector<std::string> names = sql_->ColumnNames("SELECT * FROM pvc_history_t");
  std::vector<std::string> columns(names.begin(), names.end() - 5);
  const auto show = [&](const ModelRow& row) {
    std::string text;
    for (const std::string& column : columns) {
      const auto found = row.find(column);
      text += (text.empty() ? "" : "|") + (found == row.end() ? "NULL" : found->second);
    }
    return text;
  };
  const std::string select =
      fmt::format("SELECT message, diff_type, {} FROM pvc_history_t", fmt::join(columns, ", "));

  std::vector<std::string> all;
  for (const std::string& key : model.Keys()) {
    const std::vector<std::string> expected = model.History(key, show);
    EXPECT_EQ(sql_->Rows(select + " WHERE k = " + key), expected) << key;
    all.insert(all.end(), expected.begin(), expected.end());
  }
  std::vector<std::string> found = sql_->Rows(select);
  std::sort(found.begin(), found.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(found, all);

  const auto table = ReadTable(commits_.back());
  for (const auto& [key, row] : *table) {
    const std::string expected = fmt::format("'{}'|{}", model.Blame(key), show(row));
    EXPECT_EQ(sql_->Row(fmt::format("SELECT message, {} FROM pvc_blame_t WHERE k = {}",
                                    fmt::join(columns, ", "), key)),
              expected);
    EXPECT_EQ(sql_->Row(fmt::format("SELECT message, {} FROM pvc_blame_t WHERE (k = {}) IS TRUE",
                                    fmt::join(columns, ", "), key)),
              expected);
  }
}

TEST_P(KeyedHistoryRandom, CommitsComeInTheOrderOfALog) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  MakeHistory(kind_);
  std::vector<std::string> log;
  for (const CommitId& id : Log()) log.push_back("'" + id.Hex() + "'");
  size_t place = 0;
  for (const std::string& id : sql_->Rows("SELECT commit_id FROM pvc_history_t")) {
    const auto found = std::find(log.begin(), log.end(), id);
    ASSERT_NE(found, log.end());
    const auto next = static_cast<size_t>(found - log.begin());
    ASSERT_GE(next, place);
    place = next;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, KeyedHistoryRandom, testing::ValuesIn(Seeds()));

/// Tables of which keys, columns and all change.
class ChangingHistoryRandom : public HistoryRandom {
 protected:
  /// The rows with a condition, as SQLite may push it down and as it may not.
  void ExpectSame(const std::string& function, const std::string& condition) {
    const auto rows = [&](const std::string& where) {
      std::vector<std::string> found =
          sql_->Rows(fmt::format("SELECT * FROM {} WHERE {}", function, where));
      std::sort(found.begin(), found.end());
      return found;
    };
    EXPECT_EQ(rows(condition), rows("(" + condition + ") IS TRUE")) << function << " " << condition;
  }
};

TEST_P(ChangingHistoryRandom, KeysRestrictNothingButWhatIsRead) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  MakeHistory(GetParam() % 4 == 0 ? Kind::kNoKey : Kind::kChanging);
  for (const std::string function : {"pvc_history_t", "pvc_blame_t"}) {
    for (int key = 0; key < kKeyCount; ++key) {
      ExpectSame(function, fmt::format("k = {}", key));
      ExpectSame(function, fmt::format("k = '{}'", key));
    }
    ExpectSame(function, "k IN (1, 3, 5, '7', NULL)");
    ExpectSame(function, "k IS NULL");
    ExpectSame(function, "k > 4");
    ExpectSame(function, "k > 2 AND k <= '6'");
    ExpectSame(function, "k = 3 AND a = 1");
    ExpectSame(function, "k = 3 AND a IN (0, 1, 2)");
    ExpectSame(function, "k = 'K3'");
  }
}

TEST_P(ChangingHistoryRandom, ChangesAddUpToTheRows) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  // One line of history: each state is the one before and the changes.
  CommitId last = MakeCommit(Kind::kNoKey, {}, true);
  commits_.push_back(last);
  for (int i = 0; i < kCommitCount; ++i) {
    last = MakeCommit(GetParam() % 2 == 0 ? Kind::kNoKey : Kind::kChanging, {last}, true);
    commits_.push_back(last);
  }
  sql_ = std::make_unique<QueryConnection>(*repository_, last.Hex());
  sql_->AddTable("t");
  for (size_t i = 0; i < commits_.size(); ++i) {
    const auto count = [&](const char* type) {
      return std::stoll(sql_->Row(fmt::format(
          "SELECT count(*) FROM pvc_history_t WHERE commit_id = '{}' AND diff_type = '{}'",
          commits_[i].Hex(), type)));
    };
    const auto rows = [&](size_t commit) {
      return RawDatabase(DatabaseOf(commits_[commit])).Integer("SELECT count(*) FROM t");
    };
    EXPECT_EQ(rows(i) - (i == 0 ? 0 : rows(i - 1)), count("added") - count("removed"))
        << MessageOf(commits_[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ChangingHistoryRandom, testing::ValuesIn(Seeds()));

}  // namespace
}  // namespace pvc
