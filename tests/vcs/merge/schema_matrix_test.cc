#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "tests/vcs/merge/merge_fixture.h"
#include "tests/vcs/merge/side_changes.h"

namespace pvc {
namespace {

using Pair = std::pair<std::string, std::string>;

constexpr const char* kClean = "clean";
constexpr const char* kHeading = "### Ours: ";

std::vector<std::string> Split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(separator, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + separator.size();
  }
  return parts;
}

std::string Trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "; ") + line;
  return text;
}

// The outcomes of docs/merge.md: under a heading "### Ours: KIND" rows "| KIND, KIND | result |".
std::map<Pair, std::string> ReadMatrix() {
  std::ifstream page(PVC_SOURCE_FOLDER "/docs/merge.md");
  std::map<Pair, std::string> matrix;
  std::string ours;
  std::string line;
  while (std::getline(page, line)) {
    if (line.starts_with(kHeading)) {
      ours = line.substr(std::string_view(kHeading).size());
    } else if (line.starts_with("#")) {
      ours.clear();
    }
    if (ours.empty() || !line.starts_with("| ") || line.starts_with("| theirs")) continue;
    const auto cells = Split(line, "|");
    if (cells.size() != 4) {
      ADD_FAILURE() << "no row of the matrix: " << line;
      continue;
    }
    for (const std::string& theirs : Split(cells[1], ";")) {
      const bool is_new = matrix.emplace(Pair(ours, Trimmed(theirs)), Trimmed(cells[2])).second;
      EXPECT_TRUE(is_new) << "twice: " << ours << " / " << theirs;
    }
  }
  return matrix;
}

// Puts what was found in the place of the matrix, which ends the page.
void RewriteMatrix(const std::vector<SideChange>& changes,
                   const std::map<Pair, std::string>& found) {
  const std::string path = PVC_SOURCE_FOLDER "/docs/merge.md";
  std::ifstream page(path);
  std::string text((std::istreambuf_iterator<char>(page)), std::istreambuf_iterator<char>());
  text.resize(std::min(text.size(), text.find(kHeading)));
  for (const SideChange& ours : changes) {
    std::map<std::string, std::string> rows;
    std::vector<std::string> order;
    for (const SideChange& theirs : changes) {
      const std::string& outcome = found.at({ours.name, theirs.name});
      std::string& names = rows[outcome];
      if (names.empty() && outcome != kClean) order.push_back(outcome);
      names += (names.empty() ? "" : "; ") + theirs.name;
    }
    order.push_back(kClean);
    text += std::string(kHeading) + ours.name + "\n\n| theirs | result |\n|---|---|\n";
    for (const std::string& outcome : order)
      text += "| " + rows[outcome] + " | " + outcome + " |\n";
    text += "\n";
  }
  text.pop_back();
  std::ofstream(path) << text;
}

class SchemaMatrixTest : public MergeFixture {
 protected:
  void CommitKinds() {
    Begin(SideChangeBase());
    const CommitId base = *repository_->HeadCommit();
    for (const SideChange& change : SideChanges()) {
      for (auto* sides : {&sides_, &twins_}) {
        GoTo(base);
        Run(change.sql);
        (*sides)[change.name] = Commit(sides == &sides_ ? change.name : "again").commit;
      }
    }
  }

  // Moves a branch of its own, so that merges leave nothing behind.
  void GoTo(const CommitId& commit) {
    const std::string ref = "refs/heads/work";
    SwitchTarget target;
    target.name = target.head.branch = "work";
    target.commit = commit;
    target.refs.push_back({ref, repository_->FindRef(ref).value_or(ObjectId{}), commit.id});
    SwitchHead(*repository_, target, Act("switch"), {});
  }

  // Merges what another person made of the base.
  MergeResult MergeKind(const std::string& theirs) {
    MergeRequest request;
    request.actor = Act("merge");
    request.theirs = twins_.at(theirs);
    request.theirs_name = theirs;
    return MergeRevision(*repository_, request, {});
  }

  // A name for the result as the matrix has it.
  std::string OutcomeOf(const SideChange& ours, const SideChange& theirs) {
    GoTo(sides_.at(ours.name));
    MergeKind(theirs.name);
    const auto lines = Open();
    if (lines.empty()) {
      ExpectMerged(ours, theirs);
      return kClean;
    }
    const std::string outcome = Joined(lines);
    ExpectStopped(ours, theirs, lines);
    return outcome;
  }

  void ExpectSound() {
    RawDatabase db(path_);
    EXPECT_EQ(db.Text("PRAGMA integrity_check"), "ok");
    EXPECT_NO_THROW(RunProbe());
    EXPECT_TRUE(IsClean());
  }

