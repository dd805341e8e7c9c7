// Patches between states of random databases: applied to the one they give the other, and back.

#define SQLITE_ENABLE_SESSION
#define SQLITE_ENABLE_PREUPDATE_HOOK

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <random>

#include "base/error.h"
#include "cli/patch_json_reader.h"
#include "cli/render/patch.h"
#include "tests/cli/fake_environment.h"
#include "tests/vcs/random_database.h"
#include "tests/vcs/update_fixture.h"
#include "vcs/patch/changeset_patch.h"
#include "vcs/patch/patch_target.h"
#include "vcs/working_snapshot.h"

namespace pvc {
namespace {

constexpr int kStateCount = 4;
constexpr uint32_t kSeedCount = 25;
constexpr size_t kMaxShownBytes = 4000;
constexpr int kDamagedCount = 60;

std::vector<uint32_t> Seeds() {
  if (const char* given = std::getenv("PVC_TEST_SEED")) {
    return {static_cast<uint32_t>(std::stoul(given))};
  }
  std::vector<uint32_t> seeds;
  for (uint32_t seed = 1; seed <= kSeedCount; ++seed) seeds.push_back(3000 + seed);
  return seeds;
}

int FailOnConflict(void*, int, sqlite3_changeset_iter*) { return SQLITE_CHANGESET_ABORT; }

class RandomPatch : public UpdateFixture, public testing::WithParamInterface<uint32_t> {
 protected:
  struct State {
    Snapshot snapshot;
    std::string copy;
    bool may_be_refused = false;
  };

  void MakeStates() {
    const std::string path = folder_ / "random.db";
    RandomDatabase database(path, GetParam());
    for (int i = 0; i < kStateCount; ++i) {
      database.Change();
      State state;
      state.copy = Copy(path, fmt::format("state{}.db", i));
      state.snapshot = Import(path).snapshot;
      state.may_be_refused =
          database.hides_rowids() || RawDatabase(state.copy).Text("PRAGMA integrity_check") != "ok";
      states_.push_back(state);
    }
  }

  DiffInput InputOf(const Snapshot& before, const Snapshot& after,
                    std::vector<DiffFilter> filters = {}) {
    DiffInput input;
    for (auto* side : {&input.before, &input.after}) {
      side->commit = "0";
      side->nodes = &repository_->nodes();
    }
    input.before.snapshot = before;
    input.after.snapshot = after;
    input.filters = filters;
    input.run = [this, before, after, filters](DiffSink& sink, DiffDetail detail) {
      DiffOptions options;
      options.filters = filters;
      options.exact_layouts = detail == DiffDetail::kPatch;
      options.file_properties = false;
      DiffSnapshots(*repository_, before, after, options, sink);
    };
    return input;
  }

  /// What `patch` makes of `base`, in batch_.
  Snapshot Patched(const Snapshot& base, PatchReader& patch) {
    batch_ = repository_->store().BeginWrite({});
    nodes_ = std::make_unique<NodeReader>(*batch_);
    PatchTargetOptions options;
    options.on_conflict = [](const PatchConflict& conflict) {
      ADD_FAILURE() << "a row of table '" << conflict.table.name
                    << "' does not fit: " << static_cast<int>(conflict.kind) << " rowid "
                    << conflict.row.rowid << " cell " << conflict.cell.value_or(99);
    };
    return MakePatchTarget(*repository_, *nodes_, *batch_, base, patch, options).snapshot;
  }

  std::unique_ptr<File> FileOf(const std::string& content) {
    const std::string path = folder_ / "patch";
    std::ofstream(path, std::ios::binary) << content;
    return fs_->Open(path, OpenMode::kRead);
  }

