#include "vcs/row_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/error.h"
#include "engine/tree_cursor.h"
#include "engine/tree_diff.h"
#include "vcs/content_matcher.h"
#include "vcs/layout_map.h"
#include "vcs/tree_join.h"

namespace pvc {

namespace {

// One side's table, with what reading its rows takes.
class SideRows {
 public:
  SideRows(NodeReader& nodes, HashKind hash_kind, const StoredTable& table, TextEncoding encoding)
      : table_(table),
        encoding_(encoding),
        hash_kind_(hash_kind),
        codec_(table.info, encoding, hash_kind_, nullptr),
        cursor_(nodes, table.rows) {
    const TableInfo& info = table.info;
    if (info.identity != RowIdentity::kPrimaryKey || info.without_rowid) return;
    for (size_t cell = 0; cell < codec_.stored_columns().size(); ++cell) {
      if (info.columns[codec_.stored_columns()[cell]].key_position > 0) key_cells_.push_back(cell);
    }
  }

  const StoredTable& table() const { return table_; }
  TreeCursor& cursor() { return cursor_; }
  const Row& row() const { return row_; }

  const Row& Decode(ByteView key, ByteView value) {
    codec_.Decode(key, value, row_);
    return row_;
  }

  // Reads a row that is there.
  const Row& Find(ByteView key) {
    cursor_.Seek(key);
    if (!cursor_.Valid() || cursor_.key() != key) {
      throw Error(ErrorKind::kCorrupt,
                  fmt::format("table '{}': rows out of order", table_.info.name));
    }
    return Decode(cursor_.key(), cursor_.value());
  }

  // True for rows that their key does not tell from others: NULL in the key of a rowid table.
  bool HasNullInKey() const {
    return std::any_of(key_cells_.begin(), key_cells_.end(), [this](size_t cell) {
      return row_.cells[cell].value.storage_class == StorageClass::kNull;
    });
  }

  void AppendRanges(const std::vector<std::string>& typed_keys,
                    std::vector<KeyRange>& ranges) const {
    for (const std::string& typed : typed_keys) {
      try {
        for (KeyRange& range : KeyRangesOf(table_.info, encoding_, hash_kind_, typed)) {
          ranges.push_back(std::move(range));
        }
      } catch (const Error& error) {
        // Of two layouts a key may fit but one, which DiffSelection made sure of.
        if (error.kind() != ErrorKind::kInvalid) throw;
      }
    }
  }

 private:
  const StoredTable& table_;
  TextEncoding encoding_;
  HashKind hash_kind_;
  RowCodec codec_;
  TreeCursor cursor_;
  std::vector<size_t> key_cells_;
  Row row_;
};

void SortUnique(std::vector<KeyRange>& ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const KeyRange& a, const KeyRange& b) { return a.low < b.low; });
  ranges.erase(std::unique(ranges.begin(), ranges.end()), ranges.end());
}

class TableRowDiff {
 public:
  TableRowDiff(Repository& repository, NodeReader& nodes, const TableDiff& table,
               const SchemaObject* object_after, const DiffSelection::Rows* rows, DiffSink& sink)
      : repository_(repository), nodes_(nodes), table_(table), sink_(sink) {
    const HashKind hash_kind = repository.store().hash_kind();
    if (rows != nullptr && !rows->all) keys_ = &rows->keys;
    if (table.before) {
      before_ = std::make_unique<SideRows>(nodes, hash_kind, *table.before, table.encoding_before);
    }
    if (table.after) {
      after_ = std::make_unique<SideRows>(nodes, hash_kind, *table.after, table.encoding_after);
    }
    if (!table.before || !table.after) return;
    map_ = std::make_unique<LayoutMap>(table, nodes.source(), hash_kind);
    if (table.pairing != nullptr) {
      map_->SetFills(*table.pairing);
    } else if (object_after != nullptr && map_->HasAddedColumns()) {
      map_->SetDefaults(
          ReadColumnDefaults(repository, *object_after, table.after->info, map_->column_map()));
    }
  }

  void Run() {
    if (map_ == nullptr) {
      EmitOneSide();
    } else if (map_->same_keys()) {
      CompareByKey();
    } else {
      CompareByContent();
    }
    EmitUnmatched();
    if (has_begun_) sink_.EndTable(table_, counts_);
  }

 private:
  SideRows& side(ComparedSide which) { return which == ComparedSide::kBefore ? *before_ : *after_; }

  // The ranges asked for: one that holds all, or those of the keys.
  std::vector<KeyRange> RangesOf(std::initializer_list<const SideRows*> sides) const {
    if (keys_ == nullptr) return {KeyRange{}};
    std::vector<KeyRange> ranges;
    for (const SideRows* rows : sides) rows->AppendRanges(*keys_, ranges);
    SortUnique(ranges);
    return ranges;
  }

  template <typename Visit>
  void ForEachEntry(SideRows& rows, const Visit& visit) {
    TreeCursor& cursor = rows.cursor();
    for (const KeyRange& range : RangesOf({&rows})) {
      for (cursor.Seek(range.low);
           cursor.Valid() && (range.high.empty() || cursor.key() < range.high); cursor.Next()) {
        visit(cursor.key(), cursor.value());
      }
    }
  }

