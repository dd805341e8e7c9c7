// Merges of random databases whose schemas changed too: whatever comes out is a sound database, and
// what both sides have is kept.

#include <fmt/format.h>

#include "tests/vcs/merge/random_tables.h"
#include "tests/vcs/random_database.h"
#include "tests/vcs/update_fixture.h"
#include "vcs/merge/snapshot_merge.h"

namespace pvc {
namespace {

class RandomSchemaMerge : public UpdateFixture, public testing::WithParamInterface<uint32_t> {
 protected:
  struct State {
    std::string path;
    Snapshot snapshot;
    bool is_sound = true;
  };

  State Keep(const RandomDatabase& database, const std::string& path, const std::string& name) {
    State state;
    state.path = Copy(path, name);
    state.snapshot = Import(path).snapshot;
    RawDatabase raw(state.path);
    state.is_sound = !database.hides_rowids() && raw.Text("PRAGMA integrity_check") == "ok";
    return state;
  }

  MergedSnapshot Merge(const State& base, const State& ours, const State& theirs) {
    const auto batch = repository_->store().BeginWrite({});
    NodeReader nodes(*batch);
    MergedSnapshot merged = MergeSnapshots(*repository_, nodes, *batch, base.snapshot,
                                           ours.snapshot, theirs.snapshot, {});
    const ObjectId current = repository_->operation_id().id;
    EXPECT_TRUE(batch->Publish(current, current));
    return merged;
  }

  void ExpectSoundMerge(const State& base, const State& ours, const State& theirs) {
    SCOPED_TRACE(ours.path + " <- " + theirs.path);
    MergedSnapshot merged;
    try {
      merged = Merge(base, ours, theirs);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUnsupported) << error.message();
      ++refused_count_;
      return;
    }
    ++merged_count_;
    if (!merged.conflicts.empty()) ++conflict_count_;
    const std::string path = Copy(ours.path, "merged.db");
    Update(path, ours.snapshot, merged.snapshot);
    EXPECT_EQ(Differences(path, merged.snapshot), std::vector<std::string>());
    RawDatabase raw(path);
    EXPECT_EQ(raw.Text("PRAGMA integrity_check"), "ok");
  }

  int merged_count_ = 0;
  int conflict_count_ = 0;
  int refused_count_ = 0;
};

TEST_P(RandomSchemaMerge, GivesASoundDatabaseFromEitherSide) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  const std::string path = folder_ / "random.db";
  RandomDatabase database(path, GetParam());
  database.Change();
  const State base = Keep(database, path, "base.db");
  database.Change();
  const State ours = Keep(database, path, "ours.db");
  // The other side begins where this one did.
  boost::filesystem::remove(path + "-wal");
  boost::filesystem::remove(path);
  boost::filesystem::copy_file(base.path, path);
  database.Change();
  const State theirs = Keep(database, path, "theirs.db");
  if (!base.is_sound || !ours.is_sound || !theirs.is_sound) return;
  ExpectSoundMerge(base, ours, theirs);
  ExpectSoundMerge(base, theirs, ours);
  for (const State* state : {&ours, &theirs}) {
    EXPECT_EQ(Merge(base, *state, *state).snapshot, state->snapshot);
    EXPECT_EQ(Merge(base, *state, base).snapshot, state->snapshot);
  }
  RecordProperty("merged", merged_count_);
  RecordProperty("conflicts", conflict_count_);
  RecordProperty("refused", refused_count_);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomSchemaMerge, testing::ValuesIn(RandomSeeds(13000, PVC_SEED_COUNT)),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace pvc
