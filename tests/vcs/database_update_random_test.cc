// Random databases changed in place from each of their states to others.

#include <fmt/format.h>

#include <boost/filesystem.hpp>
#include <cstdlib>

#include "tests/vcs/random_database.h"
#include "tests/vcs/update_fixture.h"

namespace pvc {
namespace {

constexpr int kStateCount = 4;
constexpr uint32_t kSeedCount = 25;

std::vector<uint32_t> Seeds() {
  if (const char* given = std::getenv("PVC_TEST_SEED")) {
    return {static_cast<uint32_t>(std::stoul(given))};
  }
  std::vector<uint32_t> seeds;
  for (uint32_t seed = 1; seed <= kSeedCount; ++seed) seeds.push_back(1000 + seed);
  return seeds;
}

class RandomUpdate : public UpdateFixture, public testing::WithParamInterface<uint32_t> {
 protected:
  struct State {
    Snapshot snapshot;
    std::string copy;  ///< the database as it was
    bool hides_rowids = false;
    bool may_be_refused = false;  ///< holds what no statement can write
  };

  /// Imports the database after each of several changes.
  void MakeStates() {
    const std::string path = folder_ / "random.db";
    RandomDatabase database(path, GetParam());
    for (int i = 0; i < kStateCount; ++i) {
      database.Change();
      State state;
      state.copy = Copy(path, fmt::format("state{}.db", i));
      state.snapshot = Import(path).snapshot;
      state.hides_rowids = database.hides_rowids();
      RawDatabase raw(state.copy);
      state.may_be_refused = state.hides_rowids || raw.Text("PRAGMA integrity_check") != "ok";
      states_.push_back(state);
    }
  }

  void ExpectUpdates(const State& from, const State& to) {
    SCOPED_TRACE(from.copy + " -> " + to.copy);
    const std::string path = Copy(from.copy, "updated.db");
    try {
      Update(path, from.snapshot, to.snapshot);
    } catch (const Error& error) {
      EXPECT_TRUE(to.may_be_refused || from.may_be_refused) << error.message();
      return;
    }
    ++updated_count_;
    std::vector<std::string> lines;
    try {
      lines = Differences(path, to.snapshot);
    } catch (const Error& error) {
      EXPECT_TRUE(to.may_be_refused) << error.message();
    }
    if (to.may_be_refused) {
      std::erase_if(lines, [](const std::string& line) { return line.starts_with("integrity"); });
    }
    EXPECT_EQ(lines, std::vector<std::string>());
    if (!to.hides_rowids && !from.hides_rowids) {
      EXPECT_EQ(Read(path).catalog, to.snapshot.catalog);
    }
    RawDatabase raw(path);
    if (!to.may_be_refused) {
      EXPECT_EQ(raw.Text("PRAGMA integrity_check"), "ok");
    }
  }

  std::vector<State> states_;
  int updated_count_ = 0;
};

TEST_P(RandomUpdate, EveryStateBecomesEveryOther) {
  SCOPED_TRACE(fmt::format("PVC_TEST_SEED={}", GetParam()));
  MakeStates();
  for (const State& from : states_) {
    for (const State& to : states_) {
      if (&from != &to) ExpectUpdates(from, to);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomUpdate, testing::ValuesIn(Seeds()),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace pvc
