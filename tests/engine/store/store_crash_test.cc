#include <gtest/gtest.h>

#include "tests/engine/store/store_fixture.h"
#include "tests/support/crash_explorer.h"

// What a power loss leaves, at every step of making a repository and of publishing.

namespace pvc {
namespace {

constexpr const char* kRepository = "/r/.pvc";

/// Publishes two objects on top of whatever is there; returns what is wrong with that.
std::string PublishOneMore(SimFs& fs, const std::string& text) {
  auto store = ObjectStore::Open(fs, kRepository);
  WriteOptions options;
  options.worker_count = 0;
  auto batch = store->BeginWrite(options);
  const ObjectId operation = batch->Put(ObjectType::kOperation, text);
  batch->Put(ObjectType::kNode, TextLike(7));
  if (!batch->Publish(store->root().operation, operation)) return "publish lost the swap";
  if (ObjectStore::Open(fs, kRepository)->ReadObject(ObjectType::kOperation, operation) != text) {
    return "published object reads wrong";
  }
  return "";
}

/// What was reported as published, and from which position of the log on.
struct Acknowledged {
  size_t log_position = 0;
  ObjectId operation;
  std::vector<std::pair<ObjectId, Bytes>> objects;
};

/// Checks a disk after a crash: it opens, is sound, holds what was acknowledged, and is one of the
/// states.
std::string CheckState(SimFs& fs, const CrashPoint& point,
                       const std::vector<Acknowledged>& history) {
  auto store = ObjectStore::Open(fs, kRepository);
  FindingList findings;
  store->Check(findings);
  if (!findings.findings.empty()) return findings.findings[0];

  size_t oldest = 0;
  for (size_t i = 0; i < history.size(); ++i) {
    if (history[i].log_position <= point.log_position) oldest = i;
  }
  const size_t newest = std::min(oldest + 1, history.size() - 1);
  const ObjectId now = store->root().operation;
  const size_t state = now == history[newest].operation ? newest : oldest;
  if (now != history[state].operation) return "operation is neither the old nor the new one";
  for (size_t i = 0; i <= state; ++i) {
    for (const auto& [id, bytes] : history[i].objects) {
      if (store->ReadObject(ObjectType::kOperation, id) != bytes) return "object reads wrong";
    }
  }
  return "";
}

/// Two publishes on a repository; gives the history of what was acknowledged when.
std::vector<Acknowledged> RunTwoPublishes(SimFs& fs) {
  std::vector<Acknowledged> history(1);
  auto store = ObjectStore::Open(fs, kRepository);
  history[0].operation = store->root().operation;
  for (const std::string text : {"first", "second"}) {
    WriteOptions options;
    options.worker_count = 0;
    auto batch = store->BeginWrite(options);
    const ObjectId id = batch->Put(ObjectType::kOperation, text);
    batch->Put(ObjectType::kNode, TextLike(static_cast<int>(text.size())));
    EXPECT_TRUE(batch->Publish(store->root().operation, id));
    history.push_back({fs.log_size(), id, {{id, text}}});
  }
  return history;
}

std::unique_ptr<SimFs> NewRepository() {
  auto fs = std::make_unique<SimFs>();
  fs->MakeDirectory("/r");
  ObjectStore::Create(*fs, kRepository, HashKind::kBlake2b256, IdOf("repository"));
  fs->MarkDurable();
  return fs;
}

TEST(StoreCrash, PublishSurvivesPowerLossAtEveryStep) {
  const auto fs = NewRepository();
  const auto history = RunTwoPublishes(*fs);

  CrashExplorer explorer(*fs);
  const auto violation = explorer.FindViolation([&](SimFs& state, const CrashPoint& point) {
    std::string problem = CheckState(state, point, history);
    return problem.empty() ? PublishOneMore(state, "after the crash") : problem;
  });

  EXPECT_EQ(violation, std::nullopt);
  EXPECT_GT(explorer.states_explored(), 50U);
  RecordProperty("states", std::to_string(explorer.states_explored()));
}

TEST(StoreCrash, SecondPowerLossWhileContinuingIsSurvivedToo) {
  const auto fs = NewRepository();
  const auto history = RunTwoPublishes(*fs);

  CrashOptions options;
  options.max_random = 2;
  options.max_exhaustive_choices = 2;
  options.max_single_choices = 3;
  CrashExplorer explorer(*fs, options);
  uint64_t states = 0;
  const auto violation = explorer.FindViolation([&](SimFs& state, const CrashPoint&) {
    const ObjectId before = ObjectStore::Open(state, kRepository)->root().operation;
    state.MarkDurable();
    std::string problem = PublishOneMore(state, "after the crash");
    if (!problem.empty()) return problem;
    const ObjectId after = IdOf("after the crash", ObjectType::kOperation);
    const std::vector<Acknowledged> next = {
        {0, before, {}}, {state.log_size(), after, {{after, "after the crash"}}}};
    CrashExplorer second(state, options);
    const auto found = second.FindViolation([&](SimFs& again, const CrashPoint& second_point) {
      return CheckState(again, second_point, next);
    });
    states += second.states_explored();
    return found ? "then " + *found : std::string();
  });
  EXPECT_EQ(violation, std::nullopt);
  EXPECT_GT(states, 500U);
}

TEST(StoreCrash, CreateSurvivesPowerLossAtEveryStep) {
  SimFs fs;
  fs.MakeDirectory("/r");
  fs.MarkDurable();
  ObjectStore::Create(fs, kRepository, HashKind::kBlake2b256, IdOf("repository"));
  const size_t created = fs.log_size();

  CrashExplorer explorer(fs);
  const auto violation =
      explorer.FindViolation([&](SimFs& state, const CrashPoint& point) -> std::string {
        if (!state.Stat("/r/.pvc/ROOT")) {
          if (point.log_position >= created) return "created repository is gone";
          ObjectStore::Create(state, kRepository, HashKind::kBlake2b256, IdOf("repository"));
        }
        return PublishOneMore(state, "after the crash");
      });

  EXPECT_EQ(violation, std::nullopt);
  EXPECT_GT(explorer.states_explored(), 10U);
}

// Shows that the explorer would see a missing fsync, each of them.
TEST(StoreCrash, EachIgnoredSyncOfAPublishIsFoundAsAViolation) {
  auto probe = NewRepository();
  const uint64_t before = probe->sync_count();
  RunTwoPublishes(*probe);
  const uint64_t sync_count = probe->sync_count() - before;
  EXPECT_EQ(sync_count, 8U);

  for (uint64_t n = 1; n <= sync_count; ++n) {
    const auto fs = NewRepository();
    fs->IgnoreSync(n);
    const auto history = RunTwoPublishes(*fs);
    CrashExplorer explorer(*fs);
    EXPECT_TRUE(explorer.FindViolation([&](SimFs& state, const CrashPoint& point) {
      return CheckState(state, point, history);
    })) << "fsync "
        << n << " of a publish is not needed";
  }
}

TEST(StoreCrash, EachIgnoredSyncOfCreateIsFoundAsAViolation) {
  SimFs probe;
  probe.MakeDirectory("/r");
  ObjectStore::Create(probe, kRepository, HashKind::kBlake2b256, IdOf("repository"));
  for (uint64_t n = 1; n <= probe.sync_count(); ++n) {
    SimFs fs;
    fs.MakeDirectory("/r");
    fs.MarkDurable();
    fs.IgnoreSync(n);
    ObjectStore::Create(fs, kRepository, HashKind::kBlake2b256, IdOf("repository"));
    const size_t created = fs.log_size();
    CrashExplorer explorer(fs);
    EXPECT_TRUE(explorer.FindViolation([&](SimFs& state, const CrashPoint& point) -> std::string {
      if (!state.Stat("/r/.pvc/ROOT")) {
        return point.log_position >= created ? "created repository is gone" : "";
      }
      return PublishOneMore(state, "after the crash");
    })) << "fsync "
        << n << " of create is not needed";
  }
}

}  // namespace
}  // namespace pvc
