#include "vcs/patch/row_patcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "vcs/patch/content_rows.h"
#include "vcs/patch/keyed_rows.h"

namespace pvc {
namespace {

[[noreturn]] void FailShape(const TableInfo& info, std::string_view what) {
  throw Error(ErrorKind::kInvalid,
              fmt::format("the patch has a row of table '{}' {}", info.name, what));
}

bool IsWhole(const std::vector<const OwnedValue*>& values) {
  return std::all_of(values.begin(), values.end(), [](const auto* value) { return value; });
}

}  // namespace

std::vector<size_t> KeyCells(const TableInfo& info) {
  std::map<uint32_t, size_t> parts;
  size_t cell = 0;
  for (const Column& column : info.columns) {
    if (column.is_generated) continue;
    const bool is_part =
        info.identity == RowIdentity::kRowid ? column.is_rowid_alias : column.key_position > 0;
    if (is_part) parts.emplace(column.key_position, cell);
    ++cell;
  }
  std::vector<size_t> cells;
  if (info.identity == RowIdentity::kNone) return cells;
  for (const auto& [position, part] : parts) cells.push_back(part);
  return cells;
}

RowPatcher::RowPatcher(PatchWorkshop& shop, const TableInfo& info,
                       const PatchConflictSink& on_conflict)
    : shop_(shop),
      info_(info),
      on_conflict_(on_conflict),
      codec_(info, shop.encoding, shop.hash_kind(), nullptr),
      key_cells_(KeyCells(info)),
      free_rowids_(shop, info) {}

RowPatcher::~RowPatcher() = default;

bool RowPatcher::HasNullInKey(const std::vector<const OwnedValue*>& values) const {
  if (info_.identity != RowIdentity::kPrimaryKey || info_.without_rowid) return false;
  return std::any_of(key_cells_.begin(), key_cells_.end(), [&](size_t cell) {
    return values[cell]->value.storage_class == StorageClass::kNull;
  });
}

Bytes RowPatcher::KeyOf(const std::vector<const OwnedValue*>& values) const {
  std::vector<Value> parts;
  for (const size_t cell : key_cells_) parts.push_back(values[cell]->View());
  Bytes key;
  if (!codec_.EncodeKey(parts, key)) FailShape(info_, "whose key is no integer");
  return key;
}

void RowPatcher::Add(const LaidRow& row) {
  const std::vector<const OwnedValue*>& named =
      row.kind == ChangeKind::kAdded ? row.after : row.before;
  for (const size_t cell : key_cells_) {
    if (named[cell] == nullptr) FailShape(info_, "without its key");
  }
  if (row.kind == ChangeKind::kRemoved && !IsWhole(row.before)) {
    FailShape(info_, "to remove, and not all that it holds");
  }
  SpooledRow spooled;
  spooled.kind = row.kind;
  spooled.rowid = row.rowid;
  for (size_t i = 0; i < row.before.size(); ++i) {
    spooled.before.emplace_back();
    spooled.after.emplace_back();
    if (row.before[i] != nullptr) spooled.before[i] = StoreCell(shop_, *row.before[i]);
    if (row.after[i] != nullptr) spooled.after[i] = StoreCell(shop_, *row.after[i]);
  }
  if (info_.identity != RowIdentity::kNone && !HasNullInKey(named)) {
    if (!keyed_) {
      keyed_ = std::make_unique<KeyedRows>(shop_, info_, on_conflict_, free_rowids_, counts_);
    }
    keyed_->Add(KeyOf(named), spooled);
    if (info_.identity == RowIdentity::kRowid && row.kind == ChangeKind::kAdded) {
      const int64_t rowid = named[key_cells_.front()]->value.integer;
      highest_added_ = std::max(highest_added_.value_or(rowid), rowid);
    }
    return;
  }
  if (row.kind == ChangeKind::kChanged && !IsWhole(row.before)) {
    FailShape(info_, "that no key tells from others, and not all that it holds");
  }
  if (!by_content_) {
    by_content_ = std::make_unique<ContentRows>(shop_, info_, on_conflict_, free_rowids_, counts_);
  }
  by_content_->Add(spooled);
}

Tree RowPatcher::Finish(const Tree& rows) {
  Tree result = rows;
  if (keyed_) result = keyed_->Finish(result);
  if (by_content_) result = by_content_->Finish(result);
  return result;
}

}  // namespace pvc