  void EmitOneSide() {
    const bool is_added = before_ == nullptr;
    SideRows& rows = is_added ? *after_ : *before_;
    ForEachEntry(rows, [&](ByteView key, ByteView value) {
      const Row& row = rows.Decode(key, value);
      Emit(is_added ? nullptr : &row, is_added ? &row : nullptr);
    });
  }

  void CompareByContent() {
    MakeMatcher(ContentMatcher::Pairing::kNone);
    for (const ComparedSide which : {ComparedSide::kBefore, ComparedSide::kAfter}) {
      SideRows& rows = side(which);
      ForEachEntry(rows, [&](ByteView key, ByteView value) {
        rows.Decode(key, value);
        AddToMatcher(which, key);
      });
    }
  }

  void CompareByKey() {
    TreeChange change;
    if (keys_ == nullptr && map_->same_bytes()) {
      TreeDiff diff(nodes_, table_.before->rows, nodes_, table_.after->rows);
      while (diff.Next(change)) Compare(change);
      return;
    }
    for (const KeyRange& range : RangesOf({before_.get(), after_.get()})) {
      TreeJoin join(nodes_, table_.before->rows, table_.after->rows, range);
      while (join.Next(change)) {
        const bool is_same = map_->same_bytes() && change.before == change.after;
        if (!is_same) Compare(change);
      }
    }
  }

  void Compare(const TreeChange& change) {
    // One row asked for by rowid is compared with what is at that rowid.
    const bool by_content = table_.after->info.identity == RowIdentity::kNone && keys_ == nullptr;
    if (by_content && map_->same_columns()) {
      MakeMatcher(ContentMatcher::Pairing::kByKey);
      if (change.before) matcher_->Add(ComparedSide::kBefore, *change.before, change.key);
      if (change.after) matcher_->Add(ComparedSide::kAfter, *change.after, change.key);
      return;
    }
    const Row* before = change.before ? &before_->Decode(change.key, *change.before) : nullptr;
    const Row* after = change.after ? &after_->Decode(change.key, *change.after) : nullptr;
    if (by_content || (before != nullptr && before_->HasNullInKey()) ||
        (after != nullptr && after_->HasNullInKey())) {
      MakeMatcher(ContentMatcher::Pairing::kByKey);
      if (before != nullptr) AddToMatcher(ComparedSide::kBefore, change.key);
      if (after != nullptr) AddToMatcher(ComparedSide::kAfter, change.key);
      return;
    }
    if (before != nullptr && after != nullptr && map_->RowsEqual(*before, *after)) return;
    Emit(before, after);
  }

  void MakeMatcher(ContentMatcher::Pairing pairing) {
    if (matcher_ != nullptr) return;
    matcher_ = std::make_unique<ContentMatcher>(repository_.fs(),
                                                JoinPath(repository_.pvc_path(), "incoming"),
                                                repository_.store().hash_kind(), pairing);
  }

  // Adds the row decoded last.
  void AddToMatcher(ComparedSide which, ByteView key) {
    content_.clear();
    map_->AppendContent(which, side(which).row(), content_);
    matcher_->Add(which, content_, key);
  }

  void EmitUnmatched() {
    if (matcher_ == nullptr) return;
    Unmatched unmatched;
    while (matcher_->Next(unmatched)) {
      Emit(unmatched.in_before ? &before_->Find(unmatched.key) : nullptr,
           unmatched.in_after ? &after_->Find(unmatched.key) : nullptr);
    }
  }

  void Emit(const Row* before, const Row* after) {
    if (!has_begun_) {
      has_begun_ = true;
      sink_.BeginTable(table_);
    }
    RowChange change;
    change.before = before;
    change.after = after;
    if (before == nullptr) {
      change.kind = ChangeKind::kAdded;
      ++counts_.added;
    } else if (after == nullptr) {
      change.kind = ChangeKind::kRemoved;
      ++counts_.removed;
    } else {
      change.kind = ChangeKind::kChanged;
      change.column_map = &map_->column_map();
      ++counts_.changed;
    }
    sink_.OnRow(table_, change);
  }

  Repository& repository_;
  NodeReader& nodes_;
  const TableDiff& table_;
  DiffSink& sink_;
  const std::vector<std::string>* keys_ = nullptr;  // null: all rows
  std::unique_ptr<SideRows> before_;
  std::unique_ptr<SideRows> after_;
  std::unique_ptr<LayoutMap> map_;  // when there are two sides
  std::unique_ptr<ContentMatcher> matcher_;
  Bytes content_;
  bool has_begun_ = false;
  TableDiffCounts counts_;
};

}  // namespace

void DiffTableRows(Repository& repository, NodeReader& nodes, const TableDiff& table,
                   const SchemaObject* object_after, const DiffSelection::Rows* rows,
                   DiffSink& sink) {
  TableRowDiff(repository, nodes, table, object_after, rows, sink).Run();
}

}  // namespace pvc
