#include "vcs/layout_map.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "engine/large_value.h"
#include "vcs/ascii_case.h"
#include "vcs/text_conversion.h"

namespace pvc {

namespace {

constexpr std::string_view kTextDomain = "pvc/1 row text";
// Converted text is hashed in blocks of this size, so that it need not be held whole.
constexpr size_t kHashBlockBytes = 64U << 10;

enum CellTag : uint8_t { kValue = 0, kLarge = 1, kShortUtf8 = 2, kLongUtf8 = 3 };

bool IsBytes(StorageClass storage_class) {
  return storage_class == StorageClass::kText || storage_class == StorageClass::kBlob;
}

bool IsFill(const std::vector<ColumnDefault>& fills, size_t cell, const Cell& value,
            TextEncoding encoding) {
  if (cell >= fills.size() || !fills[cell].has_value()) {
    return value.value.storage_class == StorageClass::kNull;
  }
  return fills[cell].IsDefault(value, encoding);
}

}  // namespace

bool CellsEqual(const Cell& a, const Cell& b) {
  if (a.value.storage_class != b.value.storage_class || a.is_large != b.is_large) return false;
  if (a.is_large) return a.large == b.large;
  switch (a.value.storage_class) {
    case StorageClass::kNull:
      return true;
    case StorageClass::kInteger:
      return a.value.integer == b.value.integer;
    case StorageClass::kReal:  // 0.0 and -0.0 are two values
      return std::bit_cast<uint64_t>(a.value.real) == std::bit_cast<uint64_t>(b.value.real);
    case StorageClass::kText:
    case StorageClass::kBlob:
      return a.value.bytes == b.value.bytes;
  }
  return false;
}

LayoutMap::LayoutMap(const TableDiff& table, ObjectSource& source, HashKind hash_kind)
    : table_(table),
      source_(source),
      hash_kind_(hash_kind),
      before_(LayoutOf(table.before->info)),
      after_(LayoutOf(table.after->info)),
      same_encoding_(table.encoding_before == table.encoding_after) {
  MatchColumns();
  same_keys_ = HaveSameKeys();
  same_bytes_ = HaveSameBytes();
  same_columns_ = same_bytes_ && before_.stored.size() == after_.stored.size();
}

LayoutMap::Layout LayoutMap::LayoutOf(const TableInfo& info) {
  Layout layout{info, {}};
  for (size_t i = 0; i < info.columns.size(); ++i) {
    if (!info.columns[i].is_generated) layout.stored.push_back(i);
  }
  return layout;
}

void LayoutMap::MatchColumns() {
  column_map_.assign(after_.stored.size(), -1);
  std::vector<bool> taken(before_.stored.size(), false);
  const auto match = [&](const auto& same_name) {
    // Most columns stand where they stood, which spares wide tables a quadratic search.
    for (size_t cell = 0; cell < after_.stored.size(); ++cell) {
      if (column_map_[cell] >= 0) continue;
      const auto fits = [&](size_t other) {
        return !taken[other] && same_name(before_.column(other).name, after_.column(cell).name);
      };
      size_t other = cell;
      if (other >= before_.stored.size() || !fits(other)) {
        for (other = 0; other < before_.stored.size() && !fits(other);) ++other;
      }
      if (other == before_.stored.size()) continue;
      column_map_[cell] = static_cast<int>(other);
      taken[other] = true;
    }
  };
  match([](const std::string& a, const std::string& b) { return a == b; });
  match([](const std::string& a, const std::string& b) { return EqualIgnoringAsciiCase(a, b); });
  if (LooksRenamed()) std::iota(column_map_.begin(), column_map_.end(), 0);
}

bool LayoutMap::LooksRenamed() const {
  if (before_.stored.size() != after_.stored.size()) return false;
  for (size_t cell = 0; cell < after_.stored.size(); ++cell) {
    if (column_map_[cell] == static_cast<int>(cell)) continue;
    if (column_map_[cell] >= 0) return false;
    const Column& a = before_.column(cell);
    const Column& b = after_.column(cell);
    if (a.affinity != b.affinity || a.collation != b.collation ||
        a.key_position != b.key_position || a.is_rowid_alias != b.is_rowid_alias) {
      return false;
    }
  }
  return true;
}

bool LayoutMap::HaveSameKeys() const {
  if (before_.info.identity != after_.info.identity) return false;
  if (before_.info.identity != RowIdentity::kPrimaryKey) return true;
  if (!same_encoding_) return false;
  const auto is_key = [](const Column& column) { return column.key_position > 0; };
  const auto& columns = before_.info.columns;
  auto before_parts = std::count_if(columns.begin(), columns.end(), is_key);
  for (size_t cell = 0; cell < after_.stored.size(); ++cell) {
    const Column& after = after_.column(cell);
    if (!is_key(after)) continue;
    if (column_map_[cell] < 0) return false;
    const Column& before = before_.column(static_cast<size_t>(column_map_[cell]));
    if (before.key_position != after.key_position || before.collation != after.collation) {
      return false;
    }
    --before_parts;
  }
  return before_parts == 0;
}

bool LayoutMap::HaveSameBytes() const {
  if (!same_keys_ || !same_encoding_) return false;
  if (before_.info.without_rowid != after_.info.without_rowid) return false;
  const size_t common = std::min(before_.stored.size(), after_.stored.size());
  for (size_t cell = 0; cell < after_.stored.size(); ++cell) {
    if (column_map_[cell] != (cell < common ? static_cast<int>(cell) : -1)) return false;
    if (cell >= common) continue;
    if (before_.column(cell).is_rowid_alias != after_.column(cell).is_rowid_alias) return false;
  }
  return true;
}

bool LayoutMap::HasAddedColumns() const {
  return std::find(column_map_.begin(), column_map_.end(), -1) != column_map_.end();
}

void LayoutMap::SetFills(const ColumnPairing& pairing) {
  is_exact_ = true;
  defaults_ = pairing.fills_after;
  dropped_fills_ = pairing.fills_before;
  std::vector<bool> is_mapped(before_.stored.size(), false);
  for (const int other : column_map_) {
    if (other >= 0) is_mapped[static_cast<size_t>(other)] = true;
  }
  for (size_t cell = 0; cell < is_mapped.size(); ++cell) {
    if (!is_mapped[cell]) dropped_.push_back(cell);
  }
  // Rows keep their keys only where the column that holds the rowid is the same.
  for (size_t cell = 0; cell < column_map_.size(); ++cell) {
    const int other = column_map_[cell];
    const bool was_rowid = other >= 0 && before_.column(static_cast<size_t>(other)).is_rowid_alias;
    if (after_.column(cell).is_rowid_alias && !was_rowid) same_keys_ = false;
  }
  if (!same_keys_) same_bytes_ = same_columns_ = false;
  // Entries of equal bytes hold NULL in what one side lacks, which is a change where that is no
  // fill.
  const auto has_value = [](const ColumnDefault& fill) { return fill.has_value(); };
  if (std::any_of(defaults_.begin(), defaults_.end(), has_value) ||
      std::any_of(dropped_fills_.begin(), dropped_fills_.end(), has_value)) {
    same_bytes_ = false;
    same_columns_ = false;
  }
}

bool LayoutMap::IsDefault(size_t cell, const Cell& value) const {
  if (is_exact_) return IsFill(defaults_, cell, value, table_.encoding_after);
  if (value.value.storage_class == StorageClass::kNull) return true;
  return cell < defaults_.size() && defaults_[cell].IsDefault(value, table_.encoding_after);
}

bool LayoutMap::IsDroppedFill(size_t cell, const Cell& value) const {
  return IsFill(dropped_fills_, cell, value, table_.encoding_before);
}

bool LayoutMap::MappedCellsEqual(const Cell& before, const Cell& after) const {
  if (same_encoding_ || before.value.storage_class != StorageClass::kText ||
      after.value.storage_class != StorageClass::kText) {
    return CellsEqual(before, after);
  }
  Bytes before_bytes;
  Bytes after_bytes;
  AppendCell(before, table_.encoding_before, before_bytes);
  AppendCell(after, table_.encoding_after, after_bytes);
  return before_bytes == after_bytes;
}

bool LayoutMap::RowsEqual(const Row& before, const Row& after) const {
  for (size_t cell = 0; cell < column_map_.size(); ++cell) {
    const int other = column_map_[cell];
    const bool equal =
        other < 0 ? IsDefault(cell, after.cells[cell])
                  : MappedCellsEqual(before.cells[static_cast<size_t>(other)], after.cells[cell]);
    if (!equal) return false;
  }
  return std::all_of(dropped_.begin(), dropped_.end(),
                     [&](size_t cell) { return IsDroppedFill(cell, before.cells[cell]); });
}

// Appends text as UTF-8, long text as its hash. Returns false, with nothing appended, for malformed
// text.
bool LayoutMap::AppendConverted(const Cell& cell, TextEncoding encoding, Bytes& out) const {
  Utf8Converter converter(encoding);
  Bytes text;
  Bytes hash;
  uint64_t size = 0;
  const auto hash_block = [&](size_t block_bytes) {
    hash.append(text, 0, block_bytes);
    hash = HashBytes(hash_kind_, kTextDomain, hash).View();
    text.erase(0, block_bytes);
    size += block_bytes;
  };
  if (!cell.is_large) {
    if (!converter.Add(cell.value.bytes, text)) return false;
  } else {
    LargeValueReader reader(source_, cell.large);
    Bytes piece;
    while (reader.Next(piece)) {
      if (!converter.Add(piece, text)) return false;
      while (text.size() >= kHashBlockBytes) hash_block(kHashBlockBytes);
    }
  }
  if (!converter.Finish()) return false;
  if (size == 0 && text.size() < kHashBlockBytes) {
    AppendU8(out, kShortUtf8);
    AppendString(out, text);
    return true;
  }
  hash_block(text.size());
  AppendU8(out, kLongUtf8);
  AppendVarint(out, size);
  out.append(hash);
  return true;
}

void LayoutMap::AppendCell(const Cell& cell, TextEncoding encoding, Bytes& out) const {
  const Value& value = cell.value;
  AppendU8(out, static_cast<uint8_t>(value.storage_class));
  if (value.storage_class == StorageClass::kInteger) {
    AppendU64(out, static_cast<uint64_t>(value.integer));
  } else if (value.storage_class == StorageClass::kReal) {
    AppendU64(out, std::bit_cast<uint64_t>(value.real));
  }
  if (!IsBytes(value.storage_class)) return;
  if (!same_encoding_ && value.storage_class == StorageClass::kText &&
      AppendConverted(cell, encoding, out)) {
    return;
  }
  if (cell.is_large) {
    AppendU8(out, kLarge);
    AppendVarint(out, cell.large.size_bytes);
    AppendU8(out, cell.large.depth);
    out.append(cell.large.root.View());
  } else {
    AppendU8(out, kValue);
    AppendString(out, value.bytes);
  }
}

void LayoutMap::AppendContent(ComparedSide side, const Row& row, Bytes& out) const {
  const bool is_before = side == ComparedSide::kBefore;
  for (const bool mapped : {true, false}) {
    for (size_t cell = 0; cell < column_map_.size(); ++cell) {
      const int other = column_map_[cell];
      if ((other >= 0) != mapped) continue;
      if (mapped) {
        const size_t own = is_before ? static_cast<size_t>(other) : cell;
        AppendCell(row.cells[own], is_before ? table_.encoding_before : table_.encoding_after, out);
      } else if (!is_before && !IsDefault(cell, row.cells[cell])) {
        AppendVarint(out, cell);
        AppendCell(row.cells[cell], table_.encoding_after, out);
      }
    }
  }
  if (!is_before) return;
  for (const size_t cell : dropped_) {
    if (IsDroppedFill(cell, row.cells[cell])) continue;
    AppendVarint(out, column_map_.size() + cell);
    AppendCell(row.cells[cell], table_.encoding_before, out);
  }
}

}  // namespace pvc
