// Every trap database through what a day of work does with it: commit, switch there and back,
// restore, undo.

#include <algorithm>

#include "tests/support/trap_databases.h"
#include "tests/vcs/altered_database.h"
#include "tests/vcs/working_fixture.h"

namespace pvc {
namespace {

class WorkingTrap : public WorkingFixture, public testing::WithParamInterface<TrapDatabase> {
 protected:
  /// Makes app.db the trap and imports it.   Returns: false when it cannot be versioned.
  bool BeginTrap() {
    GetParam().build(path_);
    try {
      ImportApp();
      return true;
    } catch (const Error& error) {
      EXPECT_EQ(GetParam().outcome, TrapOutcome::kUnwritableCells) << error.message();
      ExpectNamed(error);
      return false;
    }
  }

  static void ExpectNamed(const Error& error) {
    EXPECT_TRUE(error.kind() == ErrorKind::kUnsupported || error.kind() == ErrorKind::kInvalid);
    EXPECT_NE(error.message().find('\''), std::string::npos) << error.message();
  }

  bool MayBeRefused() const {
    return GetParam().outcome != TrapOutcome::kRoundTrips &&
           GetParam().outcome != TrapOutcome::kRowidsHidden;
  }

  /// Does what changes app.db. Where the trap lets that be refused, it must say what it cannot do
  /// and leave everything as it was.   Returns: whether it was done.
  bool DoOrRefuse(const std::function<void()>& change) {
    const OperationId operation = repository_->operation_id();
    const std::string before = Copy(path_, "before.db");
    try {
      change();
      return true;
    } catch (const Error& error) {
      EXPECT_TRUE(MayBeRefused()) << error.message();
      ExpectNamed(error);
      EXPECT_EQ(CompareDatabases(before, path_), std::vector<std::string>());
      EXPECT_EQ(repository_->operation_id(), operation);
      return false;
    }
  }

  /// Expects app.db to hold what HEAD does, and what `copy` of it did when HEAD was committed.
  void ExpectIsHead(const std::string& copy) {
    EXPECT_TRUE(IsClean());
    EXPECT_EQ(CompareDatabases(copy, path_), std::vector<std::string>());
    const auto head = repository_->GetCommit(*repository_->HeadCommit());
    try {
      EXPECT_EQ(Differences(path_, repository_->GetSnapshot(head.snapshot)),
                std::vector<std::string>());
    } catch (const Error& error) {
      EXPECT_TRUE(MayBeRefused()) << error.message();
    }
  }
};

TEST_P(WorkingTrap, SwitchToAnAlteredBranchAndBackGivesWhatWasCommitted) {
  if (!BeginTrap()) return;
  const std::string on_main = Copy(path_, "main.db");
  SwitchToNew("altered");
  AlterDatabase(path_);
  Commit("altered");
  const std::string on_altered = Copy(path_, "altered.db");
  ExpectIsHead(on_altered);
  if (!DoOrRefuse([&] { SwitchTo("main"); })) return;
  ExpectIsHead(on_main);
  if (!DoOrRefuse([&] { SwitchTo("altered"); })) return;
  ExpectIsHead(on_altered);
}

TEST_P(WorkingTrap, RestoreMendsEmptiedTablesAndUndoEmptiesThemAgain) {
  if (!BeginTrap()) return;
  const std::string committed = Copy(path_, "committed.db");
  EmptyAllTables(path_);
  const std::string emptied = Copy(path_, "emptied.db");
  if (IsClean()) return;  // it had no rows to delete
  const bool done = DoOrRefuse([&] {
    RestoreWorkingDatabase(*repository_, *repository_->HeadCommit(), {}, Act("restore"), {});
  });
  if (!done) return;
  ExpectIsHead(committed);
  if (!DoOrRefuse([&] { Undo(); })) return;
  EXPECT_EQ(CompareDatabases(emptied, path_), std::vector<std::string>());
}

INSTANTIATE_TEST_SUITE_P(All, WorkingTrap, testing::ValuesIn(TrapDatabases()),
                         [](const auto& trap) { return trap.param.name; });

}  // namespace
}  // namespace pvc
