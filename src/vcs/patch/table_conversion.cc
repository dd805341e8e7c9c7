#include "vcs/patch/table_conversion.h"

#include <fmt/format.h>

#include "base/error.h"
#include "engine/external_sort.h"
#include "engine/tree_cursor.h"
#include "engine/tree_writer.h"

namespace pvc {
namespace {

constexpr size_t kSortBytes = 16U << 20;

std::vector<Column> StoredColumnsOf(const TableInfo& info) {
  std::vector<Column> columns;
  for (const Column& column : info.columns) {
    if (!column.is_generated) columns.push_back(column);
  }
  return columns;
}

// Whether entries of the old layout are entries of the new one as they are: NULL at the end of a
// row is not stored.
bool KeepsEntries(const TableInfo& before, const TableInfo& after,
                  const std::vector<ColumnSource>& columns) {
  if (before.identity != after.identity || before.without_rowid != after.without_rowid) {
    return false;
  }
  const std::vector<Column> old_columns = StoredColumnsOf(before);
  const std::vector<Column> new_columns = StoredColumnsOf(after);
  if (new_columns.size() < old_columns.size()) return false;
  for (size_t i = 0; i < new_columns.size(); ++i) {
    if (i >= old_columns.size()) {
      if (columns[i].before >= 0 || new_columns[i].key_position > 0 ||
          columns[i].fill.value.storage_class != StorageClass::kNull) {
        return false;
      }
      continue;
    }
    const Column& a = old_columns[i];
    const Column& b = new_columns[i];
    if (columns[i].before != static_cast<int>(i) || a.key_position != b.key_position ||
        a.is_rowid_alias != b.is_rowid_alias ||
        (a.key_position > 0 && a.collation != b.collation)) {
      return false;
    }
  }
  return true;
}

}  // namespace

Tree ConvertTable(PatchWorkshop& shop, const StoredTable& before, const TableInfo& after,
                  const std::vector<ColumnSource>& columns) {
  if (before.rows.empty() || KeepsEntries(before.info, after, columns)) return before.rows;
  std::vector<Cell> cells;
  size_t alias = columns.size();
  const std::vector<Column> new_columns = StoredColumnsOf(after);
  for (size_t i = 0; i < columns.size(); ++i) {
    cells.push_back(StoreCell(shop, columns[i].fill));
    if (new_columns[i].is_rowid_alias) alias = i;
  }
  ExternalSorter sorter(shop.repository.fs(), shop.folder(), kSortBytes);
  RowCodec codec(before.info, shop.encoding, shop.hash_kind(), nullptr);
  RowEncoder encoder(shop, after);
  TreeCursor cursor(shop.nodes, before.rows);
  Row row;
  int64_t number = 0;
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    codec.Decode(cursor.key(), cursor.value(), row);
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].before >= 0) cells[i] = row.cells[static_cast<size_t>(columns[i].before)];
    }
    int64_t rowid = before.info.without_rowid ? ++number : row.rowid;
    if (alias < columns.size()) {
      if (cells[alias].value.storage_class != StorageClass::kInteger) {
        throw Error(ErrorKind::kInvalid,
                    fmt::format("table '{}': a row has no integer for its new key '{}'", after.name,
                                new_columns[alias].name));
      }
      rowid = cells[alias].value.integer;
    }
    encoder.Encode(after.without_rowid ? 0 : rowid, cells);
    sorter.Add(encoder.key(), encoder.value());
  }
  TreeWriter writer(shop.batch);
  Bytes last;
  ByteView key;
  ByteView value;
  while (sorter.Next(key, value)) {
    if (key == last) {
      throw Error(ErrorKind::kInvalid,
                  fmt::format("table '{}': two rows have the same new key", after.name));
    }
    writer.Add(key, value);
    last = key;
  }
  return writer.Finish();
}

}  // namespace pvc
