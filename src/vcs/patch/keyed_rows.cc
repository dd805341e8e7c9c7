#include "vcs/patch/keyed_rows.h"

#include <fmt/format.h>

#include "base/error.h"
#include "engine/edit_batch.h"
#include "engine/tree_cursor.h"
#include "engine/tree_editor.h"

namespace pvc {
namespace {

constexpr size_t kMaxRowsOfKey = 16;

/// The edits that rows sorted by key come to. Of several rows of one key, removals come first.
class KeyedEdits final : public EditSource {
 public:
  KeyedEdits(PatchWorkshop& shop, const TableInfo& info, const PatchConflictSink& on_conflict,
             FreeRowids& free_rowids, RowPatchCounts& counts, ExternalSorter& rows,
             const Tree& tree)
      : shop_(shop),
        info_(info),
        on_conflict_(on_conflict),
        free_rowids_(free_rowids),
        counts_(counts),
        rows_(rows),
        tree_(tree),
        cursor_(shop.nodes, tree),
        codec_(info, shop.encoding, shop.hash_kind(), nullptr),
        encoder_(shop, info),
        key_cells_(KeyCells(info)) {
    has_row_ = rows_.Next(row_key_, row_bytes_);
  }

  const Edit* Next() override {
    while (has_row_) {
      if (!ApplyKey()) continue;
      edit_ = {key_, is_there_ ? ByteView(value_) : ByteView(),
               is_there_ ? Edit::Kind::kPut : Edit::Kind::kDelete};
      return &edit_;
    }
    return nullptr;
  }

 private:
  // Applies the rows of the next key.   Returns: whether anything changed.
  bool ApplyKey() {
    key_ = row_key_;
    cursor_.Seek(key_);
    const bool was_there = cursor_.Valid() && cursor_.key() == key_;
    is_there_ = was_there;
    rowid_.reset();
    Bytes before;
    if (was_there) {
      value_ = cursor_.value();
      before = value_;
    }
    GatherRows();
    for (const ChangeKind kind : {ChangeKind::kRemoved, ChangeKind::kChanged, ChangeKind::kAdded}) {
      for (const Bytes& bytes : rows_of_key_) {
        DecodeSpooledRow(bytes, row_);
        if (row_.kind == kind) ApplyRow();
      }
    }
    return was_there != is_there_ || (is_there_ && before != value_);
  }

  // Takes the rows of key_. A patch that removes a row and adds another of its key, equal to
  // SQLite but not in bytes, has two.
  void GatherRows() {
    rows_of_key_.clear();
    do {
      rows_of_key_.emplace_back(row_bytes_);
      if (rows_of_key_.size() > kMaxRowsOfKey) {
        throw Error(ErrorKind::kInvalid,
                    fmt::format("the patch has more than {} rows of one key of table '{}'",
                                kMaxRowsOfKey, info_.name));
      }
      has_row_ = rows_.Next(row_key_, row_bytes_);
    } while (has_row_ && row_key_ == key_);
  }

  void ApplyRow() {
    if (is_there_) {
      codec_.Decode(key_, value_, found_);
      if (!rowid_) rowid_ = found_.rowid;
    }
    switch (row_.kind) {
      case ChangeKind::kAdded:
        return AddRow();
      case ChangeKind::kRemoved:
        if (!Fits()) return;
        is_there_ = false;
        ++counts_.removed;
        return;
      case ChangeKind::kChanged:
        if (!Fits()) return;
        cells_ = found_.cells;
        for (size_t i = 0; i < cells_.size(); ++i) {
          if (row_.after[i]) cells_[i] = *row_.after[i];
        }
        Store(found_.rowid);
        ++counts_.changed;
        return;
    }
  }

