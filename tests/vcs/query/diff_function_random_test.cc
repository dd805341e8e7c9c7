// pvc_diff_T of random databases against what a diff says.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <map>

#include "tests/vcs/import_fixture.h"
#include "tests/vcs/query/query_connection.h"
#include "tests/vcs/random_database.h"
#include "vcs/diff.h"
#include "vcs/layout_map.h"

namespace pvc {
namespace {

constexpr uint32_t kSeedCount = 25;
constexpr int kRoundCount = 4;

std::vector<uint32_t> Seeds() {
  if (const char* given = std::getenv("PVC_TEST_SEED")) {
    return {static_cast<uint32_t>(std::stoul(given))};
  }
  std::vector<uint32_t> seeds;
  for (uint32_t seed = 1; seed <= kSeedCount; ++seed) seeds.push_back(seed);
  return seeds;
}

/// Gathers the rows of a diff by table, in the columns of the table after, or before.
class RowTexts final : public DiffSink {
 public:
  RowTexts(Repository& repository) : repository_(repository) {}

  void OnProperty(const PropertyChange&) override {}
  void OnSchemaObject(const SchemaChange&) override {}
  void BeginTable(const TableDiff& table) override {
    cells_.clear();
    if (!table.before || !table.after) return;
    cells_ = LayoutMap(table, repository_.nodes().source(), repository_.store().hash_kind())
                 .column_map();
  }
  void OnRow(const TableDiff& table, const RowChange& change) override {
    std::string text = change.kind == ChangeKind::kAdded     ? "'added'"
                       : change.kind == ChangeKind::kRemoved ? "'removed'"
                                                             : "'modified'";
    const size_t count = cells_.empty()
                             ? (change.after ? change.after : change.before)->cells.size()
                             : cells_.size();
    for (size_t i = 0; i < count; ++i) {
      const int before = cells_.empty() ? static_cast<int>(i) : cells_[i];
      text += "|" + Text(change.before, before, table.encoding_before);
      text += "|" + Text(change.after, static_cast<int>(i), table.encoding_after);
    }
    tables[table.name].push_back(text);
  }
  void EndTable(const TableDiff&, const TableDiffCounts&) override {}

  std::map<std::string, std::vector<std::string>> tables;

 private:
  std::string Text(const Row* row, int index, TextEncoding encoding) {
    if (row == nullptr || index < 0) return "NULL";
    const Cell& cell = row->cells[static_cast<size_t>(index)];
    Value value = cell.value;
    Bytes bytes;
    if (cell.is_large) {
      bytes = ReadLargeValue(repository_.nodes().source(), cell.large);
      value.bytes = bytes;
    }
    return SqlLiteral(value, encoding);
  }

  Repository& repository_;
  std::vector<int> cells_;
};

class RandomDiff : public ImportFixture, public testing::WithParamInterface<uint32_t> {
 protected:
  struct Round {
    std::string commit;
    Snapshot snapshot;
  };

  void MakeHistory() {
    const std::string path = folder_ / "random.db";
    RandomDatabase database(path, GetParam());
    for (int i = 0; i < kRoundCount; ++i) {
      database.Change();
      const Imported imported = Import(path);
      rounds_.push_back({repository_->FindRef("refs/heads/main")->Hex(), imported.snapshot});
    }
  }

  std::vector<Round> rounds_;
};

TEST_P(RandomDiff, IsWhatTheDiffSaysAndConstraintsOnlyRestrictIt) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  MakeHistory();
  int compared_count = 0;
  for (const auto& [from, to] : std::vector<std::pair<int, int>>{{0, 1}, {2, 1}, {0, 3}, {1, 3}}) {
    const Round& before = rounds_[static_cast<size_t>(from)];
    const Round& after = rounds_[static_cast<size_t>(to)];
    if (before.snapshot.properties.encoding != after.snapshot.properties.encoding) continue;
    RowTexts texts(*repository_);
    DiffSnapshots(*repository_, before.snapshot, after.snapshot, {}, texts);
    QueryConnection sql(*repository_, "HEAD", after.snapshot.properties.encoding);
    for (const auto& [name, rows] : texts.tables) {
      auto entry = FindTable(repository_->nodes(), after.snapshot.catalog, name);
      if (!entry) entry = FindTable(repository_->nodes(), before.snapshot.catalog, name);
      ASSERT_TRUE(entry) << name;
      SCOPED_TRACE(fmt::format("{} to {}: {}", from, to, entry->object.sql));
      sql.AddTable(*entry);
      const std::string source = fmt::format(
          "FROM {}('{}', '{}')", QuoteIdentifier("pvc_diff_" + name), before.commit, after.commit);
      const std::vector<std::string> names = sql.ColumnNames("SELECT * " + source);
      std::string columns = "diff_type";
      for (size_t i = 3; i < names.size(); ++i) columns += ", " + QuoteIdentifier(names[i]);
      const std::string query = "SELECT " + columns + " " + source;
      EXPECT_TRUE(sql.Rows(query) == rows);
      ++compared_count;
      for (size_t i = 3; i < names.size() && i < 9; ++i) {
        const std::string column = QuoteIdentifier(names[i]);
        const std::string literal = sql.Rows("SELECT " + column + " " + source).front();
        if (literal.size() > 500) continue;
        for (const char* op : {"=", "<", ">=", "IS"}) {
          // What SQLite says of each row, and of rows that a plan restricts.
          const std::string condition = fmt::format("{} {} {}", column, op, literal);
          std::vector<std::string> expected;
          for (std::string& row :
               sql.Rows(fmt::format("SELECT {}, {} {}", columns, condition, source))) {
            if (!row.ends_with("|1")) continue;
            row.resize(row.size() - 2);
            expected.push_back(std::move(row));
          }
          EXPECT_TRUE(sql.Rows(query + " WHERE " + condition) == expected) << condition;
        }
      }
    }
  }
  EXPECT_GT(compared_count, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomDiff, testing::ValuesIn(Seeds()));

}  // namespace
}  // namespace pvc
