// Random queries answered by commits as stock SQLite answers them from a file.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <sstream>

#include "tests/support/trap_databases.h"
#include "tests/vcs/query/query_fixture.h"
#include "tests/vcs/query/random_query.h"
#include "vcs/query/commit_table.h"
#include "vcs/query/index_cache.h"

#ifndef PVC_SEED_COUNT
#define PVC_SEED_COUNT 16
#endif

namespace pvc {
namespace {

constexpr int kQueryCount = 120;

std::vector<uint32_t> Seeds() {
  if (const char* given = std::getenv("PVC_TEST_SEED")) {
    return {static_cast<uint32_t>(std::stoul(given))};
  }
  std::vector<uint32_t> seeds;
  for (uint32_t seed = 1; seed <= PVC_SEED_COUNT; ++seed) seeds.push_back(seed);
  return seeds;
}

std::vector<AnswerRow> Sorted(std::vector<AnswerRow> rows, bool is_loose) {
  if (is_loose) {
    for (AnswerRow& row : rows) {
      for (std::string& cell : row) cell = LooseCell(cell);
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// How a query is answered.
using Answerer = std::function<Answer(const RandomQuery&)>;

std::string Described(const RandomQuery& query, const Answer& stock, const Answer& ours) {
  std::ostringstream out;
  out << query.sql;
  for (size_t i = 0; i < query.bound.size(); ++i) {
    const BoundValue& value = query.bound[i];
    out << fmt::format("\n?{}: class {}, {} {} {}", i + 1, static_cast<int>(value.storage_class),
                       value.integer, value.real, ToHex(value.bytes));
  }
  out << "\nSQLite:\n" << stock << "ours:\n" << ours;
  return out.str();
}

/// A table that passes on less than it is offered, and any cost.
class WaywardTable final : public VirtualTable {
 public:
  WaywardTable(std::unique_ptr<VirtualTable> table, Choices& choices)
      : table_(std::move(table)), choices_(choices) {}

  std::string Declaration() const override { return table_->Declaration(); }
  std::unique_ptr<VirtualCursor> Open() override { return table_->Open(); }

  std::optional<PlanAnswer> Plan(const PlanRequest& request) override {
    PlanRequest less = request;
    for (OfferedConstraint& constraint : less.constraints) {
      if (choices_.OneIn(4)) constraint.is_usable = false;
    }
    if (choices_.OneIn(4)) less.order.clear();
    if (choices_.OneIn(4)) less.columns_used = ~uint64_t{0};
    auto answer = table_->Plan(less);
    if (less.order.empty() && !request.order.empty()) answer->is_ordered = false;
    answer->cost = 1 + choices_.Below(1000);
    return answer;
  }

 private:
  std::unique_ptr<VirtualTable> table_;
  Choices& choices_;
};

class QueryRandom : public QueryFixture, public testing::WithParamInterface<uint32_t> {
 protected:
  QueryRandom() : choices_(GetParam()) {}

  void OpenStock() {
    stock_ = std::make_unique<Database>(path_, Database::Options{});
    stock_->AllowUserSql();
    // SQLite's own indexes of a moment lose rows: of '' = ' ' COLLATE RTRIM in UTF-16.
    stock_->Execute("PRAGMA automatic_index = OFF");
  }

  /// Makes another commit out of path_; returns its database.
  std::string CommitChanged() {
    const std::string changed = Copy(path_, "changed.db");
    ChangeQueryDatabase(changed, choices_);
    CommitFile(changed);
    return changed;
  }

  void CheckMany(const Answerer& ask, RandomQueryMaker maker, int count) {
    SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
    OpenStock();
    for (int i = 0; i < count && !HasFailure(); ++i) {
      const RandomQuery query = maker.Make();
      const RandomQuery in_main = maker.InMain(query);
      Check(in_main, [&](const RandomQuery&) { return ask(query); });
    }
  }
  void CheckMany(QuerySession& session, RandomQueryMaker maker, int count) {
    CheckMany([&](const RandomQuery& query) { return AnswerOf(session, query.sql, query.bound); },
              std::move(maker), count);
  }

  /// Compares what `ask` answers with what stock SQLite does.
  void Check(const RandomQuery& query, const Answerer& ask) {
    const Answer stock = AnswerOf(*stock_, query.sql, query.bound);
    const Answer ours = ask(query);
    SCOPED_TRACE(Described(query, stock, ours));
    // SQLite does not pass on what functions on the right of a RIGHT JOIN are given.
    const bool has_right_join = query.sql.find("RIGHT JOIN") != std::string::npos ||
                                query.sql.find("FULL JOIN") != std::string::npos;
    if (has_right_join && ours.error && ours.error->message() == "no query solution") return;
    ASSERT_EQ(stock.error.has_value(), ours.error.has_value());
    if (stock.error) return;
    if (!stock.rows.empty()) ++answered_count_;
    if (query.all_rows_sql.empty()) {
      ASSERT_TRUE(Sorted(stock.rows, query.is_loose) == Sorted(ours.rows, query.is_loose));
      return;
    }
    ASSERT_EQ(stock.rows.size(), ours.rows.size());
    CheckPlaces(query, stock, ours);
  }

  // Rows are rows of the table, none too often, each at a place of its order.
  void CheckPlaces(const RandomQuery& query, const Answer& stock, const Answer& ours) {
    struct Known {
      int count = 0;
      std::string place;
    };
    std::map<AnswerRow, Known> all;
    const Answer everything = AnswerOf(*stock_, query.all_rows_sql, query.bound);
    ASSERT_FALSE(everything.error) << everything << query.all_rows_sql;
    for (AnswerRow row : everything.rows) {
      const std::string place = row.back();
      row.pop_back();
      Known& known = all[row];
      known.place = place;
      ++known.count;
    }
    for (size_t i = 0; i < ours.rows.size(); ++i) {
      const auto found = all.find(ours.rows[i]);
      ASSERT_NE(found, all.end()) << "row " << i << " is none";
      ASSERT_GT(found->second.count--, 0) << "row " << i << " is there once more than it should";
      ASSERT_EQ(found->second.place, all.at(stock.rows[i]).place) << "order at row " << i;
    }
  }

  Choices choices_;
  std::string path_ = folder_ / "random.db";
  std::unique_ptr<Database> stock_;
  int answered_count_ = 0;
};

TEST_P(QueryRandom, AnswersAreThoseOfSqlite) {
  MakeQueryDatabase(path_, choices_);
  CommitFile(path_);
  const auto session = SessionAt("main");
  CheckMany(*session, {path_, ReadQueriedTables(path_), choices_}, kQueryCount);
  EXPECT_GT(answered_count_, 0);
}

TEST_P(QueryRandom, AnotherCommitIsASchemaThatAnswersAlike) {
  MakeQueryDatabase(path_, choices_);
  CommitFile(path_);
  CommitChanged();
  const auto session = SessionAt("main");
  CheckMany(*session,
            {path_, ReadQueriedTables(path_), choices_,
             [](const QueriedTable& table) { return "\"main~1\"." + RawQuote(table.name); }},
            kQueryCount / 3);
}

// Of tables whose layouts changed, the columns that are there still.
TEST_P(QueryRandom, TheFunctionOfATableAtACommitAnswersAlike) {
  MakeQueryDatabase(path_, choices_);
  CommitFile(path_);
  const std::vector<QueriedTable> after = ReadQueriedTables(CommitChanged());
  std::vector<QueriedTable> tables;
  for (QueriedTable& table : ReadQueriedTables(path_)) {
    const auto same = std::find_if(after.begin(), after.end(), [&](const QueriedTable& other) {
      return other.name == table.name;
    });
    if (table.is_view || same == after.end()) continue;
    const size_t all = table.columns.size();
    const auto is_gone = [&](const std::string& column) {
      return std::find(same->columns.begin(), same->columns.end(), column) == same->columns.end();
    };
    std::erase_if(table.columns, is_gone);
    std::erase_if(table.key, is_gone);
    table.is_partial = table.columns.size() != all || same->columns.size() != all;
    if (!table.columns.empty()) tables.push_back(table);
  }
  if (tables.empty()) return;
  const auto session = SessionAt("main");
  CheckMany(
      *session,
      {path_, tables, choices_,
       [](const QueriedTable& table) { return RawQuote("pvc_at_" + table.name) + "('main~1')"; }},
      kQueryCount / 3);
}

// SQLite may plan as it likes: constraints that are not usable yet, orders not asked for, any cost.
TEST_P(QueryRandom, EveryPlanThatSqliteMayChooseAnswersAlike) {
  MakeQueryDatabase(path_, choices_);
  CommitFile(path_);
  std::vector<QueriedTable> tables = ReadQueriedTables(path_);
  std::erase_if(tables, [](const QueriedTable& table) { return table.is_view; });
  QueryScope::Options options;
  options.base = "main";
  options.now = [] { return SomeSignature().when; };
  QueryScope scope(*repository_, options);
  TableServices services(scope);
  const QuerySide side = scope.Side("main");
  const auto db = Database::InMemory(side.snapshot.properties.encoding);
  db->AllowUserSql();
  RegisterModule(
      db->host(nullptr), "wayward", ModuleUse::kCreated,
      [&](const std::vector<std::string>& arguments) {
        const auto number = static_cast<size_t>(std::stoul(arguments[0]));
        return std::make_unique<WaywardTable>(
            std::make_unique<CommitTable>(services, FindTableVersion(side, tables[number].name)),
            choices_);
      });
  for (size_t i = 0; i < tables.size(); ++i) {
    db->Execute(
        fmt::format("CREATE VIRTUAL TABLE {} USING wayward({})", RawQuote(tables[i].name), i));
  }
  CheckMany([&](const RandomQuery& query) { return AnswerOf(*db, query.sql, query.bound); },
            {path_, tables, choices_}, kQueryCount / 2);
}

class QueryTraps : public QueryFixture, public testing::WithParamInterface<TrapDatabase> {};

TEST_P(QueryTraps, EveryTableIsReadAsSqliteReadsIt) {
  const std::string path = folder_ / "trap.db";
  GetParam().build(path);
  try {
    CommitFile(path);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnsupported) << error.message();
    return;
  }
  Database stock(path, {});
  stock.AllowUserSql();
  const auto session = SessionAt("main");
  for (const QueriedTable& table : ReadQueriedTables(path)) {
    const std::string from = " FROM " + RawQuote(table.name);
    std::string order;
    for (const std::string& column : table.key) {
      order += (order.empty() ? " ORDER BY " : ", ") + RawQuote(column) + " DESC";
    }
    for (const std::string& sql :
         {"SELECT *" + from, "SELECT *" + from + order + " LIMIT 20", "SELECT count(*)" + from,
          "SELECT count(*)" + from + " WHERE " + RawQuote(table.columns.front()) + " > 5"}) {
      const Answer expected = AnswerOf(stock, sql);
      const Answer ours = AnswerOf(*session, sql);
      if (ours.error && (expected.error || ours.error->kind() == ErrorKind::kUnsupported)) continue;
      ASSERT_EQ(expected.error.has_value(), ours.error.has_value()) << sql << "\n"
                                                                    << expected << ours;
      ASSERT_TRUE(Sorted(expected.rows, false) == Sorted(ours.rows, false)) << sql << "\n"
                                                                            << expected << ours;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, QueryTraps, testing::ValuesIn(TrapDatabases()),
                         [](const auto& trap) { return trap.param.name; });

INSTANTIATE_TEST_SUITE_P(Seeds, QueryRandom, testing::ValuesIn(Seeds()));

}  // namespace
}  // namespace pvc
