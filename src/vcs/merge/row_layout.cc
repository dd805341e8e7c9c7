#include "vcs/merge/row_layout.h"

#include <algorithm>

#include "engine/external_sort.h"
#include "engine/tree_cursor.h"
#include "engine/tree_writer.h"
#include "sqlite/affinity.h"
#include "vcs/ascii_case.h"
#include "vcs/column_default.h"
#include "vcs/table_writer.h"
#include "vcs/text_conversion.h"

namespace pvc {
namespace {

constexpr size_t kSortBytes = 16U << 20;

std::vector<size_t> StoredColumns(const TableInfo& info) {
  std::vector<size_t> stored;
  for (size_t i = 0; i < info.columns.size(); ++i) {
    if (!info.columns[i].is_generated) stored.push_back(i);
  }
  return stored;
}

}  // namespace

RowLayout::RowLayout(const RowMergeContext& context, const CatalogEntry& from,
                     const CatalogEntry& to)
    : context_(context),
      from_(from),
      to_(to),
      from_stored_(StoredColumns(from.table->info)),
      to_stored_(StoredColumns(to.table->info)),
      decoder_(from.table->info, context.encoding, context.repository.store().hash_kind(), nullptr),
      encoder_(to.table->info, context.encoding, context.repository.store().hash_kind(),
               &context.sink) {
  MatchColumns();
  keeps_keys_ = HaveSameKeys();
  ReadFills();
  keeps_bytes_ = keeps_keys_ && from_stored_.size() <= to_stored_.size() &&
                 from.table->info.without_rowid == to.table->info.without_rowid;
  for (size_t cell = 0; cell < sources_.size() && keeps_bytes_; ++cell) {
    const CellSource& source = sources_[cell];
    const bool is_old = cell < from_stored_.size();
    keeps_bytes_ = is_old ? source.from == static_cast<int>(cell) && !source.converts
                          : source.from < 0 && !source.fill;
  }
}

void RowLayout::MatchColumns() {
  const auto& from_columns = from_.table->info.columns;
  for (const size_t index : to_stored_) {
    const Column& column = to_.table->info.columns[index];
    const auto found = std::find_if(from_stored_.begin(), from_stored_.end(), [&](size_t other) {
      return EqualIgnoringAsciiCase(from_columns[other].name, column.name);
    });
    CellSource source;
    source.affinity = column.affinity;
    if (found != from_stored_.end()) {
      source.from = static_cast<int>(found - from_stored_.begin());
      source.converts = from_columns[*found].affinity != column.affinity;
    }
    sources_.push_back(std::move(source));
  }
}

bool RowLayout::HaveSameKeys() const {
  const TableInfo& from = from_.table->info;
  const TableInfo& to = to_.table->info;
  if (from.identity != to.identity) return false;
  size_t from_parts = 0;
  for (const Column& column : from.columns) from_parts += column.key_position > 0 ? 1 : 0;
  for (size_t cell = 0; cell < to_stored_.size(); ++cell) {
    const Column& after = to.columns[to_stored_[cell]];
    if (after.key_position == 0 && !after.is_rowid_alias) continue;
    if (sources_[cell].from < 0) return false;
    const Column& before = from.columns[from_stored_[static_cast<size_t>(sources_[cell].from)]];
    if (before.key_position != after.key_position || before.collation != after.collation ||
        before.is_rowid_alias != after.is_rowid_alias || sources_[cell].converts) {
      return false;
    }
    if (after.key_position > 0) --from_parts;
  }
  return from_parts == 0;
}

void RowLayout::ReadFills() {
  std::vector<int> column_map;
  for (const CellSource& source : sources_) column_map.push_back(source.from);
  if (std::find(column_map.begin(), column_map.end(), -1) == column_map.end()) return;
  const std::vector<ColumnDefault> defaults =
      ReadColumnDefaults(context_.repository, to_.object, to_.table->info, column_map);
  for (size_t cell = 0; cell < std::min(defaults.size(), sources_.size()); ++cell) {
    if (sources_[cell].from >= 0 || !defaults[cell].has_value()) continue;
    OwnedValue fill = defaults[cell].value();
    if (fill.value.storage_class == StorageClass::kNull) continue;
    if (fill.value.storage_class == StorageClass::kText &&
        context_.encoding != TextEncoding::kUtf8) {
      Bytes encoded;
      if (!AppendEncoded(encoded, fill.bytes, context_.encoding)) continue;
      fill = OwnedValue::Of(Value::Text(encoded));
    }
    sources_[cell].fill = std::move(fill);
  }
}

// A long text may be a number too. All else stays a large value, as it is.
void RowLayout::ConvertLarge(Affinity affinity, Cell& cell) {
  if (cell.value.storage_class != StorageClass::kText) return;
  Bytes whole;
  const Value value = WholeValue(context_.nodes.source(), cell, whole);
  ConvertedValue converted = affinity_.Apply(affinity, value, context_.encoding);
  if (converted.View().storage_class == StorageClass::kText) return;
  converted_.push_back(std::move(converted));
  cell = Cell{};
  cell.value = converted_.back().View();
}

bool RowLayout::LayRow(ByteView key, ByteView value) {
  decoder_.Decode(key, value, row_);
  cells_.assign(sources_.size(), Cell{});
  converted_.clear();
  converted_.reserve(sources_.size());
  for (size_t i = 0; i < sources_.size(); ++i) {
    const CellSource& source = sources_[i];
    if (source.from < 0) {
      if (source.fill) cells_[i].value = source.fill->View();
      continue;
    }
    cells_[i] = row_.cells[static_cast<size_t>(source.from)];
    if (!source.converts) continue;
    if (cells_[i].is_large) {
      ConvertLarge(source.affinity, cells_[i]);
      continue;
    }
    converted_.push_back(affinity_.Apply(source.affinity, cells_[i].value, context_.encoding));
    cells_[i].value = converted_.back().View();
  }
  int64_t rowid = row_.rowid;
  if (from_.table->info.without_rowid && !to_.table->info.without_rowid) rowid = ++next_rowid_;
  for (size_t i = 0; i < sources_.size(); ++i) {
    if (!to_.table->info.columns[to_stored_[i]].is_rowid_alias) continue;
    if (cells_[i].value.storage_class != StorageClass::kInteger) return false;
    rowid = cells_[i].value.integer;
  }
  encoder_.EncodeCells(rowid, cells_, context_.nodes.source());
  return true;
}

std::optional<Tree> RowLayout::Lay(const Tree& rows) {
  if (keeps_bytes_ || rows.empty()) return rows;
  TreeWriter writer(context_.sink);
  TreeCursor cursor(context_.nodes, rows);
  if (keeps_keys_) {
    for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
      if (!LayRow(cursor.key(), cursor.value())) return std::nullopt;
      writer.Add(encoder_.key(), encoder_.value());
    }
    return writer.Finish();
  }
  ExternalSorter sorter(context_.repository.fs(),
                        JoinPath(context_.repository.pvc_path(), "incoming"), kSortBytes);
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    if (!LayRow(cursor.key(), cursor.value())) return std::nullopt;
    sorter.Add(encoder_.key(), encoder_.value());
  }
  ByteView key;
  ByteView value;
  Bytes last_key;
  while (sorter.Next(key, value)) {
    if (key == last_key) return std::nullopt;
    writer.Add(key, value);
    last_key.assign(key);
  }
  return writer.Finish();
}

}  // namespace pvc
