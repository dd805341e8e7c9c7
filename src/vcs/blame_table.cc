#include "vcs/blame_table.h"

#include <utility>

#include "engine/tree_diff.h"
#include "vcs/layout_map.h"
#include "vcs/tree_join.h"

namespace pvc {

namespace {

TableDiff MakeTableDiff(const BlameTable::Version& before, const BlameTable::Version& after) {
  TableDiff table;
  table.name = after.table().info.name;
  table.before = before.table();
  table.after = after.table();
  table.encoding_before = before.encoding;
  table.encoding_after = after.encoding;
  return table;
}

}  // namespace

BlameTable::BlameTable(Repository& repository, const CommitId& at, const CatalogEntry& table)
    : repository_(repository) {
  newest_.entry = table;
  newest_.encoding = repository.GetSnapshot(repository.GetCommit(at).snapshot).properties.encoding;
}

std::optional<BlameTable::Version> BlameTable::In(const Commit& commit) const {
  const Snapshot snapshot = repository_.GetSnapshot(commit.snapshot);
  std::optional<CatalogEntry> entry =
      FindTable(repository_.nodes(), snapshot.catalog, newest_.table().info.name);
  if (!entry) return std::nullopt;
  Version version;
  version.entry = *std::move(entry);
  version.encoding = snapshot.properties.encoding;
  return version;
}

BlameTable::Pair::Pair(Repository& repository, const Version& before, const Version& after)
    : repository_(repository),
      table_(MakeTableDiff(before, after)),
      map_(std::make_unique<LayoutMap>(table_, repository.store(), repository.store().hash_kind())),
      before_codec_(before.table().info, before.encoding, repository.store().hash_kind(), nullptr),
      after_codec_(after.table().info, after.encoding, repository.store().hash_kind(), nullptr) {
  if (map_->HasAddedColumns()) {
    map_->SetDefaults(
        ReadColumnDefaults(repository, after.entry.object, after.table().info, map_->column_map()));
  }
}

BlameTable::Pair::~Pair() = default;

bool BlameTable::Pair::HasSameKeys() const { return map_->same_keys(); }

bool BlameTable::Pair::IsChanged(ByteView key, const std::optional<ByteView>& before,
                                 ByteView after) {
  if (!before) return true;
  if (map_->same_bytes() && *before == after) return false;
  before_codec_.Decode(key, *before, before_row_);
  after_codec_.Decode(key, after, after_row_);
  return !map_->RowsEqual(before_row_, after_row_);
}

void BlameTable::Pair::ForEachChanged(const std::function<void(ByteView key)>& visit) {
  NodeReader& nodes = repository_.nodes();
  const auto visit_all = [&](auto& changes) {
    TreeChange change;
    while (changes.Next(change)) {
      if (change.after && IsChanged(change.key, change.before, *change.after)) visit(change.key);
    }
  };
  if (map_->same_bytes()) {
    TreeDiff diff(nodes, table_.before->rows, nodes, table_.after->rows);
    visit_all(diff);
  } else {
    TreeJoin join(nodes, table_.before->rows, table_.after->rows, {});
    visit_all(join);
  }
}

}  // namespace pvc
