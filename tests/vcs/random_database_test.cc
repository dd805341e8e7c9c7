// Random databases through several commits and back.

#include "tests/vcs/random_database.h"

#include <fmt/format.h>

#include <boost/filesystem.hpp>
#include <cstdlib>

#include "tests/vcs/import_fixture.h"

namespace pvc {
namespace {

constexpr int kRoundCount = 5;
constexpr uint32_t kSeedCount = 20;

std::vector<uint32_t> Seeds() {
  if (const char* given = std::getenv("PVC_TEST_SEED")) {
    return {static_cast<uint32_t>(std::stoul(given))};
  }
  std::vector<uint32_t> seeds;
  for (uint32_t seed = 1; seed <= kSeedCount; ++seed) seeds.push_back(seed);
  return seeds;
}

class RandomHistory : public ImportFixture, public testing::WithParamInterface<uint32_t> {
 protected:
  struct Round {
    SnapshotId id;
    Snapshot snapshot;
    std::string copy;  ///< the database as it was
    bool hides_rowids = false;
  };

  /// Imports the database after each of several changes.
  void MakeHistory() {
    const std::string path = folder_ / "random.db";
    RandomDatabase database(path, GetParam());
    for (int i = 0; i < kRoundCount; ++i) {
      database.Change();
      Round round;
      round.copy = folder_ / fmt::format("round{}.db", i);
      boost::filesystem::copy_file(path, round.copy);
      ImportOptions options;
      if (!rounds_.empty()) options.previous = rounds_.back().snapshot;
      const Imported imported = Import(path, options);
      round.id = imported.id;
      round.snapshot = imported.snapshot;
      round.hides_rowids = database.hides_rowids();
      rounds_.push_back(round);
    }
    EXPECT_GT(database.done_count(), 20);  // else the seed shows nothing
  }

  /// Whether a database holds what no statement can write: rowids behind columns of their names;
  /// cells that ALTER TABLE ADD COLUMN gave to a STRICT table against their column's type.
  static bool MayBeRefused(const Round& round) {
    RawDatabase db(round.copy);
    return round.hides_rowids || db.Text("PRAGMA integrity_check") != "ok";
  }

  std::vector<Round> rounds_;
};

TEST_P(RandomHistory, EveryCommitComesBackAsItWas) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  MakeHistory();
  for (const Round& round : rounds_) {
    SCOPED_TRACE(round.copy);
    try {
      ExpectExportEquals(round.snapshot, round.copy);
    } catch (const Error& error) {
      EXPECT_TRUE(MayBeRefused(round)) << error.message();
      continue;
    }
    if (!round.hides_rowids) {
      EXPECT_EQ(Hash(folder_ / "export.db"), round.id);
    }
  }
}

TEST_P(RandomHistory, PageAndSqlScannersGiveTheSameSnapshots) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  MakeHistory();
  for (const Round& round : rounds_) {
    SCOPED_TRACE(round.copy);
    EXPECT_EQ(Hash(round.copy), round.id);  // a full import, without the snapshot before
    ImportOptions options;
    options.avoid_page_scanner = true;
    try {
      EXPECT_EQ(Hash(round.copy, options), round.id);
    } catch (const Error& error) {
      EXPECT_TRUE(round.hides_rowids && error.kind() == ErrorKind::kUnsupported) << error.message();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomHistory, testing::ValuesIn(Seeds()),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace pvc
