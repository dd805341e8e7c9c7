// The laws of merging, on random tables of every kind, against a merge over maps in memory.

#include <fmt/format.h>

#include <cstdlib>

#include "engine/tree_cursor.h"
#include "tests/vcs/merge/random_tables.h"
#include "tests/vcs/merge/reference_merge.h"
#include "tests/vcs/update_fixture.h"
#include "vcs/merge/snapshot_merge.h"
#include "vcs/row_codec.h"

namespace pvc {
namespace {

class RandomMerge : public UpdateFixture, public testing::WithParamInterface<uint32_t> {
 protected:
  struct State {
    std::string path;
    Snapshot snapshot;
    std::vector<PlainTable> tables;
  };

  State Read(const std::string& path) {
    State state;
    state.path = path;
    state.snapshot = Import(path).snapshot;
    state.tables = Tables(path);
    return state;
  }

  State Base() {
    const std::string path = folder_ / "base.db";
    {
      RawDatabase db(path);
      random_.Create(db);
    }
    return Read(path);
  }

  std::vector<PlainTable> Tables(const std::string& path) {
    std::vector<PlainTable> tables;
    RawDatabase db(path);
    for (const TableShape& shape : random_.tables()) tables.push_back(ReadPlainTable(db, shape));
    return tables;
  }

  State Changed(const State& from, const std::string& name, int statement_count) {
    const std::string path = Copy(from.path, name);
    {
      RawDatabase db(path);
      db.Run("PRAGMA synchronous = OFF; BEGIN");
      random_.Change(db, statement_count);
      db.Run("COMMIT");
      if (random_.OneIn(6)) db.Run("VACUUM");
    }
    return Read(path);
  }

  MergedSnapshot Merge(const Snapshot& base, const Snapshot& ours, const Snapshot& theirs,
                       FavoredSide favor = FavoredSide::kNone) {
    const auto batch = repository_->store().BeginWrite({});
    NodeReader nodes(*batch);
    SnapshotMergeOptions options;
    options.favor = favor;
    MergedSnapshot merged =
        MergeSnapshots(*repository_, nodes, *batch, base, ours, theirs, options);
    // Kept alive by nothing: enough for a test that does not collect garbage.
    const ObjectId current = repository_->operation_id().id;
    EXPECT_TRUE(batch->Publish(current, current));
    return merged;
  }

  PlainCells Plain(const Row& row) {
    PlainCells cells;
    for (const Cell& cell : row.cells) {
      const Value& value = cell.value;
      switch (value.storage_class) {
        case StorageClass::kNull:
          cells.push_back("n");
          break;
        case StorageClass::kInteger:
          cells.push_back(fmt::format("i{}", value.integer));
          break;
        case StorageClass::kReal:
          cells.push_back(fmt::format("r{:a}", value.real));
          break;
        case StorageClass::kText:
        case StorageClass::kBlob:
          cells.push_back((value.storage_class == StorageClass::kText ? "t" : "b") +
                          (cell.is_large ? ReadLargeValue(repository_->nodes().source(), cell.large)
                                         : Bytes(value.bytes)));
      }
    }
    return cells;
  }

