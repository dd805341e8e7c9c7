// Every trap database through import, export and import again.

#include <algorithm>

#include "tests/support/trap_databases.h"
#include "tests/vcs/import_fixture.h"

namespace pvc {
namespace {

class TrapRoundTrip : public ImportFixture, public testing::WithParamInterface<TrapDatabase> {
 protected:
  TrapRoundTrip() { GetParam().build(path_); }

  std::string path_ = folder_ / "trap.db";
};

TEST_P(TrapRoundTrip, ExportEqualsTheOriginalOrIsRefusedByName) {
  const TrapOutcome outcome = GetParam().outcome;
  try {
    const Imported imported = Import(path_);
    ExpectExportEquals(imported.snapshot, path_);
    EXPECT_TRUE(outcome == TrapOutcome::kRoundTrips || outcome == TrapOutcome::kRowidsHidden);
    // Rowids that no SQL can reach are counted anew, so gaps between them close.
    if (outcome == TrapOutcome::kRoundTrips) {
      EXPECT_EQ(Hash(folder_ / "export.db"), imported.id);
    }
  } catch (const Error& error) {
    EXPECT_NE(outcome, TrapOutcome::kRoundTrips) << error.message();
    EXPECT_TRUE(error.kind() == ErrorKind::kUnsupported || error.kind() == ErrorKind::kInvalid);
    EXPECT_NE(error.message().find('\''), std::string::npos) << error.message();
  }
  for (const std::string& name : fs_->ListDirectory(folder_.path())) {
    EXPECT_EQ(name.find("pvc-tmp"), std::string::npos) << name;
  }
}

TEST_P(TrapRoundTrip, PageAndSqlScannersGiveTheSameSnapshot) {
  ImportOptions slow;
  slow.avoid_page_scanner = true;
  std::optional<SnapshotId> by_sql;
  try {
    by_sql = Hash(path_, slow);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnsupported) << error.message();
    return;
  }
  EXPECT_EQ(Hash(path_), *by_sql);
}

// Importing what is there already stores nothing but the bookkeeping.
TEST_P(TrapRoundTrip, SecondImportAddsNoTreeNodes) {
  try {
    const Imported first = Import(path_);
    ImportOptions options;
    options.previous = first.snapshot;
    const Imported second = Import(path_, options);
    EXPECT_EQ(second.id, first.id);
    EXPECT_LE(second.statistics.written_count, 4U);  // commit, refs, operation
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnsupported) << error.message();
  }
}

INSTANTIATE_TEST_SUITE_P(All, TrapRoundTrip, testing::ValuesIn(TrapDatabases()),
                         [](const auto& trap) { return trap.param.name; });

}  // namespace
}  // namespace pvc
