#include "cli/render/graph_layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "cli/render/graph_writer.h"
#include "tests/cli/fake_environment.h"

namespace pvc {
namespace {

CommitId IdOf(const std::string& name) { return {HashBytes(HashKind::kBlake2b256, "test", name)}; }

struct Drawn {
  std::string name;
  std::vector<std::string> parents;
};

GraphRows Show(GraphLayout& layout, const Drawn& commit) {
  std::vector<CommitId> parents;
  for (const std::string& parent : commit.parents) parents.push_back(IdOf(parent));
  return layout.Show(IdOf(commit.name), parents);
}

/// Draws commits with `text` after the name of each, a line end in front of the first for a picture
/// in a raw string. A name "-x" passes x over.
std::string Draw(const std::vector<Drawn>& commits, const std::string& text = "") {
  GraphLayout layout;
  StringWriter out;
  GraphWriter writer(out);
  out.Write("\n");
  for (const Drawn& commit : commits) {
    if (commit.name[0] == '-') {
      layout.Pass(IdOf(commit.name.substr(1)),
                  commit.parents.empty() ? std::nullopt : std::optional(IdOf(commit.parents[0])));
      continue;
    }
    writer.Begin(Show(layout, commit));
    writer.Write(commit.name + text + "\n");
    writer.End();
  }
  return out.text();
}

TEST(GraphLayout, LineOfHistoryIsOneLane) {
  EXPECT_EQ(Draw({{"c", {"b"}}, {"b", {"a"}}, {"a", {}}}), R"(
* c
* b
* a
)");
}

TEST(GraphLayout, BranchesMeetAtTheirBase) {
  EXPECT_EQ(Draw({{"c", {"a"}}, {"b", {"a"}}, {"a", {}}}), R"(
* c
| * b
|/
* a
)");
}

TEST(GraphLayout, MergeOpensALaneForItsSecondParent) {
  EXPECT_EQ(Draw({{"m", {"x", "y"}}, {"y", {"a"}}, {"x", {"a"}}, {"a", {}}}), R"(
*   m
|\
| * y
* | x
|/
* a
)");
}

TEST(GraphLayout, MergeWithTheNextLaneJoinsIt) {
  EXPECT_EQ(Draw({{"m", {"x", "y"}}, {"x", {"a", "y"}}, {"y", {"a"}}, {"a", {}}}), R"(
*   m
|\
* | x
|\|
| * y
|/
* a
)");
}

TEST(GraphLayout, CrissCrossMergesCross) {
  EXPECT_EQ(Draw({{"ab", {"a", "b"}}, {"ba", {"b", "a"}}, {"b", {"o"}}, {"a", {"o"}}, {"o", {}}}),
            R"(
*   ab
|\
| | * ba
| |/|
| |/
|/|
| * b
* | a
|/
* o
)");
}

TEST(GraphLayout, MergeOfFourHasDashes) {
  EXPECT_EQ(Draw({{"m", {"a", "b", "c", "d"}},
                  {"d", {"o"}},
                  {"c", {"o"}},
                  {"b", {"o"}},
                  {"a", {"o"}},
                  {"o", {}}}),
            R"(
*---.   m
|\ \ \
| | | * d
| | * | c
| | |/
| * | b
| |/
* | a
|/
* o
)");
}

TEST(GraphLayout, MergeOfThreePushesLanesToTheRight) {
  EXPECT_EQ(Draw({{"m", {"x", "y"}},
                  {"x", {"a", "b", "c"}},
                  {"y", {"c"}},
                  {"c", {}},
                  {"b", {}},
                  {"a", {}}}),
            R"(
*   m
|\
|  \
*-. |   x
|\ \ \
| | | * y
| | |/
| | * c
| * b
* a
)");
}

TEST(GraphLayout, FarJoinRunsLevel) {
  EXPECT_EQ(Draw({{"a", {"o"}}, {"b", {"p"}}, {"c", {"q"}}, {"d", {"r"}}, {"e", {"o"}}, {"o", {}}}),
            R"(
* a
| * b
| | * c
| | | * d
| | | | * e
| |_|_|/
|/| | |
* | | | o
 / / /
)");
}

TEST(GraphLayout, LanesCloseUpAfterARoot) {
  EXPECT_EQ(Draw({{"a", {"o"}}, {"b", {"p"}}, {"o", {}}, {"p", {}}}), R"(
* a
| * b
* | o
 /
* p
)");
}

TEST(GraphLayout, CommitPassedOverLeadsOn) {
  EXPECT_EQ(Draw({{"c", {"b"}}, {"d", {"b"}}, {"-b", {"a"}}, {"a", {}}}), R"(
* c
| * d
|/
* a
)");
  EXPECT_EQ(Draw({{"c", {"b"}}, {"d", {"a"}}, {"-b", {"a"}}, {"a", {}}}), R"(
* c
| * d
|/
* a
)");
  EXPECT_EQ(Draw({{"c", {"b"}}, {"d", {"a"}}, {"-b", {}}, {"a", {}}}), R"(
* c
| * d
 /
* a
)");
}

TEST(GraphLayout, LinesOfTextStandBesideTheLanes) {
  EXPECT_EQ(Draw({{"m", {"x", "y"}}, {"y", {"x"}}, {"x", {}}}, "\ntwo\n\nfour"), R"(
*   m
|\  two
| |
| | four
| * y
|/  two
|
|   four
* x
  two

  four
)");
}

/// Follows the lines of a picture down from each commit.
class Tracer {
 public:
  void Add(const std::string& name, const GraphRows& rows) {
    for (const std::string& row : rows.before) rows_.push_back(row);
    first_[name] = rows_.size();
    at_[{rows_.size(), rows.commit.find('*')}] = name;
    rows_.push_back(rows.commit);
    for (const std::string& row : rows.after) rows_.push_back(row);
    own_rows_[name] = rows.after.size();
  }

