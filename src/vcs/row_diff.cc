#include "vcs/row_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
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

/// Walks the entries of a tree that lie in some ranges.
class EntryScan {
 public:
  EntryScan(TreeCursor& cursor, std::vector<KeyRange> ranges)
      : cursor_(cursor), ranges_(std::move(ranges)) {}

  /// Returns: false past the last; else the cursor is at an entry.
  bool Next() {
    if (is_open_) cursor_.Next();
    while (true) {
      if (!is_open_) {
        if (next_ == ranges_.size()) return false;
        cursor_.Seek(ranges_[next_++].low);
        is_open_ = true;
      }
      const Bytes& high = ranges_[next_ - 1].high;
      if (cursor_.Valid() && (high.empty() || cursor_.key() < high)) return true;
      is_open_ = false;
    }
  }

 private:
  TreeCursor& cursor_;
  std::vector<KeyRange> ranges_;
  size_t next_ = 0;
  bool is_open_ = false;
};

}  // namespace

class RowDiff::Impl {
 public:
  Impl(Repository& repository, NodeReader& nodes, const TableDiff& table,
       const SchemaObject* object_after, Options options)
      : repository_(repository), nodes_(nodes), table_(table), step_(std::move(options.step)) {
    const HashKind hash_kind = repository.store().hash_kind();
    if (options.rows != nullptr && !options.rows->all) keys_ = options.rows->keys;
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

  bool GoesByKey() const {
    return map_ == nullptr ||
           (map_->same_keys() && !keys_ && table_.after->info.identity != RowIdentity::kNone);
  }

  void Restrict(std::vector<KeyRange> ranges) { restricted_ = std::move(ranges); }

  bool Next(RowChange& change) {
    if (!is_matching_) {
      if (NextUnpaired(change)) return true;
      is_matching_ = true;
    }
    Unmatched unmatched;
    if (matcher_ == nullptr || !matcher_->Next(unmatched)) return false;
    Fill(unmatched.key, unmatched.in_before ? &before_->Find(unmatched.key) : nullptr,
         unmatched.in_after ? &after_->Find(unmatched.key) : nullptr, change);
    return true;
  }

  const TableDiffCounts& counts() const { return counts_; }

 private:
  SideRows& side(ComparedSide which) { return which == ComparedSide::kBefore ? *before_ : *after_; }

  void Step() const {
    if (step_) step_();
  }

  // The ranges asked for: one that holds all, or those of the keys.
  std::vector<KeyRange> RangesOf(std::initializer_list<const SideRows*> sides) const {
    if (restricted_) return *restricted_;
    if (!keys_) return {KeyRange{}};
    std::vector<KeyRange> ranges;
    for (const SideRows* rows : sides) rows->AppendRanges(*keys_, ranges);
    SortUnique(ranges);
    return ranges;
  }

  // The next change but for those that the matcher finds, which gets the rows meanwhile.
  bool NextUnpaired(RowChange& change) {
    if (map_ == nullptr) return NextOfOneSide(change);
    if (map_->same_keys()) return NextByKey(change);
    FillMatcher();
    return false;
  }

  bool NextOfOneSide(RowChange& change) {
    const bool is_added = before_ == nullptr;
    SideRows& rows = is_added ? *after_ : *before_;
    if (scan_ == nullptr) scan_ = std::make_unique<EntryScan>(rows.cursor(), RangesOf({&rows}));
    if (!scan_->Next()) return false;
    Step();
    const Row& row = rows.Decode(rows.cursor().key(), rows.cursor().value());
    Fill(rows.cursor().key(), is_added ? nullptr : &row, is_added ? &row : nullptr, change);
    return true;
  }

  void FillMatcher() {
    MakeMatcher(ContentMatcher::Pairing::kNone);
    for (const ComparedSide which : {ComparedSide::kBefore, ComparedSide::kAfter}) {
      SideRows& rows = side(which);
      EntryScan scan(rows.cursor(), RangesOf({&rows}));
      while (scan.Next()) {
        Step();
        rows.Decode(rows.cursor().key(), rows.cursor().value());
        AddToMatcher(which, rows.cursor().key());
      }
    }
  }

  bool NextByKey(RowChange& change) {
    while (NextEntry()) {
      Step();
      if (Compare(entry_, change)) return true;
    }
    return false;
  }

  // Goes to the next key of the ranges, leaving out equal entries where they are equal rows.
  bool NextEntry() {
    if (!ranges_) ranges_ = RangesOf({before_.get(), after_.get()});
    while (true) {
      if (diff_ != nullptr && diff_->Next(entry_)) return true;
      if (join_ != nullptr && join_->Next(entry_)) return true;
      if (next_range_ == ranges_->size()) return false;
      KeyRange& range = (*ranges_)[next_range_++];
      const Tree& before = table_.before->rows;
      const Tree& after = table_.after->rows;
      if (map_->same_bytes()) {
        diff_ = std::make_unique<TreeDiff>(nodes_, before, nodes_, after);
        diff_->SetRange(std::move(range.low), std::move(range.high));
      } else {
        join_ = std::make_unique<TreeJoin>(nodes_, before, after, std::move(range));
      }
    }
  }

  bool Compare(const TreeChange& entry, RowChange& change) {
    // One row asked for by rowid is compared with what is at that rowid.
    const bool by_content = table_.after->info.identity == RowIdentity::kNone && !keys_;
    if (by_content && map_->same_columns()) {
      MakeMatcher(ContentMatcher::Pairing::kByKey);
      if (entry.before) matcher_->Add(ComparedSide::kBefore, *entry.before, entry.key);
      if (entry.after) matcher_->Add(ComparedSide::kAfter, *entry.after, entry.key);
      return false;
    }
    const Row* before = entry.before ? &before_->Decode(entry.key, *entry.before) : nullptr;
    const Row* after = entry.after ? &after_->Decode(entry.key, *entry.after) : nullptr;
    if (by_content || (before != nullptr && before_->HasNullInKey()) ||
        (after != nullptr && after_->HasNullInKey())) {
      MakeMatcher(ContentMatcher::Pairing::kByKey);
      if (before != nullptr) AddToMatcher(ComparedSide::kBefore, entry.key);
      if (after != nullptr) AddToMatcher(ComparedSide::kAfter, entry.key);
      return false;
    }
    if (before != nullptr && after != nullptr && map_->RowsEqual(*before, *after)) return false;
    Fill(entry.key, before, after, change);
    return true;
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

  void Fill(ByteView key, const Row* before, const Row* after, RowChange& change) {
    change.key = key;
    change.before = before;
    change.after = after;
    change.column_map = nullptr;
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
  }

  Repository& repository_;
  NodeReader& nodes_;
  const TableDiff& table_;
  const std::function<void()> step_;
  std::optional<std::vector<std::string>> keys_;     // as typed; nothing: all rows
  std::optional<std::vector<KeyRange>> restricted_;  // nothing: all rows
  std::unique_ptr<SideRows> before_;
  std::unique_ptr<SideRows> after_;
  std::unique_ptr<LayoutMap> map_;   // when there are two sides
  std::unique_ptr<EntryScan> scan_;  // when there is one
  std::optional<std::vector<KeyRange>> ranges_;
  size_t next_range_ = 0;
  std::unique_ptr<TreeDiff> diff_;  // of two sides by key one of the two walks a range
  std::unique_ptr<TreeJoin> join_;
  TreeChange entry_;
  bool is_matching_ = false;
  std::unique_ptr<ContentMatcher> matcher_;
  Bytes content_;
  TableDiffCounts counts_;
};

RowDiff::RowDiff(Repository& repository, NodeReader& nodes, const TableDiff& table,
                 const SchemaObject* object_after, Options options)
    : impl_(std::make_unique<Impl>(repository, nodes, table, object_after, std::move(options))) {}

RowDiff::~RowDiff() = default;

bool RowDiff::GoesByKey() const { return impl_->GoesByKey(); }

void RowDiff::Restrict(std::vector<KeyRange> ranges) {
  PVC_ASSERT(GoesByKey());
  impl_->Restrict(std::move(ranges));
}

bool RowDiff::Next(RowChange& change) { return impl_->Next(change); }

const TableDiffCounts& RowDiff::counts() const { return impl_->counts(); }

void DiffTableRows(Repository& repository, NodeReader& nodes, const TableDiff& table,
                   const SchemaObject* object_after, const DiffSelection::Rows* rows,
                   DiffSink& sink) {
  RowDiff diff(repository, nodes, table, object_after, {rows, {}});
  RowChange change;
  for (bool has_begun = false; diff.Next(change); has_begun = true) {
    if (!has_begun) sink.BeginTable(table);
    sink.OnRow(table, change);
  }
  const TableDiffCounts& counts = diff.counts();
  if (counts.added + counts.removed + counts.changed > 0) sink.EndTable(table, counts);
}

}  // namespace pvc
