#include "cli/row_key_text.h"

#include <algorithm>

#include "base/decoder.h"
#include "cli/cell_reader.h"
#include "cli/cell_text.h"
#include "engine/node.h"
#include "vcs/merge/conflict_list.h"
#include "vcs/row_key.h"

namespace pvc {
namespace {

/// Which cells make up the key of a table, in key order.
std::vector<size_t> KeyCells(const TableInfo& table) {
  const std::vector<const Column*> columns = StoredColumns(table);
  std::vector<size_t> cells;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i]->key_position != 0) cells.push_back(i);
  }
  std::sort(cells.begin(), cells.end(), [&](size_t a, size_t b) {
    return columns[a]->key_position < columns[b]->key_position;
  });
  return cells;
}

}  // namespace

std::optional<std::string> TypedKeyOf(const TableInfo& table, const Row& row,
                                      TextEncoding encoding) {
  if (table.identity == RowIdentity::kPrimaryKey) {
    for (const size_t cell : KeyCells(table)) {
      if (row.cells.at(cell).is_large) return std::nullopt;
    }
  }
  return TypedKey(table, row, encoding);
}

std::optional<KeyText> ReadKeyText(const TableInfo& table, ByteView key, TextEncoding encoding,
                                   ObjectSource& source) {
  Row row;
  row.cells.resize(StoredColumns(table).size());
  std::vector<Bytes> texts;
  Decoder in(key, "row key");
  if (table.identity != RowIdentity::kPrimaryKey) {
    row.rowid = ReadRowidKey(in.ReadBytes(8));
  } else {
    if (key.size() >= kMaxKeyBytes) return std::nullopt;
    const std::vector<size_t> cells = KeyCells(table);
    texts.resize(cells.size());
    bool has_null = false;
    for (size_t i = 0; i < cells.size(); ++i) {
      row.cells[cells[i]].value = ReadKeyComponent(in, texts[i]);
      has_null = has_null || row.cells[cells[i]].value.storage_class == StorageClass::kNull;
    }
    if (has_null && !table.without_rowid) row.rowid = ReadRowidKey(in.ReadBytes(8));
  }
  in.ExpectEnd();
  return KeyText{FormatRowKey(table, row, encoding, source), TypedKey(table, row, encoding)};
}

}  // namespace pvc
