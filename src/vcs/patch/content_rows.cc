#include "vcs/patch/content_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "engine/tree_cursor.h"
#include "engine/tree_editor.h"
#include "vcs/patch/keyed_rows.h"
#include "vcs/row_key.h"

namespace pvc {
namespace {

constexpr std::string_view kContentDomain = "pvc/1 patch row";
// Sorts behind every rowid.
constexpr std::string_view kNoHint = "\xff\xff\xff\xff\xff\xff\xff\xff\xff";

template <typename Cells>
Bytes ContentHash(HashKind hash_kind, const Cells& cells) {
  Bytes content;
  for (const auto& cell : cells) AppendSpooledCell(content, cell);
  return Bytes(HashBytes(hash_kind, kContentDomain, content).View());
}

std::vector<Cell> Whole(const std::vector<std::optional<Cell>>& cells) {
  std::vector<Cell> whole;
  for (const auto& cell : cells) whole.push_back(cell.value_or(Cell{}));
  return whole;
}

Bytes RowidKey(int64_t rowid) {
  Bytes key;
  AppendRowidKey(key, rowid);
  return key;
}

}  // namespace

ContentRows::ContentRows(PatchWorkshop& shop, const TableInfo& info,
                         const PatchConflictSink& on_conflict, FreeRowids& free_rowids,
                         RowPatchCounts& counts)
    : shop_(shop),
      info_(info),
      on_conflict_(on_conflict),
      free_rowids_(free_rowids),
      counts_(counts),
      key_cells_(KeyCells(info)),
      encoder_(shop, info),
      hinted_(MakeSorter()),
      wanted_(MakeSorter()),
      changed_(MakeSorter()),
      added_(MakeSorter()) {}

std::unique_ptr<ExternalSorter> ContentRows::MakeSorter() const {
  return std::make_unique<ExternalSorter>(shop_.repository.fs(), shop_.folder(), kSortBytes);
}

bool ContentRows::IsOfThese(const Row& row) const {
  if (info_.identity == RowIdentity::kNone) return true;
  return std::any_of(key_cells_.begin(), key_cells_.end(), [&](size_t cell) {
    return row.cells[cell].value.storage_class == StorageClass::kNull;
  });
}

void ContentRows::Add(const SpooledRow& row) {
  const Bytes bytes = EncodeSpooledRow(row);
  const bool has_hint = row.rowid && info_.identity == RowIdentity::kNone;
  if (row.kind == ChangeKind::kAdded) {
    added_->Add(has_hint ? RowidKey(*row.rowid) : Bytes(kNoHint), bytes);
  } else if (has_hint) {
    hinted_->Add(RowidKey(*row.rowid), bytes);
  } else {
    Want(row, bytes);
  }
}

void ContentRows::Want(const SpooledRow& row, ByteView bytes) {
  wanted_->Add(ContentHash(shop_.hash_kind(), Whole(row.before)), bytes);
}

Tree ContentRows::Edited(const Tree& rows, const NextEdit& next) const {
  class Edits final : public EditSource {
   public:
    explicit Edits(const NextEdit& next) : next_(next) {}
    const Edit* Next() override { return next_(edit_) ? &edit_ : nullptr; }

   private:
    const NextEdit& next_;
    Edit edit_;
  };
  Edits edits(next);
  return ApplyEdits(shop_.nodes, shop_.batch, rows, edits);
}

// All old rows go before the first new one comes: a row must not be taken for what another became.
Tree ContentRows::Finish(const Tree& rows) {
  Tree result = rows;
  if (hinted_->record_count() > 0) result = TakeHinted(result);
  if (wanted_->record_count() > 0) result = TakeByContent(result);
  if (changed_->record_count() > 0) result = PutChanged(result);
  if (added_->record_count() > 0) result = AddRows(result);
  return result;
}

// Counts an old row that was found, and keeps what it becomes.
void ContentRows::Take(const SpooledRow& row, int64_t rowid) {
  if (row.kind == ChangeKind::kRemoved) {
    ++counts_.removed;
    return;
  }
  std::vector<Cell> cells = Whole(row.before);
  for (size_t i = 0; i < cells.size(); ++i) {
    if (row.after[i]) cells[i] = *row.after[i];
  }
  Row after;
  after.cells = cells;
  if (!IsOfThese(after)) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("the patch has a row of table '{}' that changes its key", info_.name));
  }
  encoder_.Encode(rowid, cells);
  changed_->Add(encoder_.key(), encoder_.value());
  ++counts_.changed;
}

