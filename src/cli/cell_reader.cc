#include "cli/cell_reader.h"

#include <algorithm>

#include "base/error.h"

namespace pvc {

Bytes ReadCellBytes(ObjectSource& source, const Cell& cell, uint64_t max_bytes) {
  if (!cell.is_large) return Bytes(cell.value.bytes.substr(0, max_bytes));
  LargeValueReader reader(source, cell.large);
  Bytes out;
  Bytes piece;
  while (out.size() < max_bytes && reader.Next(piece)) {
    out += ByteView(piece).substr(0, max_bytes - out.size());
  }
  return out;
}

Value ReadWholeCell(ObjectSource& source, const Cell& cell, Bytes& storage) {
  if (!cell.is_large) return cell.value;
  constexpr uint64_t kMaxSqliteValueBytes = (uint64_t{1} << 31) - 1;
  if (cell.large.size_bytes > kMaxSqliteValueBytes) {
    throw Error(ErrorKind::kTooLarge, "a value is longer than SQLite allows").AddHint("pvc fsck");
  }
  storage = ReadLargeValue(source, cell.large);
  Value value = cell.value;
  value.bytes = storage;
  value.size_bytes = storage.size();
  value.reader = nullptr;
  return value;
}

std::vector<const Column*> StoredColumns(const TableInfo& table) {
  std::vector<const Column*> columns;
  for (const Column& column : table.columns) {
    if (!column.is_generated) columns.push_back(&column);
  }
  return columns;
}

std::vector<std::string> StoredColumnNames(const TableInfo& table) {
  std::vector<std::string> names;
  for (const Column* column : StoredColumns(table)) names.push_back(column->name);
  return names;
}

}  // namespace pvc
