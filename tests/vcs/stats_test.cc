#include "vcs/stats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "tests/vcs/table_fixture.h"
#include "vcs/tree_listing.h"

namespace pvc {
namespace {

using ::testing::ElementsAre;

class StatsTest : public TableFixture {};

TEST_F(StatsTest, CountsWhatASnapshotReaches) {
  const CommitId commit = CommitItems(200, 600'000);
  const auto repository = Open();
  const RepositoryStats stats = CollectStats(*repository, commit);
  EXPECT_EQ(stats.commit_count, 1U);
  EXPECT_EQ(stats.pack_count, repository->store().root().packs.size());
  EXPECT_EQ(stats.row_count, 200U);
  ASSERT_EQ(stats.tables.size(), 1U);
  const TableStats& table = stats.tables[0];
  EXPECT_EQ(table.name, "items");
  EXPECT_EQ(table.row_count, 200U);
  ASSERT_EQ(table.nodes_by_level.size(), 2U);
  EXPECT_EQ(table.nodes_by_level[1], 1U);
  EXPECT_EQ(stats.nodes_by_level[0], table.nodes_by_level[0] + 1) << "and the catalog's";
  EXPECT_EQ(std::accumulate(stats.leaf_sizes.begin(), stats.leaf_sizes.end(), uint64_t{0}),
            stats.nodes_by_level[0]);
  // Equal pieces of 256 KiB, the rest, and a list.
  EXPECT_EQ(table.large_values.object_count, 3U);
  EXPECT_EQ(stats.large_values, table.large_values);
  EXPECT_EQ(stats.totals.object_count,
            1 + stats.nodes.object_count + stats.large_values.object_count);
  EXPECT_GT(stats.totals.raw_bytes, 200U * 300U);
  EXPECT_LT(stats.totals.stored_bytes, stats.stored_bytes);
  EXPECT_EQ(stats.shared_with_parent.object_count, 0U);
}

TEST_F(StatsTest, CountsWhatIsSharedWithTheParent) {
  CommitItems(200);
  const CommitId second = CommitItems(200, 0, 100);
  const auto repository = Open();
  const RepositoryStats stats = CollectStats(*repository, second);
  EXPECT_EQ(stats.commit_count, 2U);
  // One leaf, the root, the catalog and the snapshot are new.
  EXPECT_EQ(stats.shared_with_parent.object_count, stats.totals.object_count - 4);
  EXPECT_GT(stats.shared_with_parent.raw_bytes, 0U);
}

class TreeListingTest : public TableFixture {
 protected:
  struct Line {
    unsigned depth;
    uint8_t level;
    uint64_t index;
    uint64_t rows;
    Bytes last_key;
  };
  std::vector<Line> List(unsigned max_depth) {
    const auto repository = Open();
    const Snapshot snapshot =
        repository->GetSnapshot(repository->GetCommit(*repository->HeadCommit()).snapshot);
    const Tree tree = FindTable(repository->nodes(), snapshot.catalog, "items")->table->rows;
    std::vector<Line> lines;
    ListTree(*repository, tree, max_depth, [&](const ListedNode& node) {
      EXPECT_LE(node.first_key, node.last_key);
      EXPECT_GT(node.stored_bytes, 0U);
      EXPECT_EQ(repository->store().ReadObject(ObjectType::kNode, node.id).size(), node.raw_bytes);
      lines.push_back({node.depth, node.level, node.index, node.row_count, Bytes(node.last_key)});
    });
    return lines;
  }
};

TEST_F(TreeListingTest, ListsParentsBeforeChildrenInKeyOrder) {
  CommitItems(300);
  const auto lines = List(99);
  ASSERT_GT(lines.size(), 3U);
  EXPECT_EQ(lines[0].depth, 0U);
  EXPECT_EQ(lines[0].level, 1U);
  EXPECT_EQ(lines[0].rows, 300U);
  uint64_t rows = 0;
  for (size_t i = 1; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i].depth, 1U);
    EXPECT_EQ(lines[i].index, i - 1);
    if (i > 1) {
      EXPECT_GT(lines[i].last_key, lines[i - 1].last_key);
    }
    rows += lines[i].rows;
  }
  EXPECT_EQ(rows, 300U);
}

TEST_F(TreeListingTest, StopsAtTheDepthAskedFor) {
  CommitItems(300);
  EXPECT_EQ(List(0).size(), 1U);
}

TEST_F(TreeListingTest, EmptyTreeHasNoNodes) {
  CommitItems(0);
  EXPECT_EQ(List(99).size(), 0U);
}

}  // namespace
}  // namespace pvc