  // Throws for a view or trigger that cannot be resolved: SQLite looks through all of them.
  void RunProbe() {
    Run("BEGIN; CREATE TABLE probe(x); ALTER TABLE probe RENAME TO probe2; ROLLBACK");
  }

  // Objects in conflict are as ours has them.
  void ExpectAsOurs(const SideChange& ours, const std::vector<std::string>& lines) {
    const std::string copy = folder_ / "ours.db";
    ExportOptions options;
    options.replace = true;
    const auto commit = repository_->GetCommit(sides_.at(ours.name));
    ExportSnapshot(*repository_, repository_->GetSnapshot(commit.snapshot), copy, options);
    RawDatabase db(copy);
    for (const std::string& line : lines) {
      const bool is_rename = line.find("both renamed") != std::string::npos;
      if (!line.starts_with("schema ") || is_rename) continue;
      const std::string name = line.substr(7, line.find_first_of(".:") - 7);
      const std::string sql =
          "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema WHERE '" + name +
          "' IN (name, tbl_name) ORDER BY name)";
      EXPECT_EQ(Text(sql), db.Text(sql)) << name;
    }
  }

  void ExpectMerged(const SideChange& ours, const SideChange& theirs) {
    EXPECT_TRUE(repository_->state().pending.empty());
    ExpectSound();
    EXPECT_EQ(Differences(path_, repository_->GetSnapshot(HeadCommitObject().snapshot)),
              std::vector<std::string>());
    std::map<std::string, std::string> names;
    for (const char* name : {"t", "v", "w", "n", "big", "touch", "t_v"}) names[name] = name;
    std::set<std::string> revoked;
    std::vector<SideFact> facts = SideBaseFacts();
    for (const SideChange* side : {&ours, &theirs}) {
      for (const auto& [name, changed] : side->names) names[name] = changed;
      revoked.insert(side->revoked.begin(), side->revoked.end());
    }
    std::erase_if(facts, [&](const SideFact& fact) { return revoked.contains(fact.query); });
    for (const SideChange* side : {&ours, &theirs}) {
      const auto& other = side == &ours ? theirs : ours;
      for (const SideFact& fact : side->facts) {
        if (std::find(other.revoked.begin(), other.revoked.end(), fact.query) ==
            other.revoked.end()) {
          facts.push_back(fact);
        }
      }
    }
    RawDatabase db(path_);
    for (const SideFact& fact : facts) {
      const auto query = WithNames(fact.query, names);
      const auto expected = WithNames(fact.expected, names);
      if (!query || !expected) continue;
      std::string answer;
      EXPECT_NO_THROW(answer = db.Text(*query)) << *query;
      EXPECT_EQ(answer, *expected) << *query;
    }
    dumps_[{ours.name, theirs.name}] = Dump(db);
  }

  static std::optional<std::string> WithNames(const std::string& text,
                                              const std::map<std::string, std::string>& names) {
    std::string result;
    for (size_t at = 0; at < text.size();) {
      const size_t open = text.find('{', at);
      result += text.substr(at, open - at);
      if (open == std::string::npos) break;
      const size_t close = text.find('}', open);
      const std::string& name = names.at(text.substr(open + 1, close - open - 1));
      if (name.empty()) return std::nullopt;
      result += name;
      at = close + 1;
    }
    return result;
  }

