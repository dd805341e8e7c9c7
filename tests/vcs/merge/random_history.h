#pragma once

#include <fmt/format.h>

#include <boost/filesystem.hpp>
#include <string>
#include <vector>

#include "tests/vcs/merge/merge_fixture.h"
#include "tests/vcs/merge/random_tables.h"
#include "tests/vcs/merge/reference_merge.h"
#include "vcs/fsck.h"

namespace pvc {

/// What all tables of RandomTables hold.
using PlainState = std::vector<PlainTable>;

/// A repository whose working database has the tables of RandomTables, worked on at random; the
/// test's parameter is the seed.
class RandomHistory : public MergeFixture, public testing::WithParamInterface<uint32_t> {
 protected:
  void BeginRandom() {
    {
      RawDatabase db(path_);
      random_.Create(db);
    }
    ImportApp();
  }

  PlainState Plain() {
    PlainState state;
    RawDatabase db(path_);
    for (const TableShape& shape : random_.tables()) state.push_back(ReadPlainTable(db, shape));
    return state;
  }

  /// Changes the working database and commits that, so that there is something to commit.
  CommitId CommitRandom(int statement_count) {
    while (true) {
      {
        RawDatabase db(path_);
        db.Run("PRAGMA synchronous = OFF; BEGIN");
        random_.Change(db, statement_count);
        db.Run("COMMIT");
        if (random_.OneIn(12)) db.Run("VACUUM");
      }
      const RecordCommitResult done = Commit(fmt::format("commit {}", ++commit_count_));
      if (done.is_new) return done.commit;
    }
  }

  /// What of the tables differs from `wanted`; rowids that are no key do not count.
  std::string Difference(const std::vector<std::vector<std::string>>& wanted) {
    const PlainState found = Plain();
    for (size_t i = 0; i < found.size(); ++i) {
      const std::vector<std::string> rows = PlainRows(found[i]);
      if (rows == wanted[i]) continue;
      std::string text = random_.tables()[i].name + ":";
      std::vector<std::string> lines;
      std::set_difference(rows.begin(), rows.end(), wanted[i].begin(), wanted[i].end(),
                          std::back_inserter(lines));
      for (const std::string& line : lines) text += "\n  surplus " + line;
      lines.clear();
      std::set_difference(wanted[i].begin(), wanted[i].end(), rows.begin(), rows.end(),
                          std::back_inserter(lines));
      for (const std::string& line : lines) text += "\n  missing " + line;
      return text;
    }
    return "";
  }

  static std::vector<std::vector<std::string>> RowsOf(const PlainState& state) {
    std::vector<std::vector<std::string>> rows;
    for (const PlainTable& table : state) rows.push_back(PlainRows(table));
    return rows;
  }

  /// What merging gives, table by table.
  static std::vector<std::vector<std::string>> MergedRows(const PlainState& base,
                                                          const PlainState& ours,
                                                          const PlainState& theirs,
                                                          PlainFavor favor) {
    std::vector<std::vector<std::string>> rows;
    for (size_t i = 0; i < base.size(); ++i) {
      rows.push_back(MergePlainTables(base[i], ours[i], theirs[i], favor).rows);
    }
    return rows;
  }

  /// A copy of the working database, to compare with later.
  std::string KeepCopy(const std::string& name) { return Copy(path_, name); }
  void ExpectAsCopy(const std::string& name) {
    EXPECT_EQ(CompareDatabases(folder_ / name, path_), std::vector<std::string>());
  }

  std::string FsckFindings() {
    struct Sink final : FsckSink {
      void OnFinding(const std::string& finding) override { text += finding + "\n"; }
      void OnNote(const std::string&) override {}
      std::string text;
    };
    Sink sink;
    CheckRepository(*repository_, sink);
    return sink.text;
  }

  /// Settles all that is open, at random, in several commands.
  void ResolveAtRandom() {
    for (int round = 0; round < 200; ++round) {
      const auto unfinished = FindUnfinishedMerge(repository_->state());
      if (!unfinished || unfinished->conflicts.empty()) return;
      ResolveSome(unfinished->conflicts.tables);
    }
    if (!Open().empty()) Resolve({}, Resolution::kTheirs);
  }

  RandomTables random_{GetParam()};
  int commit_count_ = 0;

 private:
  void ResolveSome(const std::vector<TableConflicts>& tables) {
    const TableConflicts& table =
        tables[static_cast<size_t>(random_.Below(static_cast<int>(tables.size())))];
    const std::vector<std::string> open = Open();
    std::string selector = table.name();
    if (!random_.OneIn(4)) {
      // "ints:5 v0": a row, now and then one column of it.
      const std::string& line =
          open[static_cast<size_t>(random_.Below(static_cast<int>(open.size())))];
      const size_t space = line.rfind(' ');
      const bool has_column = line.find(" v", line.find(':')) != std::string::npos;
      selector = line.substr(0, has_column ? line.find(" v", line.find(':')) : line.size());
      if (has_column && random_.OneIn(3)) selector += ":" + line.substr(space + 1);
    }
    constexpr Resolution kResolutions[] = {
        Resolution::kOurs,   Resolution::kTheirs,  Resolution::kTheirs, Resolution::kBase,
        Resolution::kDelete, Resolution::kWorking, Resolution::kSet};
    const Resolution resolution = kResolutions[random_.Below(7)];
    try {
      if (resolution == Resolution::kSet) {
        Resolve({selector}, resolution, {{"v0", random_.Pick({"7", "'set'", "NULL", "x'00'"})}});
      } else {
        Resolve({selector}, resolution);
      }
    } catch (const Error& error) {
      // No base row, a key part in conflict that the selector's line does not end before, ...
      EXPECT_TRUE(error.kind() == ErrorKind::kInvalid || error.kind() == ErrorKind::kNotFound)
          << error.message();
    }
  }
};

}  // namespace pvc