Tree ContentRows::TakeHinted(const Tree& rows) {
  TreeCursor cursor(shop_.nodes, rows);
  RowCodec codec(info_, shop_.encoding, shop_.hash_kind(), nullptr);
  SpooledRow row;
  Row found;
  Bytes taken;
  return Edited(rows, [&](Edit& edit) {
    ByteView key;
    ByteView bytes;
    while (hinted_->Next(key, bytes)) {
      DecodeSpooledRow(bytes, row);
      cursor.Seek(key);
      bool is_found = key != taken && cursor.Valid() && cursor.key() == key;
      if (is_found) {
        codec.Decode(cursor.key(), cursor.value(), found);
        is_found = !FirstDifference(row.before, found.cells);
      }
      if (!is_found) {
        Want(row, bytes);
        continue;
      }
      taken = key;
      Take(row, found.rowid);
      edit = {taken, {}, Edit::Kind::kDelete};
      return true;
    }
    return false;
  });
}

Tree ContentRows::TakeByContent(const Tree& rows) {
  const auto there = MakeSorter();
  RowCodec codec(info_, shop_.encoding, shop_.hash_kind(), nullptr);
  Row found;
  TreeCursor cursor(shop_.nodes, rows);
  Bytes place;
  for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
    codec.Decode(cursor.key(), cursor.value(), found);
    if (!IsOfThese(found)) continue;
    place = RowidKey(found.rowid);
    place.append(cursor.key());
    there->Add(ContentHash(shop_.hash_kind(), found.cells), place);
  }
  const auto taken = MakeSorter();
  SpooledRow row;
  ByteView there_hash;
  ByteView there_place;
  bool has_there = there->Next(there_hash, there_place);
  ByteView hash;
  ByteView bytes;
  while (wanted_->Next(hash, bytes)) {
    DecodeSpooledRow(bytes, row);
    while (has_there && there_hash < hash) has_there = there->Next(there_hash, there_place);
    if (!has_there || there_hash != hash) {
      ReportMissing(row);
      continue;
    }
    Take(row, ReadRowidKey(there_place.substr(0, 8)));
    taken->Add(there_place.substr(8), {});
    has_there = there->Next(there_hash, there_place);
  }
  return Edited(rows, [&](Edit& edit) {
    edit.kind = Edit::Kind::kDelete;
    return taken->Next(edit.key, edit.value);
  });
}

void ContentRows::ReportMissing(const SpooledRow& row) {
  ++counts_.conflicts;
  if (!on_conflict_) return;
  const Row named = NamedRow(row.before, row.rowid);
  on_conflict_({.kind = PatchConflict::Kind::kMissing,
                .table = info_,
                .row = named,
                .encoding = shop_.encoding,
                .source = shop_.nodes.source()});
}

Tree ContentRows::PutChanged(const Tree& rows) {
  return Edited(rows, [&](Edit& edit) {
    edit.kind = Edit::Kind::kPut;
    return changed_->Next(edit.key, edit.value);
  });
}

// A row takes the rowid it had where that is free, else one above all others.
Tree ContentRows::AddRows(const Tree& rows) {
  const auto homeless = MakeSorter();
  TreeCursor cursor(shop_.nodes, rows);
  SpooledRow row;
  Bytes last;
  uint64_t number = 0;
  const Tree placed = Edited(rows, [&](Edit& edit) {
    ByteView key;
    ByteView bytes;
    while (added_->Next(key, bytes)) {
      ++counts_.added;
      cursor.Seek(key);
      const bool is_taken = key == last || (cursor.Valid() && cursor.key() == key);
      if (is_taken || key == kNoHint) {
        homeless->Add(RowidKey(static_cast<int64_t>(number++)), bytes);
        continue;
      }
      last = key;
      DecodeSpooledRow(bytes, row);
      encoder_.Encode(*row.rowid, Whole(row.after));
      edit = {encoder_.key(), encoder_.value(), Edit::Kind::kPut};
      return true;
    }
    return false;
  });
  if (number == 0) return placed;
  const auto entries = MakeSorter();
  ByteView order;
  ByteView bytes;
  while (homeless->Next(order, bytes)) {
    DecodeSpooledRow(bytes, row);
    encoder_.Encode(free_rowids_.Next(placed), Whole(row.after));
    entries->Add(encoder_.key(), encoder_.value());
  }
  return Edited(placed, [&](Edit& edit) {
    edit.kind = Edit::Kind::kPut;
    return entries->Next(edit.key, edit.value);
  });
}

}  // namespace pvc
