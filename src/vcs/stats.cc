#include "vcs/stats.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <unordered_set>
#include <utility>

#include "base/error.h"
#include "engine/large_value.h"
#include "vcs/catalog.h"
#include "vcs/history.h"
#include "vcs/row_codec.h"

namespace pvc {

namespace {

using IdSet = std::unordered_set<ObjectId>;

void CountLevel(std::vector<uint64_t>& counts, size_t level) {
  if (counts.size() <= level) counts.resize(level + 1);
  ++counts[level];
}

/// Decodes the rows of one table.
struct RowReader {
  RowReader(const TableInfo& info, TextEncoding encoding, HashKind hash_kind)
      : codec(info, encoding, hash_kind, nullptr) {}
  RowCodec codec;
  Row row;
};

/// Counts what one snapshot reaches.
class SnapshotMeasure {
 public:
  SnapshotMeasure(Repository& repository, RepositoryStats& stats)
      : repository_(repository), stats_(stats), leaf_sizes_(stats.leaf_sizes) {
    leaf_sizes_.assign(RepositoryStats::kLeafBucketCount, 0);
  }

  const IdSet& ids() const { return seen_; }

  void Run(const SnapshotId& id) {
    const Snapshot snapshot = repository_.GetSnapshot(id);
    CountObject(id.id, {&stats_.totals});
    WalkTree(snapshot.catalog, nullptr, nullptr);
    for (const CatalogEntry& entry : ReadCatalog(repository_.nodes(), snapshot.catalog)) {
      if (!entry.table) continue;
      stats_.row_count += entry.table->rows.entry_count;
      TableStats& table = stats_.tables.emplace_back();
      table.name = entry.object.name;
      table.row_count = entry.table->rows.entry_count;
      RowReader rows(entry.table->info, snapshot.properties.encoding,
                     repository_.store().hash_kind());
      WalkTree(entry.table->rows, &table, &rows);
    }
  }

 private:
  /// Returns: false when the object was counted before.
  bool CountObject(const ObjectId& id, std::initializer_list<ObjectTotals*> totals) {
    if (!seen_.insert(id).second) return false;
    const auto info = repository_.store().Describe(id);
    if (!info) throw Error(ErrorKind::kCorrupt, fmt::format("object {} is missing", id.Short()));
    for (ObjectTotals* total : totals) {
      if (total == nullptr) continue;
      ++total->object_count;
      total->raw_bytes += info->raw_bytes;
      total->stored_bytes += info->stored_bytes;
    }
    return true;
  }

  void WalkTree(const Tree& tree, TableStats* table, RowReader* rows) {
    if (tree.empty()) return;
    struct Frame {
      std::shared_ptr<const Node> node;
      size_t next_child = 0;
    };
    std::vector<Frame> path;
    NodeReader& reader = repository_.nodes();
    const auto count = [&](const ObjectId& id,
                           const std::function<std::shared_ptr<const Node>()>& load) {
      if (!CountObject(id, {&stats_.totals, &stats_.nodes, table ? &table->nodes : nullptr}))
        return;
      std::shared_ptr<const Node> node = load();
      CountLevel(stats_.nodes_by_level, node->level());
      if (table != nullptr) CountLevel(table->nodes_by_level, node->level());
      if (!node->is_leaf()) {
        path.push_back({std::move(node)});
        return;
      }
      const uint64_t bucket = node->bytes().size() / RepositoryStats::kLeafBucketBytes;
      ++leaf_sizes_[std::min<uint64_t>(bucket, leaf_sizes_.size() - 1)];
      if (rows != nullptr) CountLargeValues(*node, *table, *rows);
    };
    count(tree.root, [&] { return reader.LoadRoot(tree); });
    while (!path.empty()) {
      Frame& top = path.back();
      if (top.next_child == top.node->count()) {
        path.pop_back();
        continue;
      }
      const size_t child = top.next_child++;
      const std::shared_ptr<const Node> parent = top.node;
      count(parent->child_id(child), [&] { return reader.LoadChild(*parent, child); });
    }
  }

  void CountLargeValues(const Node& leaf, TableStats& table, RowReader& rows) {
    for (size_t i = 0; i < leaf.count(); ++i) {
      rows.codec.Decode(leaf.key(i), leaf.value(i), rows.row);
      for (const Cell& cell : rows.row.cells) {
        if (cell.is_large) CountLargeValue(cell.large, table);
      }
    }
  }

  void CountLargeValue(const LargeValue& value, TableStats& table) {
    struct Pending {
      ObjectId id;
      uint8_t depth;
    };
    std::vector<Pending> pending{{value.root, value.depth}};
    while (!pending.empty()) {
      const Pending next = pending.back();
      pending.pop_back();
      if (!CountObject(next.id, {&stats_.totals, &stats_.large_values, &table.large_values}))
        continue;
      if (next.depth == 0) continue;
      const PieceList list =
          DecodePieceList(repository_.store().ReadObject(ObjectType::kPieceList, next.id),
                          "pieces " + next.id.Short());
      if (list.level != next.depth) {
        throw Error(ErrorKind::kCorrupt,
                    fmt::format("pieces {}: not what the value above says", next.id.Short()));
      }
      for (const PieceListEntry& entry : list.entries) {
        pending.push_back({entry.id, static_cast<uint8_t>(next.depth - 1)});
      }
    }
  }

  Repository& repository_;
  RepositoryStats& stats_;
  std::vector<uint64_t>& leaf_sizes_;
  IdSet seen_;
};

}  // namespace

RepositoryStats CollectStats(Repository& repository, const CommitId& commit) {
  RepositoryStats stats;
  const Root root = repository.store().root();
  stats.pack_count = root.packs.size();
  for (const PackEntry& pack : root.packs) {
    stats.object_count += pack.object_count;
    stats.stored_bytes += pack.size_bytes;
  }
  HistoryWalk walk(repository, {commit});
  while (walk.Next()) ++stats.commit_count;

  const Commit head = repository.GetCommit(commit);
  SnapshotMeasure measure(repository, stats);
  measure.Run(head.snapshot);
  if (head.parents.empty()) return stats;

  RepositoryStats parent_stats;
  SnapshotMeasure parent(repository, parent_stats);
  parent.Run(repository.GetCommit(head.parents.front()).snapshot);
  for (const ObjectId& id : measure.ids()) {
    if (!parent.ids().contains(id)) continue;
    const auto info = repository.store().Describe(id);
    if (!info) continue;
    ++stats.shared_with_parent.object_count;
    stats.shared_with_parent.raw_bytes += info->raw_bytes;
    stats.shared_with_parent.stored_bytes += info->stored_bytes;
  }
  return stats;
}

}  // namespace pvc
