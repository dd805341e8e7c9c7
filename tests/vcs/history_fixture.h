#pragma once

#include <cstdlib>
#include <random>
#include <set>

#include "tests/vcs/vcs_fixture.h"

namespace pvc {

/// Histories made of bare commits.
class HistoryFixture : public VcsFixture {
 protected:
  HistoryFixture() : repository_(Open()), batch_(repository_->store().BeginWrite(OneThread())) {}

  CommitId Add(const std::string& message, const std::vector<CommitId>& parents,
               int64_t unix_us = 0) {
    return WriteTestCommit(*batch_, *batch_, parents, message, unix_us);
  }
  /// A line of commits, one parent each: its last.
  CommitId AddChain(size_t length) {
    Commit commit;
    commit.snapshot = WriteEmptySnapshot(*batch_, 1);
    commit.author = commit.committer = SomeSignature();
    CommitId tip = WriteCommit(*batch_, commit);
    for (size_t i = 1; i < length; ++i) {
      commit.parents = {tip};
      ++commit.generation;
      tip = WriteCommit(*batch_, commit);
    }
    return tip;
  }
  /// Makes what was added readable.
  void Publish() { repository_->Publish(*batch_, {}, SomeSignature(), "test"); }

  /// A history of so many commits, each with up to three parents among the twenty before it, and
  /// several of them without any. Parents come before children.
  std::vector<CommitId> AddRandom(std::mt19937& random, size_t count) {
    std::vector<CommitId> commits;
    for (size_t i = 0; i < count; ++i) {
      std::set<CommitId> parents;
      for (size_t n = commits.empty() ? 0 : random() % 4; n > 0; --n) {
        const size_t near = std::min<size_t>(commits.size(), 20);
        parents.insert(commits[commits.size() - 1 - random() % near]);
      }
      commits.push_back(Add(std::to_string(i), {parents.begin(), parents.end()}, random() % 5));
    }
    return commits;
  }

  static uint32_t Seed() {
    const char* const given = std::getenv("PVC_TEST_SEED");
    return given != nullptr ? static_cast<uint32_t>(std::stoul(given)) : std::random_device()();
  }

  /// Each commit with all that it descends from, itself included: what walks are held against.
  std::map<CommitId, std::set<CommitId>> Closures(const std::vector<CommitId>& commits) {
    std::map<CommitId, std::set<CommitId>> closures;
    for (const CommitId& id : commits) {
      std::set<CommitId>& closure = closures[id];
      closure.insert(id);
      for (const CommitId& parent : repository_->GetCommit(id).parents) {
        closure.insert(closures[parent].begin(), closures[parent].end());
      }
    }
    return closures;
  }

  std::unique_ptr<Repository> repository_;
  std::unique_ptr<WriteBatch> batch_;
};

}  // namespace pvc
