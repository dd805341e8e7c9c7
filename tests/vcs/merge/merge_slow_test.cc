// Very many conflicts: memory must not follow their number.

#include <fmt/format.h>

#include <fstream>

#include "tests/vcs/merge/merge_fixture.h"

namespace pvc {
namespace {

constexpr int kRowCount = 1'000'000;

/// Forgets the peak, so that PeakBytes begins anew.
void ResetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

uint64_t StatusBytes(const std::string& field) {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    uint64_t kib = 0;
    if (word == field && status >> kib) return kib * 1024;
  }
  return 0;
}

class ConflictCounter final : public ConflictSink {
 public:
  void OnSchema(const SchemaConflict&) override {}
  void BeginTable(const TableConflicts&) override {}
  bool OnRow(const TableConflicts&, const ConflictRow& row) override {
    count_ += row.conflict.open_cells.empty() ? 0 : 1;
    return true;
  }
  void EndTable(const TableConflicts&) override {}
  uint64_t count() const { return count_; }

 private:
  uint64_t count_ = 0;
};

/// With a key, and without.
class ManyConflicts : public MergeFixture, public testing::WithParamInterface<const char*> {
 protected:
  // Runs a step and expects its memory to stay within the bound.
  template <typename Step>
  void Measure(const char* name, const Step& step) {
    SCOPED_TRACE(name);
    ResetPeak();
    step();
    const uint64_t used = StatusBytes("VmHWM:") - std::min(at_start_, StatusBytes("VmHWM:"));
    EXPECT_LE(used, kMaxBytes);
    RecordProperty(std::string(name) + "_mib", static_cast<int>(used >> 20));
    if (std::getenv("PVC_TEST_VERBOSE") != nullptr) {
      std::printf("%s: %d MiB\n", name, static_cast<int>(used >> 20));
    }
  }

  static void SetUpTestSuite() {
    if (at_start_ == 0) at_start_ = StatusBytes("VmRSS:");
  }

  static constexpr uint64_t kMaxBytes = 150U << 20;
  static inline uint64_t at_start_ = 0;
};

TEST_P(ManyConflicts, AreMergedListedAndSettledInBoundedMemory) {
  BeginBranches(fmt::format("PRAGMA page_size = 4096; CREATE TABLE t({}, v, w);"
                            "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n"
                            "  WHERE i < {}) INSERT INTO t SELECT i, i % 7, 'some text' FROM n",
                            GetParam(), kRowCount),
                "UPDATE t SET v = 'ours'", "UPDATE t SET v = 'theirs'");
  Measure("merge", [&] { EXPECT_EQ(Merge().outcome, MergeResult::Outcome::kConflicts); });
  const auto unfinished = FindUnfinishedMerge(repository_->state());
  ASSERT_TRUE(unfinished);
  EXPECT_EQ(unfinished->conflicts.row_count(), uint64_t{kRowCount});
  Measure("list", [&] {
    ConflictCounter counter;
    ListConflicts(*repository_, repository_->nodes(), TextEncoding::kUtf8, unfinished->conflicts,
                  {}, counter);
    EXPECT_EQ(counter.count(), uint64_t{kRowCount});
  });
  Measure("resolve", [&] {
    EXPECT_EQ(Resolve({"t"}, Resolution::kTheirs).settled_rows, uint64_t{kRowCount});
  });
  Measure("continue", [&] { EXPECT_EQ(Continue().outcome, SequenceResult::Outcome::kDone); });
  EXPECT_EQ(Text("SELECT count(*) FROM t WHERE v = 'theirs'"), std::to_string(kRowCount));
}

INSTANTIATE_TEST_SUITE_P(Tables, ManyConflicts,
                         testing::Values("k INTEGER PRIMARY KEY", "k TEXT PRIMARY KEY", "k"));

}  // namespace
}  // namespace pvc