  std::vector<std::string> ConflictsOf(const MergedSnapshot& merged, const std::string& table) {
    std::vector<std::string> lines;
    for (const TableConflicts& conflicts : merged.conflicts.tables) {
      if (conflicts.name() != table) continue;
      RowCodec codec(conflicts.layout.table->info, merged.snapshot.properties.encoding,
                     repository_->store().hash_kind(), nullptr);
      TreeCursor cursor(repository_->nodes(), conflicts.rows);
      for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
        const RowConflict conflict = DecodeRowConflict(cursor.value());
        EXPECT_TRUE(conflict.violations.empty());
        std::optional<PlainCells> sides[3];
        const std::optional<Bytes>* values[] = {&conflict.base, &conflict.ours, &conflict.theirs};
        for (int i = 0; i < 3; ++i) {
          if (!*values[i]) continue;
          Row row;
          codec.Decode(cursor.key(), **values[i], row);
          sides[i] = Plain(row);
        }
        const auto pointer = [&](int i) { return sides[i] ? &*sides[i] : nullptr; };
        lines.push_back(PlainConflictLine(conflict.open_cells, pointer(0), pointer(1), pointer(2)));
      }
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  // Carries a merge out on a copy of ours, and compares rows and conflicts with the plain merge.
  void ExpectAsPlain(const State& base, const State& ours, const State& theirs, FavoredSide favor) {
    const MergedSnapshot merged = Merge(base.snapshot, ours.snapshot, theirs.snapshot, favor);
    EXPECT_TRUE(merged.conflicts.schema.empty());
    const std::string path = Copy(ours.path, "merged.db");
    Update(path, ours.snapshot, merged.snapshot);
    EXPECT_EQ(Differences(path, merged.snapshot), std::vector<std::string>());
    {
      RawDatabase raw(path);
      EXPECT_EQ(raw.Text("PRAGMA integrity_check"), "ok");
      EXPECT_EQ(raw.Text("PRAGMA foreign_key_check"), "");
    }
    EXPECT_EQ(UpdateFixture::Read(path).catalog, merged.snapshot.catalog);
    const std::vector<PlainTable> found = Tables(path);
    for (size_t i = 0; i < found.size(); ++i) {
      const std::string& name = random_.tables()[i].name;
      SCOPED_TRACE(name);
      const PlainFavor plain_favor = favor == FavoredSide::kOurs     ? PlainFavor::kOurs
                                     : favor == FavoredSide::kTheirs ? PlainFavor::kTheirs
                                                                     : PlainFavor::kNobody;
      const PlainMerge wanted =
          MergePlainTables(base.tables[i], ours.tables[i], theirs.tables[i], plain_favor);
      EXPECT_EQ(PlainRows(found[i]), wanted.rows);
      EXPECT_EQ(ConflictsOf(merged, name), wanted.conflicts);
      conflict_count_ += wanted.conflicts.size();
    }
    ExpectCounters(path, {&ours, &theirs});
  }

  // AUTOINCREMENT goes on above what either side gave out.
  void ExpectCounters(const std::string& path, const std::vector<const State*>& sides) {
    const std::string counter =
        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'counted'";
    for (const State* side : sides) {
      EXPECT_GE(RawDatabase(path).Integer(counter), RawDatabase(side->path).Integer(counter));
    }
  }

  // All of a snapshot's objects but sqlite_sequence, which merging may raise.
  std::vector<CatalogEntry> Objects(const Snapshot& snapshot) {
    std::vector<CatalogEntry> entries = ReadCatalog(repository_->nodes(), snapshot.catalog);
    std::erase_if(entries,
                  [](const CatalogEntry& entry) { return entry.object.name == "sqlite_sequence"; });
    return entries;
  }

  RandomTables random_{GetParam()};
  size_t conflict_count_ = 0;
};

TEST_P(RandomMerge, MergesAsThePlainMergeDoesFromEitherSide) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  const State base = Base();
  const int change_count = 5 + random_.Below(60);
  const State ours = Changed(base, "ours.db", change_count);
  const State theirs = Changed(base, "theirs.db", change_count);
  for (const FavoredSide favor : {FavoredSide::kNone, FavoredSide::kOurs, FavoredSide::kTheirs}) {
    SCOPED_TRACE(static_cast<int>(favor));
    ExpectAsPlain(base, ours, theirs, favor);
    ExpectAsPlain(base, theirs, ours, favor);
  }
  RecordProperty("conflicts", static_cast<int>(conflict_count_));
}

TEST_P(RandomMerge, UnchangedSidesTakeTheOther) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  const State base = Base();
  const State ours = Changed(base, "ours.db", 20);
  const MergedSnapshot same = Merge(base.snapshot, ours.snapshot, ours.snapshot);
  const MergedSnapshot from_ours = Merge(base.snapshot, ours.snapshot, base.snapshot);
  const MergedSnapshot from_theirs = Merge(base.snapshot, base.snapshot, ours.snapshot);
  for (const MergedSnapshot* merged : {&same, &from_ours, &from_theirs}) {
    EXPECT_TRUE(merged->conflicts.empty());
    EXPECT_EQ(Objects(merged->snapshot), Objects(ours.snapshot));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomMerge, testing::ValuesIn(RandomSeeds(5000, PVC_SEED_COUNT)),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace pvc
