#include "vcs/patch/patch_layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "vcs/text_conversion.h"

namespace pvc {
namespace {

// A converted value each for before and after.
constexpr size_t kValuesPerColumn = 2;

std::vector<std::string> StoredNames(const TableInfo& info) {
  std::vector<std::string> names;
  for (const Column& column : info.columns) {
    if (!column.is_generated) names.push_back(column.name);
  }
  return names;
}

}  // namespace

OwnedValue ConvertPatchValue(const PatchValue& value, TextEncoding encoding,
                             const std::string& table) {
  if (value.owned.value.storage_class != StorageClass::kText || value.encoding == encoding) {
    return value.owned;
  }
  OwnedValue converted;
  converted.value = value.owned.value;
  Utf8Converter to_utf8(value.encoding);
  Bytes utf8;
  if (!to_utf8.Add(value.owned.bytes, utf8) || !to_utf8.Finish() ||
      !AppendEncoded(converted.bytes, utf8, encoding)) {
    throw Error(ErrorKind::kUnsupported,
                fmt::format("table '{}': text of the patch that is not well-formed {} cannot be "
                            "had in a database in {}",
                            table, TextEncodingName(value.encoding), TextEncodingName(encoding)));
  }
  converted.value.size_bytes = converted.bytes.size();
  return converted;
}

PatchLayout::PatchLayout(const TableInfo& info, const PatchTable& table, Side side,
                         TextEncoding encoding)
    : info_(info), encoding_(encoding) {
  const std::vector<std::string> names = StoredNames(info);
  const std::vector<size_t> key_cells = KeyCells(info);
  fits_exactly_ = names.size() == table.columns.size();
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const PatchColumn& column = table.columns[i];
    int cell = -1;
    if (table.by_position) {
      if (i < names.size()) cell = static_cast<int>(i);
    } else if (const auto& name = side == Side::kBefore ? column.before : column.after) {
      const auto found = std::find(names.begin(), names.end(), *name);
      if (found != names.end()) cell = static_cast<int>(found - names.begin());
    }
    cell_of_column_.push_back(cell);
    fits_exactly_ = fits_exactly_ && cell == static_cast<int>(i);
    const auto part = std::find(key_cells.begin(), key_cells.end(), i);
    const size_t position =
        part == key_cells.end() ? 0 : static_cast<size_t>(part - key_cells.begin()) + 1;
    // Some writers of changesets only say whether a column is part of the key.
    fits_exactly_ =
        fits_exactly_ && (table.by_position ? (position > 0) == (column.key_position > 0)
                                            : position == column.key_position);
  }
  laid_.before.resize(names.size());
  laid_.after.resize(names.size());
  converted_.resize(kValuesPerColumn * table.columns.size());
}

const OwnedValue* PatchLayout::Convert(const PatchValue& value) {
  if (value.owned.value.storage_class != StorageClass::kText || value.encoding == encoding_) {
    return &value.owned;
  }
  OwnedValue& converted = converted_.at(converted_count_++);
  converted = ConvertPatchValue(value, encoding_, info_.name);
  return &converted;
}

const LaidRow& PatchLayout::Lay(const PatchRow& row) {
  laid_.kind = row.kind;
  laid_.rowid = row.rowid;
  std::fill(laid_.before.begin(), laid_.before.end(), nullptr);
  std::fill(laid_.after.begin(), laid_.after.end(), nullptr);
  converted_count_ = 0;
  for (const PatchCell& cell : row.cells) {
    const int place = cell_of_column_.at(cell.column);
    if (place < 0) continue;
    if (cell.before) laid_.before[static_cast<size_t>(place)] = Convert(*cell.before);
    if (cell.after) laid_.after[static_cast<size_t>(place)] = Convert(*cell.after);
  }
  return laid_;
}

}  // namespace pvc
