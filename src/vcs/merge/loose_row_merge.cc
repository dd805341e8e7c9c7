#include "vcs/merge/loose_row_merge.h"

#include <algorithm>
#include <memory>

#include "base/error.h"
#include "base/fs.h"
#include "engine/tree_cursor.h"
#include "engine/tree_diff.h"
#include "engine/tree_edits.h"
#include "vcs/content_matcher.h"
#include "vcs/merge/row_settler.h"
#include "vcs/merge/rowid_source.h"

namespace pvc {
namespace {

// Rows that their key does not tell from others, of base and one side: those that differ are given
// to a ContentMatcher, which says what became of each.
class SideMatcher {
 public:
  explicit SideMatcher(const RowMergeContext& context)
      : matcher_(context.repository.fs(), JoinPath(context.repository.pvc_path(), "incoming"),
                 context.repository.store().hash_kind(), ContentMatcher::Pairing::kByKeyAndMoves) {}

  void Add(ComparedSide side, ByteView content, ByteView key) {
    matcher_.Add(side, content, key);
    is_empty_ = false;
  }

  void Start() { Advance(); }
  bool Valid() const { return is_valid_; }
  ByteView key() const { return change_.key; }
  const Unmatched& change() const { return change_; }
  void Advance() { is_valid_ = !is_empty_ && matcher_.Next(change_); }

 private:
  ContentMatcher matcher_;
  Unmatched change_;
  bool is_empty_ = true;
  bool is_valid_ = false;
};

class LooseRowMerger {
 public:
  LooseRowMerger(const RowMergeContext& context, const TableInfo& info, const RowsOfSides& sides)
      : context_(context),
        sides_(sides),
        is_keyless_(info.identity == RowIdentity::kNone),
        settler_(context, info),
        rowids_(context, info, {sides.base, sides.ours, sides.theirs}),
        codec_(info, context.encoding, context.repository.store().hash_kind(), nullptr),
        encoder_(info, context.encoding, context.repository.store().hash_kind(), &context.sink),
        edits_(context.nodes, context.sink, sides.ours),
        ours_matcher_(context),
        theirs_matcher_(context),
        base_rows_(context.nodes, sides.base),
        our_rows_(context.nodes, sides.ours),
        their_rows_(context.nodes, sides.theirs) {
    for (size_t cell = 0; cell < codec_.stored_columns().size(); ++cell) {
      if (info.columns[codec_.stored_columns()[cell]].key_position > 0) key_cells_.push_back(cell);
    }
  }

  MergedRows Run() {
    if (!is_keyless_) MarkRowids();
    JoinByKey();
    MergeMatched();
    MergeAdded();
    MergedRows merged;
    merged.rows = edits_.Finish();
    merged.conflicts = settler_.FinishConflicts();
    return merged;
  }

 private:
  // Rowids that rows which come in may meet: those of rows that ours touched, and those that theirs
  // gave up of rows that stay where ours has them.
  void MarkRowids() {
    TreeChange change;
    TreeDiff ours(context_.nodes, sides_.base, context_.nodes, sides_.ours);
    while (ours.Next(change)) {
      if (change.after) rowids_.MarkUsed(Decode(change.key, *change.after).rowid);
    }
    TreeDiff theirs(context_.nodes, sides_.base, context_.nodes, sides_.theirs);
    while (theirs.Next(change)) {
      if (change.before && (change.after || IsMatchedByContent(change.key, change))) {
        rowids_.MarkUsed(Decode(change.key, *change.before).rowid);
      }
    }
  }

  const Row& Decode(ByteView key, ByteView value) {
    codec_.Decode(key, value, row_);
    return row_;
  }

  bool IsMatchedByContent(ByteView key, const TreeChange& change) {
    if (is_keyless_) return true;
    const Row& row = Decode(key, change.after ? *change.after : *change.before);
    return std::any_of(key_cells_.begin(), key_cells_.end(), [&](size_t cell) {
      return row.cells[cell].value.storage_class == StorageClass::kNull;
    });
  }

