#include "vcs/bisect_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <tuple>

#include "tests/vcs/history_fixture.h"

namespace pvc {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

/// Bits that tell so many commits apart: tests that a search among them takes at most.
size_t CeilLog2(size_t count) { return static_cast<size_t>(std::bit_width(count - 1)); }

class BisectSearchTest : public HistoryFixture {
 protected:
  using Closure = std::set<CommitId>;

  BisectSearch Search(const CommitId& bad, const std::vector<CommitId>& good,
                      const std::vector<CommitId>& skipped = {}) {
    return SearchBisection(*repository_, bad, good, skipped);
  }

  /// A line of commits, oldest first.
  std::vector<CommitId> AddLine(size_t length) {
    std::vector<CommitId> line = {Add("0", {})};
    while (line.size() < length) line.push_back(Add(std::to_string(line.size()), {line.back()}));
    Publish();
    return line;
  }

  /// A history without gaps: lines of several commits that fork and merge.
  std::vector<CommitId> AddConnected(std::mt19937& random, size_t count) {
    std::vector<CommitId> commits = {Add("0", {})};
    while (commits.size() < count) {
      std::set<CommitId> parents;
      const size_t near = std::min<size_t>(commits.size(), 12);
      if (random() % 3 != 0) parents.insert(commits.back());
      while (parents.empty() || random() % 4 == 0) {
        parents.insert(commits[commits.size() - 1 - random() % near]);
      }
      commits.push_back(
          Add(std::to_string(commits.size()), {parents.begin(), parents.end()}, random() % 5));
    }
    Publish();
    return commits;
  }

  /// Whether a walk through history comes to `a` before `b`.
  bool IsNewer(const CommitId& a, const CommitId& b) {
    const auto order = [&](const CommitId& id) {
      const Commit commit = repository_->GetCommit(id);
      return std::tuple(commit.generation, commit.committer.when.unix_us);
    };
    return order(a) != order(b) ? order(a) > order(b) : a < b;
  }

  /// The same by comparing all with all.
  BisectSearch BruteForce(const std::map<CommitId, Closure>& closures, const CommitId& bad,
                          const std::vector<CommitId>& good, const std::vector<CommitId>& skipped) {
    Closure candidates = closures.at(bad);
    for (const CommitId& id : good) {
      for (const CommitId& ancestor : closures.at(id)) candidates.erase(ancestor);
    }
    BisectSearch search;
    search.candidate_count = candidates.size();
    size_t most = 0;
    for (const CommitId& id : candidates) {
      if (id == bad || std::count(skipped.begin(), skipped.end(), id) > 0) continue;
      size_t weight = 0;
      for (const CommitId& ancestor : closures.at(id)) weight += candidates.count(ancestor);
      const size_t behind = std::min(weight, candidates.size() - weight);
      if (behind < most || (behind == most && search.next && IsNewer(*search.next, id))) continue;
      most = behind;
      search.next = id;
      search.next_weight = weight;
    }
    if (!search.next) {
      search.suspects.assign(candidates.begin(), candidates.end());
      std::sort(search.suspects.begin(), search.suspects.end(),
                [&](const CommitId& a, const CommitId& b) { return IsNewer(a, b); });
    }
    return search;
  }