  void AddRow() {
    cells_.assign(row_.after.size(), Cell{});
    for (size_t i = 0; i < cells_.size(); ++i) {
      if (!row_.after[i]) row_.after[i] = Cell{};
      cells_[i] = *row_.after[i];
    }
    if (is_there_) {
      const auto different = FirstDifference(row_.after, found_.cells);
      if (different) {
        Report(PatchConflict::Kind::kExists, row_.after, different);
      } else {
        ++counts_.already_there;
      }
      return;
    }
    Store(RowidToAdd());
    is_there_ = true;
    ++counts_.added;
  }

  // A row that takes the place of another of its key keeps its rowid.
  int64_t RowidToAdd() {
    if (info_.without_rowid) return 0;
    if (info_.identity == RowIdentity::kRowid) {
      return cells_[key_cells_.front()].value.integer;
    }
    if (!rowid_) rowid_ = free_rowids_.Next(tree_);
    return *rowid_;
  }

  void Store(int64_t rowid) {
    encoder_.Encode(rowid, cells_);
    if (encoder_.key() != key_) {
      throw Error(
          ErrorKind::kInvalid,
          fmt::format("the patch has a row of table '{}' that changes its key", info_.name));
    }
    value_ = encoder_.value();
  }

  // Whether the row that is there holds what the patch says it held.
  bool Fits() {
    if (!is_there_) {
      Report(PatchConflict::Kind::kMissing, row_.before, std::nullopt);
      return false;
    }
    const auto different = FirstDifference(row_.before, found_.cells);
    if (!different) return true;
    Report(PatchConflict::Kind::kDiffers, row_.before, different);
    return false;
  }

  void Report(PatchConflict::Kind kind, const std::vector<std::optional<Cell>>& named,
              std::optional<size_t> different) {
    ++counts_.conflicts;
    if (!on_conflict_) return;
    Row row = NamedRow(named, row_.rowid);
    if (info_.identity == RowIdentity::kRowid) {
      row.rowid = row.cells[key_cells_.front()].value.integer;
    }
    PatchConflict conflict{.kind = kind,
                           .table = info_,
                           .row = row,
                           .cell = different,
                           .encoding = shop_.encoding,
                           .source = shop_.nodes.source()};
    if (different) {
      conflict.expected = *named[*different];
      conflict.found = found_.cells[*different];
    }
    on_conflict_(conflict);
  }

  PatchWorkshop& shop_;
  const TableInfo& info_;
  const PatchConflictSink& on_conflict_;
  FreeRowids& free_rowids_;
  RowPatchCounts& counts_;
  ExternalSorter& rows_;
  const Tree& tree_;
  TreeCursor cursor_;
  RowCodec codec_;
  RowEncoder encoder_;
  std::vector<size_t> key_cells_;
  bool has_row_ = false;  // row_key_, row_bytes_ hold a row not applied
  ByteView row_key_;
  ByteView row_bytes_;
  SpooledRow row_;
  std::vector<Bytes> rows_of_key_;
  // The key at hand and what is there by it.
  Bytes key_;
  bool is_there_ = false;
  Bytes value_;
  std::optional<int64_t> rowid_;
  Row found_;
  std::vector<Cell> cells_;
  Edit edit_;
};

}  // namespace

std::optional<size_t> FirstDifference(const std::vector<std::optional<Cell>>& expected,
                                      const std::vector<Cell>& found) {
  for (size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] && !CellsEqual(*expected[i], found[i])) return i;
  }
  return std::nullopt;
}

Row NamedRow(const std::vector<std::optional<Cell>>& cells, std::optional<int64_t> rowid) {
  Row row;
  row.rowid = rowid.value_or(0);
  for (const std::optional<Cell>& cell : cells) row.cells.push_back(cell.value_or(Cell{}));
  return row;
}

Tree KeyedRows::Finish(const Tree& rows) {
  KeyedEdits edits(shop_, info_, on_conflict_, free_rowids_, counts_, rows_, rows);
  return ApplyEdits(shop_.nodes, shop_.batch, rows, edits);
}

}  // namespace pvc