  // Rows with a key are settled at once, all others go to the matchers.
  void JoinByKey() {
    TreeDiff ours(context_.nodes, sides_.base, context_.nodes, sides_.ours);
    TreeDiff theirs(context_.nodes, sides_.base, context_.nodes, sides_.theirs);
    TreeChange our_change;
    TreeChange their_change;
    bool has_ours = ours.Next(our_change);
    bool has_theirs = theirs.Next(their_change);
    while (has_ours || has_theirs) {
      const int order = !has_ours ? 1 : !has_theirs ? -1 : our_change.key.compare(their_change.key);
      const TreeChange& change = order <= 0 ? our_change : their_change;
      if (IsMatchedByContent(change.key, change)) {
        if (order <= 0) AddToMatcher(ours_matcher_, our_change);
        if (order >= 0) AddToMatcher(theirs_matcher_, their_change);
      } else if (order >= 0) {
        SettleKeyed({their_change.before, order == 0 ? our_change.after : their_change.before,
                     their_change.after},
                    their_change.key);
      }
      if (order <= 0) has_ours = ours.Next(our_change);
      if (order >= 0) has_theirs = theirs.Next(their_change);
    }
  }

  void AddToMatcher(SideMatcher& matcher, const TreeChange& change) {
    if (change.before) {
      matcher.Add(ComparedSide::kBefore, ContentOf(change.key, *change.before), change.key);
    }
    if (change.after) {
      matcher.Add(ComparedSide::kAfter, ContentOf(change.key, *change.after), change.key);
    }
  }

  // Bytes that are equal for rows of equal cells.
  ByteView ContentOf(ByteView key, ByteView value) {
    if (is_keyless_) return value;
    encoder_.EncodeCells(0, Decode(key, value).cells, context_.nodes.source());
    content_.assign(encoder_.key());
    content_.append(encoder_.value());
    return content_;
  }

  void SettleKeyed(const RowSides& sides, ByteView key) {
    if (!sides.base && !sides.ours) {
      Insert(key, *sides.theirs);
      return;
    }
    Write(key, sides.ours, settler_.Settle(key, sides));
  }

  // Makes the row at `key` of ours the one given.
  void Write(ByteView key, const std::optional<ByteView>& ours,
             const std::optional<ByteView>& merged) {
    if (merged == ours) return;
    if (!merged) {
      edits_.Delete(key);
    } else if (!ours) {
      Insert(key, *merged);
    } else {
      edits_.Put(key, *merged);
    }
  }

  // Adds a row that ours does not have, under its rowid if that is free.
  void Insert(ByteView key, ByteView value) {
    const Row& row = Decode(key, value);
    const int64_t rowid = !is_keyless_             ? rowids_.Take(row.rowid)
                          : HasKey(our_rows_, key) ? rowids_.TakeNew()
                                                   : row.rowid;
    if (rowid == row.rowid) {
      edits_.Put(key, value);
      return;
    }
    encoder_.EncodeCells(rowid, row.cells, context_.nodes.source());
    edits_.Put(encoder_.key(), encoder_.value());
  }

  // What theirs did to rows of base without key, by their place in base; added rows are put aside.
  void MergeMatched() {
    added_ = std::make_unique<ContentMatcher>(
        context_.repository.fs(), JoinPath(context_.repository.pvc_path(), "incoming"),
        context_.repository.store().hash_kind(), ContentMatcher::Pairing::kNone);
    ours_matcher_.Start();
    theirs_matcher_.Start();
    while (ours_matcher_.Valid() || theirs_matcher_.Valid()) {
      const int order = !ours_matcher_.Valid() ? 1
                        : !theirs_matcher_.Valid()
                            ? -1
                            : ours_matcher_.key().compare(theirs_matcher_.key());
      const Unmatched* ours = order <= 0 ? &ours_matcher_.change() : nullptr;
      const Unmatched* theirs = order >= 0 ? &theirs_matcher_.change() : nullptr;
      if (ours != nullptr && IsAdded(*ours)) {
        added_->Add(ComparedSide::kBefore, ContentOf(ours->key, Find(our_rows_, ours->key)),
                    ours->key);
      }
      if (theirs != nullptr && IsAdded(*theirs)) {
        has_added_ = true;
        added_->Add(ComparedSide::kAfter, ContentOf(theirs->key, Find(their_rows_, theirs->key)),
                    theirs->key);
      }
      if (theirs != nullptr && theirs->in_before) SettleMatched(ours, *theirs);
      if (order <= 0) ours_matcher_.Advance();
      if (order >= 0) theirs_matcher_.Advance();
    }
  }