  // Everything but the order of objects and columns.
  static std::vector<std::string> Dump(RawDatabase& db) {
    std::vector<std::string> lines;
    RawStatement objects(
        db, "SELECT type, name, CASE type WHEN 'table' THEN '' ELSE sql END FROM sqlite_schema");
    while (objects.Step()) {
      lines.push_back(objects.Text(0) + " " + objects.Text(1) + " " + objects.Text(2));
      if (objects.Text(0) != "table") continue;
      std::string terms;
      RawStatement columns(db,
                           "SELECT name, type, \"notnull\", dflt_value, pk FROM "
                           "pragma_table_info('" +
                               objects.Text(1) + "') ORDER BY name");
      while (columns.Step()) {
        std::string line = objects.Text(1);
        for (int i = 0; i < 5; ++i) line += " " + columns.Text(i);
        lines.push_back(line);
        terms += (terms.empty() ? "" : " || ' ' || ") + std::string("quote(") +
                 RawQuote(columns.Text(0)) + ")";
      }
      RawStatement rows(db, "SELECT " + terms + " FROM " + RawQuote(objects.Text(1)));
      while (rows.Step()) lines.push_back(objects.Text(1) + ": " + rows.Text(0));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  void ExpectStopped(const SideChange& ours, const SideChange& theirs,
                     const std::vector<std::string>& lines) {
    EXPECT_EQ(Text("PRAGMA integrity_check"), "ok");
    EXPECT_NO_THROW(RunProbe());
    ExpectAsOurs(ours, lines);
    for (size_t i = 1; i < lines.size(); ++i) {
      EXPECT_LE(lines[i].starts_with("schema "), lines[i - 1].starts_with("schema "))
          << "rows are listed behind the schema";
    }
    Abort();
    EXPECT_TRUE(IsClean());
    EXPECT_TRUE(repository_->state().pending.empty());
    EXPECT_EQ(*repository_->HeadCommit(), sides_.at(ours.name));
    for (const Resolution resolution : {Resolution::kOurs, Resolution::kTheirs}) {
      SCOPED_TRACE(resolution == Resolution::kOurs ? "resolved with ours" : "with theirs");
      GoTo(sides_.at(ours.name));
      MergeKind(theirs.name);
      ExpectEndsWithCommit(resolution, lines);
    }
  }

  void ExpectEndsWithCommit(Resolution resolution, const std::vector<std::string>& lines) {
    const auto is_of = [&](const char* constraint) {
      return lines.front().find(constraint) != std::string::npos;
    };
    const bool takes_theirs = resolution == Resolution::kTheirs;
    try {
      for (int round = 0; round < 2 && !Open().empty(); ++round) Resolve({}, resolution);
    } catch (const Error& error) {
      // SQLite has the last word on rows that break a constraint.
      EXPECT_TRUE(takes_theirs && (is_of(" UNIQUE(") || is_of(" CHECK("))) << error.message();
      EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
      Abort();
      return;
    }
    EXPECT_EQ(Joined(Open()), "");
    Continue();
    EXPECT_EQ(HeadCommitObject().parents.size(), 2U);
    ExpectSound();
  }

  std::map<std::string, CommitId> sides_;  // by kind of change
  std::map<std::string, CommitId> twins_;  // the same changes, in other commits
  std::map<Pair, std::vector<std::string>> dumps_;
};

// Conflicts without what depends on the side that is ours: the words, and the name that is kept.
std::vector<std::string> WithoutSides(const std::string& outcome, bool swaps) {
  std::vector<std::string> lines = Split(outcome, "; ");
  const std::vector<Pair> swapped = {{"ours", "@"}, {"theirs", "ours"}, {"@", "theirs"}};
  const std::vector<Pair> renamed = {{"things", "items"}, {"schema t.k:", "schema t.m:"}};
  for (std::string& line : lines) {
    for (const auto& words : {swaps ? swapped : std::vector<Pair>(), renamed}) {
      for (const auto& [from, to] : words) {
        for (size_t at = line.find(from); at != std::string::npos;
             at = line.find(from, at + to.size())) {
          line.replace(at, from.size(), to);
        }
      }
    }
    const size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    std::vector<std::string> clauses = Split(line.substr(colon + 2), ", ");
    std::sort(clauses.begin(), clauses.end());
    line.resize(colon);
    for (const std::string& clause : clauses) line += " / " + clause;
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

// A constraint that is new to rows of ours refuses their table, one that is new to rows that come
// in refuses these.
bool IsOfNewConstraint(const std::string& outcome) {
  return outcome.find(" break ") != std::string::npos;
}

TEST_F(SchemaMatrixTest, EveryPairOfChangesEndsAsDocumented) {
  const bool rewrites = std::getenv("PVC_UPDATE_GOLDEN") != nullptr;
  const std::map<Pair, std::string> documented = ReadMatrix();
  CommitKinds();
  const std::vector<SideChange> changes = SideChanges();
  std::map<Pair, std::string> found;
  for (const SideChange& ours : changes) {
    for (const SideChange& theirs : changes) {
      SCOPED_TRACE(ours.name + " / " + theirs.name);
      const Pair pair(ours.name, theirs.name);
      found[pair] = OutcomeOf(ours, theirs);
      if (rewrites) continue;
      const auto row = documented.find(pair);
      EXPECT_EQ(found[pair], row == documented.end() ? "no row" : row->second);
    }
  }
  if (rewrites) {
    RewriteMatrix(changes, found);
    GTEST_SKIP() << "rewritten: docs/merge.md";
  }
  for (const auto& [pair, outcome] : documented) {
    EXPECT_TRUE(found.contains(pair)) << "no such pair: " << pair.first << " / " << pair.second;
  }
  for (const auto& [pair, outcome] : found) {
    SCOPED_TRACE(pair.first + " / " + pair.second);
    const Pair swapped(pair.second, pair.first);
    if (dumps_.contains(pair)) {
      EXPECT_EQ(dumps_[pair], dumps_[swapped]);
    } else if (outcome != kClean && !IsOfNewConstraint(outcome) &&
               !IsOfNewConstraint(found[swapped])) {
      EXPECT_EQ(WithoutSides(outcome, false), WithoutSides(found[swapped], true));
    }
  }
}

}  // namespace
}  // namespace pvc
