#include "vcs/table_past.h"

#include <utility>

#include "base/decoder.h"
#include "engine/tree_cursor.h"
#include "engine/tree_diff.h"
#include "vcs/snapshot.h"

namespace pvc {

bool PastTable::HasLayoutOf(const PastTable& other) const {
  if (layout == other.layout) return true;
  return layout->encoding == other.layout->encoding && layout->info() == other.layout->info();
}

TableDiff DiffOf(const std::optional<PastTable>& before, const std::optional<PastTable>& after) {
  TableDiff table;
  table.name = (after ? after : before)->layout->info().name;
  if (before) {
    table.before = before->table();
    table.encoding_before = before->layout->encoding;
  }
  if (after) {
    table.after = after->table();
    table.encoding_after = after->layout->encoding;
  }
  return table;
}

TablePast::TablePast(Repository& repository, std::string name, RowRanges ranges)
    : repository_(repository), name_(std::move(name)), ranges_of_(std::move(ranges)) {}

std::optional<PastTable> TablePast::In(const SnapshotId& snapshot) {
  Known& known = known_[std::hash<SnapshotId>{}(snapshot) % kKnownTables];
  if (known.snapshot != snapshot) known = {snapshot, Read(snapshot)};
  return known.table;
}

std::optional<PastTable> TablePast::Read(const SnapshotId& id) {
  const Snapshot snapshot = repository_.GetSnapshot(id);
  const TextEncoding encoding = snapshot.properties.encoding;
  if (layout_ != nullptr && layout_->encoding == encoding) {
    if (auto version = ReadLikeLast(snapshot.catalog)) return version;
  }
  std::optional<CatalogEntry> entry = FindTable(repository_.nodes(), snapshot.catalog, name_);
  if (!entry) return std::nullopt;
  PastTable version;
  version.rows = std::exchange(entry->table->rows, Tree{});
  // No rows take one byte.
  layout_bytes_ = EncodeCatalogEntry(*entry);
  layout_bytes_.pop_back();
  layout_ = std::make_shared<const PastLayout>(PastLayout{*std::move(entry), encoding});
  version.layout = layout_;
  return version;
}

// Returns: nothing unless the catalog has the table of layout_ with the very same entry up to its
// rows, which is its end.
std::optional<PastTable> TablePast::ReadLikeLast(const Tree& catalog) {
  const Bytes key = CatalogKey(SchemaObjectKind::kTable, layout_->entry.object.name);
  TreeCursor cursor(repository_.nodes(), catalog);
  cursor.Seek(key);
  if (!cursor.Valid() || cursor.key() != key || !cursor.value().starts_with(layout_bytes_)) {
    return std::nullopt;
  }
  Decoder in(cursor.value().substr(layout_bytes_.size()), "catalog entry");
  PastTable version{layout_, ReadTree(in)};
  in.ExpectEnd();
  return version;
}

const std::optional<std::vector<KeyRange>>& TablePast::RangesIn(
    const std::shared_ptr<const PastLayout>& layout) {
  if (ranges_of_ && ranged_ != layout) {
    ranges_ = ranges_of_(*layout);
    ranged_ = layout;
  }
  return ranges_;
}

bool TablePast::AreAlike(const std::optional<PastTable>& before,
                         const std::optional<PastTable>& after) {
  if (!before || !after) return !before && !after;
  if (!before->HasLayoutOf(*after)) return false;
  if (before->rows == after->rows) return true;
  const std::optional<std::vector<KeyRange>>& ranges = RangesIn(after->layout);
  if (!ranges) return false;
  NodeReader& nodes = repository_.nodes();
  TreeChange change;
  for (const KeyRange& range : *ranges) {
    TreeDiff diff(nodes, before->rows, nodes, after->rows);
    diff.SetRange(range.low, range.high);
    if (diff.Next(change)) return false;
  }
  return true;
}

}  // namespace pvc