  void ExpectJsonLeads(const State& from, const State& to) {
    SCOPED_TRACE(from.copy + " -> " + to.copy);
    StringWriter text;
    RenderPatchJson(text, InputOf(from.snapshot, to.snapshot), nullptr);
    const auto file = FileOf(text.text());
    for (const bool is_reverse : {false, true}) {
      SCOPED_TRACE(is_reverse ? "reversed" : "forward");
      const State& base = is_reverse ? to : from;
      const State& goal = is_reverse ? from : to;
      BlockReader blocks(*file);
      PatchJsonReader reader(blocks);
      ReversedPatch reversed(reader);
      try {
        const Snapshot result =
            Patched(base.snapshot, is_reverse ? static_cast<PatchReader&>(reversed) : reader);
        EXPECT_TRUE(HaveSameContent(*repository_, *nodes_, result, goal.snapshot))
            << Difference(result, goal.snapshot, *nodes_);
        if (!is_reverse) ExpectWritable(from, to, result);
      } catch (const Error& error) {
        ADD_FAILURE() << error.message();
      }
    }
  }

  /// Shows where two snapshots differ.
  std::string Difference(const Snapshot& a, const Snapshot& b, NodeReader& nodes) {
    DiffInput input = InputOf(a, b);
    input.before.nodes = input.after.nodes = &nodes;
    input.run = [&](DiffSink& sink, DiffDetail) {
      DiffOptions options;
      options.nodes = &nodes;
      options.file_properties = false;
      DiffSnapshots(*repository_, a, b, options, sink);
    };
    StringWriter text;
    RenderPatchJson(text, input, nullptr);
    return text.text().substr(0, kMaxShownBytes);
  }

  /// What a patch makes can be written, and is read again the same.
  void ExpectWritable(const State& from, const State& to, const Snapshot& target) {
    const std::string path = Copy(from.copy, "patched.db");
    Database db(path, {.mode = Database::Mode::kReadWrite});
    db.BeginWrite();
    try {
      UpdateDatabase(*repository_, *nodes_, db, from.snapshot, target, {});
      db.Commit();
    } catch (const Error& error) {
      EXPECT_TRUE(from.may_be_refused || to.may_be_refused) << error.message();
      db.Rollback();
      return;
    }
    if (from.may_be_refused || to.may_be_refused) return;
    const ImportResult again = ImportDatabase(db, *repository_, *batch_, {});
    EXPECT_TRUE(
        HaveSameContent(*repository_, *nodes_, ReadSnapshot(*batch_, again.snapshot), to.snapshot));
  }

  bool HaveSameTable(NodeReader& nodes, const Snapshot& a, const Snapshot& b,
                     const std::string& table) {
    class Counter final : public DiffSink {
     public:
      void OnProperty(const PropertyChange&) override {}
      void OnSchemaObject(const SchemaChange&) override {}
      void BeginTable(const TableDiff&) override { is_same = false; }
      void OnRow(const TableDiff&, const RowChange&) override {}
      void EndTable(const TableDiff&, const TableDiffCounts&) override {}
      bool is_same = true;
    };
    Counter counter;
    DiffOptions options;
    options.filters = {{table, std::nullopt}};
    options.nodes = &nodes;
    DiffSnapshots(*repository_, a, b, options, counter);
    return counter.is_same;
  }

  void ExpectChangesetLeads(const State& from, const State& to, const std::string& table) {
    SCOPED_TRACE(from.copy + " -> " + to.copy + ", table " + table);
    StringWriter bytes;
    try {
      RenderChangeset(bytes, InputOf(from.snapshot, to.snapshot, {{table, std::nullopt}}));
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUnsupported) << error.message();
      return;
    }
    if (bytes.text().empty()) return;
    ++changeset_count_;
    const auto file = FileOf(bytes.text());
    for (const bool is_reverse : {false, true}) {
      SCOPED_TRACE(is_reverse ? "reversed" : "forward");
      BlockReader blocks(*file);
      ChangesetPatch reader(blocks);
      ReversedPatch reversed(reader);
      const Snapshot result = Patched((is_reverse ? to : from).snapshot,
                                      is_reverse ? static_cast<PatchReader&>(reversed) : reader);
      EXPECT_TRUE(HaveSameTable(*nodes_, result, (is_reverse ? from : to).snapshot, table));
    }
    ExpectSqliteApplies(from, to, table, bytes.text());
  }