  template <typename T>
  static std::vector<T> Pick(std::mt19937& random, const std::vector<T>& all, size_t count) {
    std::vector<T> picked;
    for (; count > 0; --count) picked.push_back(all[random() % all.size()]);
    return picked;
  }
};

TEST_F(BisectSearchTest, ALineIsHalved) {
  const std::vector<CommitId> line = AddLine(9);
  const BisectSearch search = Search(line[8], {line[0]});
  EXPECT_EQ(search.candidate_count, 8U);
  EXPECT_EQ(search.next, line[4]);
  EXPECT_EQ(search.next_weight, 4U);
}

TEST_F(BisectSearchTest, OfEqualOnesTheNewestIsTaken) {
  const std::vector<CommitId> line = AddLine(10);
  EXPECT_EQ(Search(line[9], {line[0]}).next, line[5]);
}

TEST_F(BisectSearchTest, OneCandidateLeftIsTheFirstBadCommit) {
  const std::vector<CommitId> line = AddLine(3);
  const BisectSearch search = Search(line[1], {line[0]});
  EXPECT_FALSE(search.next);
  EXPECT_THAT(search.suspects, ElementsAre(line[1]));
}

TEST_F(BisectSearchTest, AnAncestorOfAGoodCommitLeavesNoCandidate) {
  const std::vector<CommitId> line = AddLine(3);
  EXPECT_EQ(Search(line[1], {line[2]}).candidate_count, 0U);
  EXPECT_EQ(Search(line[1], {line[1]}).candidate_count, 0U);
}

TEST_F(BisectSearchTest, SkippedCommitsAreSuspectsOnlyWhenNothingElseIsLeft) {
  const std::vector<CommitId> line = AddLine(5);
  EXPECT_EQ(Search(line[4], {line[0]}, {line[2]}).next, line[3]);
  EXPECT_THAT(Search(line[4], {line[0]}, {line[1], line[2], line[3]}).suspects,
              ElementsAre(line[4], line[3], line[2], line[1]));
}

TEST_F(BisectSearchTest, WhatBothSidesOfAMergeShareCountsOnce) {
  const CommitId root = Add("root", {});
  const CommitId fork = Add("fork", {root});
  const CommitId a = Add("a", {Add("a0", {fork})});
  const CommitId b = Add("b", {fork});
  const CommitId merge = Add("merge", {a, b});
  const CommitId tip = Add("tip", {Add("over", {merge})});
  Publish();
  const BisectSearch search = Search(tip, {root});
  EXPECT_EQ(search.candidate_count, 7U);
  EXPECT_EQ(search.next, a);
  EXPECT_EQ(search.next_weight, 3U);
  EXPECT_EQ(Search(tip, {root}, {a}).next, merge);
  EXPECT_EQ(Search(tip, {root}, {a}).next_weight, 5U);
}

TEST_F(BisectSearchTest, RandomHistoriesAgreeWithBruteForce) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("PVC_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  // More than one block of bits.
  const std::vector<CommitId> commits = AddConnected(random, 1200);
  const auto closures = Closures(commits);
  for (int round = 0; round < 12; ++round) {
    const CommitId bad = commits[commits.size() - 1 - random() % (round % 2 == 0 ? 20 : 1200)];
    const std::vector<CommitId> good = Pick(random, commits, round % 4);
    const std::vector<CommitId> skipped = Pick(random, commits, round % 3 * (random() % 600));
    const BisectSearch expected = BruteForce(closures, bad, good, skipped);
    const BisectSearch found = Search(bad, good, skipped);
    ASSERT_EQ(found.candidate_count, expected.candidate_count);
    ASSERT_EQ(found.next, expected.next);
    ASSERT_EQ(found.next_weight, expected.next_weight);
    ASSERT_EQ(found.suspects, expected.suspects);
  }
}

TEST_F(BisectSearchTest, TheFirstBadCommitOfARandomHistoryIsFound) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("PVC_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<CommitId> commits = AddConnected(random, 200);
  const auto closures = Closures(commits);
  for (int round = 0; round < 60; ++round) {
    CommitId bad = commits[commits.size() - 1 - random() % 20];
    const std::vector<CommitId> below(closures.at(bad).begin(), closures.at(bad).end());
    const CommitId first_bad = below[random() % below.size()];
    std::vector<CommitId> good;
    std::vector<CommitId> skipped;
    BisectSearch search = Search(bad, good);
    while (search.next) {
      if (round % 3 == 0 && random() % 4 == 0) {
        skipped.push_back(*search.next);
      } else if (closures.at(*search.next).contains(first_bad)) {
        bad = *search.next;
      } else {
        good.push_back(*search.next);
      }
      search = Search(bad, good, skipped);
    }
    ASSERT_THAT(search.suspects, Contains(first_bad));
    if (skipped.empty()) {
      ASSERT_THAT(search.suspects, ElementsAre(first_bad));
    }
  }
}

TEST_F(BisectSearchTest, TenThousandCommitsInALineTakeAsManyTestsAsTheyHaveBits) {
  const uint32_t seed = Seed();
  SCOPED_TRACE("PVC_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<CommitId> line = AddLine(10'001);
  std::map<CommitId, size_t> places;
  for (size_t i = 0; i < line.size(); ++i) places[line[i]] = i;
  for (int round = 0; round < 6; ++round) {
    const size_t first_bad = 1 + random() % 10'000;
    size_t good = 0;
    size_t bad = 10'000;
    size_t tests = 0;
    BisectSearch search = Search(line[bad], {line[good]});
    for (; search.next; ++tests) {
      const size_t place = places.at(*search.next);
      (place >= first_bad ? bad : good) = place;
      search = Search(line[bad], {line[good]});
    }
    EXPECT_THAT(search.suspects, ElementsAre(line[first_bad]));
    EXPECT_LE(tests, CeilLog2(10'000));
  }
}

TEST(BisectSteps, AreEstimatedAsByGit) {
  const std::vector<size_t> expected = {0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3};
  for (size_t count = 0; count < expected.size(); ++count) {
    EXPECT_EQ(EstimateBisectSteps(count), expected[count]) << count;
  }
  EXPECT_EQ(EstimateBisectSteps(1024), 9U);
}

}  // namespace
}  // namespace pvc
