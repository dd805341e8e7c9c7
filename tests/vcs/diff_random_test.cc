#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "tests/vcs/diff_support.h"

namespace pvc {
namespace {

// A kind of table, and the columns of its key within (a, b, c).
struct TableShape {
  const char* sql;
  enum class Model { kRowid, kTuple, kContent } model;
  size_t key_columns;  // the first so many
};

using Cells = std::vector<std::string>;  // as SQL literals

const TableShape kShapes[] = {
    {"CREATE TABLE t(a INTEGER PRIMARY KEY, b, c)", TableShape::Model::kRowid, 1},
    {"CREATE TABLE t(a, b, c, PRIMARY KEY(a, b))", TableShape::Model::kTuple, 2},
    {"CREATE TABLE t(a, b, c, PRIMARY KEY(a, b)) WITHOUT ROWID", TableShape::Model::kTuple, 2},
    {"CREATE TABLE t(a, b, c)", TableShape::Model::kContent, 0},
};

class Edits {
 public:
  Edits(const TableShape& shape, uint64_t seed) : shape_(shape), random_(seed) {}

  std::string Statement() {
    const size_t choice = Below(10);
    if (choice < 4) {
      return fmt::format("INSERT OR IGNORE INTO t VALUES({}, {}, {})", Key(), Cell(), Cell());
    }
    if (choice < 6) return fmt::format("DELETE FROM t WHERE a = {}", Key());
    if (choice < 9) return fmt::format("UPDATE t SET c = {} WHERE a = {}", Cell(), Key());
    return fmt::format("UPDATE OR IGNORE t SET a = {} WHERE a = {}", Key(), Key());
  }

  size_t Below(size_t bound) { return random_() % bound; }

 private:
  std::string Key() { return std::to_string(Below(30)); }
  std::string Cell() {
    static constexpr const char* kCells[] = {"0", "1", "'x'", "'y'", "x'78'", "2.5"};
    return kCells[Below(std::size(kCells))];
  }

  const TableShape& shape_;
  std::mt19937_64 random_;
};

std::vector<Cells> ReadRows(RawDatabase& db) {
  std::vector<Cells> rows;
  RawStatement query(db, "SELECT quote(a), quote(b), quote(c) FROM t");
  while (query.Step()) rows.push_back({query.Text(0), query.Text(1), query.Text(2)});
  return rows;
}

// What the counts must be: exact for keyed tables; for tables without key, how many rows of either
// side have no equal one on the other.
struct Expected {
  uint64_t gone = 0;  // removed + changed
  uint64_t come = 0;  // added + changed
  std::optional<uint64_t> changed;
};

Expected Model(const TableShape& shape, const std::vector<Cells>& before,
               const std::vector<Cells>& after) {
  Expected expected;
  std::map<Cells, int64_t> balance;
  for (const Cells& row : after) ++balance[row];
  for (const Cells& row : before) --balance[row];
  for (const auto& [row, count] : balance) {
    if (count < 0) expected.gone += static_cast<uint64_t>(-count);
    if (count > 0) expected.come += static_cast<uint64_t>(count);
  }
  if (shape.model == TableShape::Model::kContent) return expected;
  std::map<Cells, int> sides;
  for (const auto& [row, count] : balance) {
    const Cells key(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(shape.key_columns));
    if (count != 0) sides[key] |= count < 0 ? 1 : 2;
  }
  expected.changed = std::count_if(sides.begin(), sides.end(),
                                   [](const auto& entry) { return entry.second == 3; });
  return expected;
}

// The lines of the inverse diff, from those of the diff.
std::vector<std::string> Inverted(const std::vector<std::string>& lines) {
  std::vector<std::string> inverted;
  for (std::string line : lines) {
    const size_t sign = line.find(' ') + 1;
    if (line[sign] == '+') {
      line[sign] = '-';
    } else if (line[sign] == '-') {
      line[sign] = '+';
    } else {
      const size_t arrow = line.find(" -> ");
      line = line.substr(0, sign + 2) + line.substr(arrow + 4) + " -> " +
             line.substr(sign + 2, arrow - sign - 2);
    }
    inverted.push_back(line);
  }
  return inverted;
}

class DiffRandom : public testing::TestWithParam<size_t> {};

TEST_P(DiffRandom, CountsAreThoseOfAModelAndTheInverseIsTheInverse) {
  const TableShape& shape = kShapes[GetParam()];
  const uint64_t first_seed = std::random_device()();
  for (uint64_t seed = first_seed; seed < first_seed + 6; ++seed) {
    SCOPED_TRACE(fmt::format("{} seed {}", shape.sql, seed));
    DiffWorkshop workshop;
    Edits edits(shape, seed);
    workshop.Run(shape.sql);
    for (int i = 0; i < 40; ++i) workshop.Run(edits.Statement());
    for (int round = 0; round < 4; ++round) {
      const std::vector<Cells> rows_before = ReadRows(workshop.db());
      const Snapshot before = workshop.Take();
      const size_t count = 1 + edits.Below(40);
      for (size_t i = 0; i < count; ++i) workshop.Run(edits.Statement());
      if (edits.Below(3) == 0) workshop.Run("VACUUM");
      const Snapshot after = workshop.Take();
      const Expected expected = Model(shape, rows_before, ReadRows(workshop.db()));

      const TableDiffCounts counts = workshop.Counts(before, after);
      EXPECT_EQ(counts.removed + counts.changed, expected.gone);
      EXPECT_EQ(counts.added + counts.changed, expected.come);
      EXPECT_EQ(counts.changed, expected.changed.value_or(counts.changed));
      EXPECT_EQ(workshop.Rows(after, before), Inverted(workshop.Rows(before, after)));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, DiffRandom, testing::Range(size_t{0}, std::size(kShapes)));

}  // namespace
}  // namespace pvc
