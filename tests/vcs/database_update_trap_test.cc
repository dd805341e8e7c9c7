// Every trap database, changed in place to an altered one and to an empty one, and back.

#include "tests/support/trap_databases.h"
#include "tests/vcs/altered_database.h"
#include "tests/vcs/update_fixture.h"

namespace pvc {
namespace {

class UpdateTrap : public UpdateFixture, public testing::WithParamInterface<TrapDatabase> {
 protected:
  UpdateTrap() { GetParam().build(path_); }

  /// The trap with no schema object left.
  static Snapshot Emptied(Snapshot snapshot) {
    snapshot.catalog = {};
    snapshot.properties.user_version = 0;
    return snapshot;
  }

  /// Updates a copy of the trap to `other` and back, each time comparing it.
  void ExpectThereAndBack(const Snapshot& trap, const Snapshot& other) {
    const std::string path = Copy(path_, "updated.db");
    try {
      Update(path, trap, other);
      ExpectIs(path, other);
      Update(path, Read(path), trap);
      ExpectIs(path, trap);
    } catch (const Error& error) {
      EXPECT_NE(GetParam().outcome, TrapOutcome::kRoundTrips) << error.message();
      EXPECT_TRUE(error.kind() == ErrorKind::kUnsupported || error.kind() == ErrorKind::kInvalid);
      EXPECT_NE(error.message().find('\''), std::string::npos) << error.message();
    }
  }

  void ExpectIs(const std::string& path, const Snapshot& to) {
    // Rowids that no SQL can reach are counted anew, so gaps between them close.
    if (GetParam().outcome == TrapOutcome::kRowidsHidden) {
      EXPECT_EQ(Differences(path, to), std::vector<std::string>());
    } else {
      ExpectHolds(path, to);
    }
  }

  /// The trap imported; nothing when it cannot be versioned.
  std::optional<Snapshot> ImportTrap() {
    try {
      return Import(path_).snapshot;
    } catch (const Error& error) {
      EXPECT_EQ(GetParam().outcome, TrapOutcome::kUnwritableCells) << error.message();
      return std::nullopt;
    }
  }

  std::string path_ = folder_ / "trap.db";
};

TEST_P(UpdateTrap, ToAnEmptyDatabaseAndBack) {
  const std::optional<Snapshot> trap = ImportTrap();
  if (!trap) return;
  ExpectThereAndBack(*trap, Emptied(*trap));
}

TEST_P(UpdateTrap, ToAnAlteredCopyAndBack) {
  const std::optional<Snapshot> trap = ImportTrap();
  if (!trap) return;
  const std::string altered_path = Copy(path_, "altered.db");
  AlterDatabase(altered_path);
  const Snapshot altered = Import(altered_path).snapshot;
  EXPECT_NE(altered.catalog, trap->catalog);
  ExpectThereAndBack(*trap, altered);
}

TEST_P(UpdateTrap, ToItselfChangesNothing) {
  const std::optional<Snapshot> trap = ImportTrap();
  if (!trap) return;
  const DatabaseUpdateResult result = Update(Copy(path_, "updated.db"), *trap, *trap);
  EXPECT_EQ(result.rows_deleted + result.rows_inserted, 0U);
  EXPECT_EQ(result.objects_dropped + result.objects_created, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, UpdateTrap, testing::ValuesIn(TrapDatabases()),
                         [](const auto& trap) { return trap.param.name; });

}  // namespace
}  // namespace pvc
