#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "tests/support/sim_fs.h"
#include "vcs/repository.h"

namespace pvc {

inline ObjectId SomeId(std::string_view seed) {
  return HashBytes(HashKind::kBlake2b256, "test", seed);
}

inline Signature SomeSignature(int64_t unix_us = 1'700'000'000'000'000) {
  return {"Ann", "ann@example.org", {unix_us, 120}};
}

/// The kind of Error that `action` throws; nothing when it throws none.
inline std::optional<ErrorKind> ThrownKind(const std::function<void()>& action) {
  try {
    action();
    return std::nullopt;
  } catch (const Error& error) {
    return error.kind();
  }
}

/// What Error `action` throws. Fails the test when it throws none.
inline Error ThrownError(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(ErrorKind::kUsage, "");
}

/// Hashes and encodes on the calling thread, so that the order of calls to the disk is fixed.
inline WriteOptions OneThread() {
  WriteOptions options;
  options.worker_count = 0;
  return options;
}

/// Writes a snapshot that holds nothing but a number.
inline SnapshotId WriteEmptySnapshot(ObjectSink& sink, int32_t number) {
  Snapshot snapshot;
  snapshot.properties.user_version = number;
  return WriteSnapshot(sink, snapshot);
}

/// Writes a commit of an empty snapshot on top of `parents`.
inline CommitId WriteTestCommit(ObjectSink& sink, ObjectSource& source,
                                const std::vector<CommitId>& parents, const std::string& message,
                                int64_t unix_us = 1'700'000'000'000'000) {
  Commit commit;
  commit.snapshot = WriteEmptySnapshot(sink, 1);
  commit.parents = parents;
  for (const CommitId& parent : parents) {
    commit.generation = std::max(commit.generation, ReadCommit(source, parent).generation + 1);
  }
  commit.author = commit.committer = SomeSignature(unix_us);
  commit.message = message;
  return WriteCommit(sink, commit);
}

/// A repository in /r on a simulated disk.
class VcsFixture : public testing::Test {
 protected:
  static constexpr const char* kFolder = "/r";

  VcsFixture() {
    fs_.MakeDirectory(kFolder);
    Repository::Init(fs_, kFolder, {}, SomeId("repository"), SomeSignature());
  }

  std::unique_ptr<Repository> Open() { return Repository::Open(fs_, kFolder); }

  /// Makes a commit on `branch`, from its tip unless `parents` are given.
  static CommitId CommitOn(Repository& repository, const std::string& branch,
                           const std::string& message,
                           std::optional<std::vector<CommitId>> parents = {}) {
    const auto batch = repository.store().BeginWrite(OneThread());
    const std::string ref = "refs/heads/" + branch;
    const ObjectId old = repository.FindRef(ref).value_or(ObjectId{});
    if (!parents) {
      parents.emplace();
      if (!old.IsZero()) parents->push_back({old});
    }
    const CommitId id = WriteTestCommit(*batch, *batch, *parents, message);
    StateChange change;
    change.refs.push_back({ref, old, id.id});
    repository.Publish(*batch, change, SomeSignature(), "commit");
    return id;
  }

  static void SetRef(Repository& repository, const std::string& name, const ObjectId& target) {
    const auto batch = repository.store().BeginWrite(OneThread());
    StateChange change;
    change.refs.push_back({name, repository.FindRef(name).value_or(ObjectId{}), target});
    repository.Publish(*batch, change, SomeSignature(), "test");
  }

  SimFs fs_;
};

}  // namespace pvc