  std::set<std::string> ParentsOf(const std::string& name) const {
    const size_t row = first_.at(name);
    const size_t last_own = row + own_rows_.at(name);
    std::set<std::string> parents;
    std::vector<Line> lines = {{row, rows_[row].find('*'), false}};
    for (size_t column = lines[0].column + 2;
         At(row, column - 1) == '-' && (At(row, column) == '-' || At(row, column) == '.');
         column += 2) {
      lines.push_back({row, column, false});
    }
    while (!lines.empty()) {
      const Line line = lines.back();
      lines.pop_back();
      if (line.row + 1 >= rows_.size()) continue;
      const auto next = Continue(line, line.row < last_own);
      for (const Line& end : next) {
        const auto commit = at_.find({end.row, end.column});
        if (commit == at_.end()) {
          lines.push_back(end);
        } else {
          parents.insert(commit->second);
        }
      }
    }
    return parents;
  }

 private:
  struct Line {
    size_t row;
    size_t column;     // where it leaves the row
    bool is_slanting;  // crosses what runs straight
  };

  char At(size_t row, size_t column) const {
    return column < rows_[row].size() ? rows_[row][column] : ' ';
  }

  std::vector<Line> Continue(const Line& line, bool may_fork) const {
    const size_t row = line.row + 1;
    std::optional<Line> straight;
    std::optional<Line> left;
    std::optional<Line> right;
    const char below = At(row, line.column);
    if (below == '|' || below == '*') straight = Line{row, line.column, false};
    if (line.column > 0 && At(row, line.column - 1) == '/') {
      size_t column = line.column - 2;
      while (column > 0 && At(row, column - 1) == '_') column -= 2;
      left = Line{row, column, true};
    }
    if (At(row, line.column + 1) == '\\') right = Line{row, line.column + 2, false};
    std::vector<Line> next;
    const auto add = [&](const std::optional<Line>& end) {
      if (end && (may_fork || next.empty())) next.push_back(*end);
    };
    if (line.is_slanting) {
      add(left);
      if (next.empty()) add(straight);
      if (next.empty()) add(right);
      return next;
    }
    add(straight);
    add(left);
    add(right);
    return next;
  }

  std::vector<std::string> rows_;
  std::map<std::string, size_t> first_;
  std::map<std::string, size_t> own_rows_;
  std::map<std::pair<size_t, size_t>, std::string> at_;
};

uint32_t Seed() {
  if (const char* seed = std::getenv("PVC_TEST_SEED")) {
    return static_cast<uint32_t>(std::strtoul(seed, nullptr, 10));
  }
  return std::random_device()();
}

TEST(GraphLayout, LinesLeadToTheParentsInRandomGraphs) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("PVC_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 300; ++round) {
    const size_t count = 2 + random() % 30;
    std::vector<Drawn> commits;
    for (size_t i = 0; i < count; ++i) {
      Drawn commit{std::to_string(i), {}};
      const size_t parent_count = random() % 8 == 0 ? random() % 6 : 1 + random() % 2;
      for (size_t n = 0; n < parent_count && i + 1 < count; ++n) {
        const std::string parent =
            std::to_string(i + 1 + random() % std::min<size_t>(count - i - 1, 6));
        if (std::find(commit.parents.begin(), commit.parents.end(), parent) ==
            commit.parents.end()) {
          commit.parents.push_back(parent);
        }
      }
      commits.push_back(commit);
    }
    GraphLayout layout;
    Tracer tracer;
    for (const Drawn& commit : commits) tracer.Add(commit.name, Show(layout, commit));
    for (const Drawn& commit : commits) {
      if (commit.parents.empty()) continue;
      ASSERT_EQ(tracer.ParentsOf(commit.name),
                std::set<std::string>(commit.parents.begin(), commit.parents.end()))
          << commit.name << Draw(commits);
    }
  }
}

TEST(GraphLayout, RepeatedParentIsDrawnOnce) {
  EXPECT_EQ(Draw({{"b", {"a", "a"}}, {"a", {}}}), "\n* b\n* a\n");
}

}  // namespace
}  // namespace pvc
