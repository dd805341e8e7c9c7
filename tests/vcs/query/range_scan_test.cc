#include "vcs/query/range_scan.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "engine/tree_writer.h"
#include "tests/support/memory_objects.h"

namespace pvc {
namespace {

class RangeScanTest : public testing::Test {
 protected:
  using Entries = std::vector<std::pair<Bytes, Bytes>>;

  void Load(int count) {
    model_.clear();
    for (int i = 0; i < count; ++i) model_[Key(2 * i)] = fmt::format("{:40}", i);
    TreeWriter writer(objects_);
    for (const auto& [key, value] : model_) writer.Add(key, value);
    tree_ = writer.Finish();
  }

  static Bytes Key(int number) { return fmt::format("k{:08}", number); }

  Entries Expected(const std::vector<KeyRange>& ranges, ScanDirection direction) const {
    Entries entries;
    for (const KeyRange& range : ranges) {
      for (auto at = model_.lower_bound(range.low); at != model_.end(); ++at) {
        if (!range.high.empty() && at->first >= range.high) break;
        entries.push_back(*at);
      }
    }
    if (direction == ScanDirection::kBackward) std::reverse(entries.begin(), entries.end());
    return entries;
  }

  /// `asks`: whether the entry of a place is looked at.
  void Check(const std::vector<KeyRange>& ranges, ScanDirection direction, ScanUse use,
             const std::function<bool(size_t)>& asks) {
    const Entries expected = Expected(ranges, direction);
    RangeScan scan(nodes_, tree_, ranges, direction, use);
    for (size_t i = 0; i < expected.size(); ++i, scan.Next()) {
      ASSERT_FALSE(scan.AtEnd()) << i;
      if (!asks(i)) continue;
      ASSERT_EQ(scan.key(), expected[i].first) << i;
      ASSERT_EQ(scan.value(), expected[i].second);
    }
    ASSERT_TRUE(scan.AtEnd());
  }

  MemoryObjects objects_;
  NodeReader nodes_{objects_};
  std::map<Bytes, Bytes> model_;
  Tree tree_;
};

TEST_F(RangeScanTest, GivesWhatAMapGives) {
  constexpr uint32_t kSeed = 5;
  SCOPED_TRACE(fmt::format("seed {}", kSeed));
  std::mt19937 random(kSeed);
  for (const int count : {0, 1, 3, 300, 20000}) {
    Load(count);
    for (int round = 0; round < 40; ++round) {
      std::vector<int> ends;
      const size_t range_count = random() % 4;
      for (size_t i = 0; i < 2 * range_count; ++i) {
        ends.push_back(static_cast<int>(random() % static_cast<uint32_t>(2 * count + 3)) - 1);
      }
      std::sort(ends.begin(), ends.end());
      std::vector<KeyRange> ranges;
      for (size_t i = 0; i < range_count; ++i) {
        if (ends[2 * i] == ends[2 * i + 1]) continue;
        ranges.push_back({Key(ends[2 * i]), Key(ends[2 * i + 1])});
      }
      if (!ranges.empty() && random() % 3 == 0) ranges.back().high.clear();
      if (!ranges.empty() && random() % 3 == 0) ranges.front().low.clear();
      if (random() % 5 == 0) ranges = {KeyRange{}};
      const auto rare = static_cast<uint32_t>(1 + random() % 50);
      for (const auto direction : {ScanDirection::kForward, ScanDirection::kBackward}) {
        for (const auto use : {ScanUse::kEntries, ScanUse::kCountOnly}) {
          Check(ranges, direction, use, [](size_t) { return true; });
          Check(ranges, direction, use, [](size_t) { return false; });
          Check(ranges, direction, use, [&](size_t) { return random() % rare == 0; });
          if (HasFatalFailure()) return;
        }
      }
    }
  }
}

TEST_F(RangeScanTest, CountingReadsNoLeaves) {
  Load(50000);
  for (const auto direction : {ScanDirection::kForward, ScanDirection::kBackward}) {
    NodeReader fresh(objects_);
    objects_.ResetCounts();
    RangeScan scan(fresh, tree_, {{Key(1000), Key(90000)}}, direction, ScanUse::kCountOnly);
    size_t count = 0;
    for (; !scan.AtEnd(); scan.Next()) ++count;
    EXPECT_EQ(count, 44500U);
    EXPECT_LE(objects_.read_count(), 8U);
  }
}

}  // namespace
}  // namespace pvc