  static bool IsAdded(const Unmatched& change) { return change.in_after && !change.in_before; }

  // Settles a row of base that theirs changed or removed. `ours`: what ours did; null: nothing.
  void SettleMatched(const Unmatched* ours, const Unmatched& theirs) {
    const ByteView key = theirs.key;
    RowSides sides;
    sides.base = Find(base_rows_, key);
    if (theirs.in_after) sides.theirs = Find(their_rows_, key);
    if (ours != nullptr && ours->moved_to) {
      SettleMoved(*ours->moved_to, sides);
      return;
    }
    if (ours == nullptr) {
      sides.ours = sides.base;
    } else if (ours->in_after) {
      sides.ours = Find(our_rows_, key);
    } else if (sides.theirs && HasKey(our_rows_, key)) {
      SettleDisplaced(sides);
      return;
    }
    Write(key, sides.ours, settler_.Settle(key, sides));
  }

  // Theirs changed a row that ours removed, and ours has a row from elsewhere in its place: it is
  // settled under a rowid of its own.
  void SettleDisplaced(const RowSides& sides) {
    const int64_t rowid = rowids_.TakeNew();
    encoder_.EncodeCells(rowid, Decode(KeyOfBase(), *sides.base).cells, context_.nodes.source());
    const Bytes base(encoder_.value());
    encoder_.EncodeCells(rowid, Decode(KeyOfBase(), *sides.theirs).cells, context_.nodes.source());
    const Bytes theirs(encoder_.value());
    const Bytes key(encoder_.key());
    Write(key, std::nullopt, settler_.Settle(key, {base, std::nullopt, theirs}));
  }

  // The row stands elsewhere in ours, unchanged.
  void SettleMoved(ByteView moved_to, const RowSides& sides) {
    if (!sides.theirs) {
      edits_.Delete(moved_to);
      return;
    }
    const int64_t rowid = Decode(moved_to, Find(our_rows_, moved_to)).rowid;
    encoder_.EncodeCells(rowid, Decode(KeyOfBase(), *sides.theirs).cells, context_.nodes.source());
    edits_.Put(encoder_.key(), encoder_.value());
  }
  ByteView KeyOfBase() const { return theirs_matcher_.key(); }

  // Rows that both added alike are there once.
  void MergeAdded() {
    if (!has_added_) return;
    Unmatched added;
    while (added_->Next(added)) {
      if (added.in_after) Insert(added.key, Find(their_rows_, added.key));
    }
  }

  static bool HasKey(TreeCursor& cursor, ByteView key) {
    cursor.Seek(key);
    return cursor.Valid() && cursor.key() == key;
  }

  // A row that is there.   Lifetime: until the cursor moves.
  static ByteView Find(TreeCursor& cursor, ByteView key) {
    if (!HasKey(cursor, key)) {
      throw Error(ErrorKind::kCorrupt, "rows out of order");
    }
    return cursor.value();
  }

  const RowMergeContext& context_;
  const RowsOfSides& sides_;
  const bool is_keyless_;
  RowSettler settler_;
  RowidSource rowids_;
  RowCodec codec_;
  RowCodec encoder_;
  std::vector<size_t> key_cells_;
  TreeEdits edits_;
  SideMatcher ours_matcher_;
  SideMatcher theirs_matcher_;
  std::unique_ptr<ContentMatcher> added_;
  bool has_added_ = false;
  TreeCursor base_rows_;
  TreeCursor our_rows_;
  TreeCursor their_rows_;
  Bytes content_;
  Row row_;
};

}  // namespace

MergedRows MergeLooseRows(const RowMergeContext& context, const TableInfo& info,
                          const RowsOfSides& sides) {
  return LooseRowMerger(context, info, sides).Run();
}

}  // namespace pvc
