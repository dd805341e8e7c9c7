// Large content: memory must not follow the size of a value.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/trap_databases.h"
#include "tests/vcs/import_fixture.h"

namespace pvc {
namespace {

class SlowTrapRoundTrip : public ImportFixture, public testing::WithParamInterface<TrapDatabase> {};

TEST_P(SlowTrapRoundTrip, ExportEqualsTheOriginal) {
  const std::string path = folder_ / "trap.db";
  GetParam().build(path);
  const Imported imported = Import(path);
  ExpectExportEquals(imported.snapshot, path);
}

INSTANTIATE_TEST_SUITE_P(All, SlowTrapRoundTrip, testing::ValuesIn(SlowTrapDatabases()),
                         [](const auto& trap) { return trap.param.name; });

// Peak memory of this process so far, in bytes. Only ever grows: the test below must run first,
// alone.
uint64_t PeakBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

class ImportMemory : public ImportFixture {};

TEST_F(ImportMemory, HundredMegabyteBlobIsStreamedBothWays) {
  const std::string path = folder_ / "big.db";
  if (fork() == 0) {  // SQLite builds the value in memory: elsewhere
    {
      RawDatabase db(path);
      db.Run(
          "PRAGMA page_size=4096; CREATE TABLE t(id INTEGER PRIMARY KEY, v);"
          "INSERT INTO t VALUES(1, randomblob(100000000))");
    }
    _exit(0);
  }
  wait(nullptr);
  const uint64_t before = PeakBytes();
  const Imported imported = Import(path);
  EXPECT_LE(PeakBytes() - before, 48U << 20);
  ExportSnapshot(*repository_, imported.snapshot, folder_ / "out.db", {});
  EXPECT_LE(PeakBytes() - before, 80U << 20);
  EXPECT_EQ(CompareDatabases(path, folder_ / "out.db"), std::vector<std::string>());
}

}  // namespace
}  // namespace pvc