  void ExpectSqliteApplies(const State& from, const State& to, const std::string& table,
                           std::string bytes) {
    if (from.may_be_refused || to.may_be_refused) return;
    const std::string path = Copy(from.copy, "applied.db");
    {
      RawDatabase raw(path);
      // Triggers would do what the changeset has already; checks refuse what a database may hold.
      sqlite3_db_config(raw.handle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
      raw.Run("PRAGMA ignore_check_constraints=ON");
      // A column that stands twice in the key leaves a gap in the places by which SQLite compares.
      RawStatement gaps(raw, "SELECT max(pk) > count(*) FROM pragma_table_info(" +
                                 QuoteString(table) + ") WHERE pk > 0");
      if (gaps.Step() && gaps.Text(0) == "1") return;
      const int result = sqlite3changeset_apply(raw.handle(), static_cast<int>(bytes.size()),
                                                bytes.data(), nullptr, FailOnConflict, nullptr);
      if (result == SQLITE_ABORT) {
        ++refused_count_;  // rows that swap UNIQUE values
        return;
      }
      ASSERT_EQ(result, SQLITE_OK) << sqlite3_errmsg(raw.handle());
    }
    ++applied_count_;
    const auto batch = repository_->store().BeginWrite({});
    NodeReader nodes(*batch);
    Database db(path, {});
    const ImportResult read = ImportDatabase(db, *repository_, *batch, {});
    const Snapshot applied = ReadSnapshot(*batch, read.snapshot);
    EXPECT_TRUE(HaveSameTable(nodes, applied, to.snapshot, table))
        << Difference(applied, to.snapshot, nodes);
  }

  std::vector<State> states_;
  std::unique_ptr<WriteBatch> batch_;
  std::unique_ptr<NodeReader> nodes_;
  int changeset_count_ = 0;
  int applied_count_ = 0;
  int refused_count_ = 0;
};

TEST_P(RandomPatch, JsonMakesEachStateOfTheOther) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  MakeStates();
  for (const State& from : states_) {
    for (const State& to : states_) {
      if (&from < &to) ExpectJsonLeads(from, to);
    }
  }
}

TEST_P(RandomPatch, ChangesetsMakeTablesOfEachOtherAndSqliteAppliesThem) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  MakeStates();
  for (size_t i = 1; i < states_.size(); ++i) {
    for (const CatalogEntry& entry :
         ReadCatalog(repository_->nodes(), states_[i].snapshot.catalog)) {
      const auto before =
          FindTable(repository_->nodes(), states_[i - 1].snapshot.catalog, entry.object.name);
      if (!entry.table || !before || before->object.sql != entry.object.sql) continue;
      ExpectChangesetLeads(states_[i - 1], states_[i], entry.object.name);
    }
  }
  RecordProperty("changesets", changeset_count_);
  RecordProperty("applied", applied_count_);
  RecordProperty("refused", refused_count_);
}

TEST_P(RandomPatch, DamagedPatchesNeverDoMoreThanFail) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  MakeStates();
  StringWriter text;
  RenderPatchJson(text, InputOf(states_[0].snapshot, states_[1].snapshot), nullptr);
  std::mt19937 random(GetParam());
  int read_count = 0;
  for (int i = 0; i < kDamagedCount; ++i) {
    std::string damaged = text.text();
    if (i % 4 == 0) damaged.resize(random() % damaged.size());
    for (auto flips = random() % 3 + 1; flips > 0 && !damaged.empty(); --flips) {
      // Most damage is by characters that JSON is made of.
      constexpr std::string_view kCharacters = "\"\"{}[],:0123456789-.enulltrue\\";
      damaged[random() % damaged.size()] = random() % 4 == 0
                                               ? static_cast<char>(random())
                                               : kCharacters[random() % kCharacters.size()];
    }
    const auto file = FileOf(damaged);
    BlockReader blocks(*file);
    PatchJsonReader reader(blocks);
    batch_ = repository_->store().BeginWrite({});
    nodes_ = std::make_unique<NodeReader>(*batch_);
    try {
      MakePatchTarget(*repository_, *nodes_, *batch_, states_[0].snapshot, reader, {});
      ++read_count;
    } catch (const Error& error) {
      EXPECT_FALSE(error.message().empty());
    }
  }
  EXPECT_LT(read_count, kDamagedCount);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPatch, testing::ValuesIn(Seeds()),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace pvc
