#include "vcs/merge/reference_rewrite.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/fs.h"
#include "engine/tree_cursor.h"
#include "engine/tree_edits.h"
#include "vcs/ascii_case.h"
#include "vcs/content_matcher.h"
#include "vcs/merge/cell_merge.h"
#include "vcs/merge/constraint_mentions.h"
#include "vcs/merge/rowid_source.h"
#include "vcs/merge/scratch_table.h"
#include "vcs/merge/table_outcome.h"
#include "vcs/row_key.h"
#include "vcs/scratch_database.h"

namespace pvc {
namespace {

const CatalogEntry* FindEntry(const std::vector<CatalogEntry>& entries, const std::string& name) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const CatalogEntry& entry) {
    return entry.table && EqualIgnoringAsciiCase(entry.object.name, name);
  });
  return found == entries.end() ? nullptr : &*found;
}

std::string KeyColumn(const TableInfo& info) {
  for (const Column& column : info.columns) {
    if (column.is_rowid_alias) return column.name;
  }
  return "";
}

// A foreign key whose row has another key from now on.
struct NewReference {
  size_t cell = 0;
  int64_t old_key = 0;
  int64_t new_key = 0;

  bool IsOld(const Row& row) const {
    const Value& value = row.cells[cell].value;
    return value.storage_class == StorageClass::kInteger && value.integer == old_key;
  }
};

// Returns: whether the row changed.
bool Follow(const std::vector<NewReference>& references, Row& row) {
  bool has_changed = false;
  for (const NewReference& reference : references) {
    if (!reference.IsOld(row)) continue;
    row.cells[reference.cell].value = Value::Integer(reference.new_key);
    has_changed = true;
  }
  return has_changed;
}

class TableRewriter {
 public:
  TableRewriter(const RowMergeContext& context, const MergeUnderWay& merge,
                const TableReferences& references, const RenumberedTables& renumbered,
                const std::vector<Renumbering>& moved, CatalogEntry& entry, const Tree& open)
      : context_(context),
        references_(references),
        renumbered_(renumbered),
        moved_(moved),
        info_(entry.table->info),
        base_(RowsOf(merge.base)),
        ours_(RowsOf(merge.ours)),
        theirs_(RowsOf(merge.theirs)),
        merged_before_(entry.table->rows),
        open_before_(open),
        rows_(context.nodes, context.sink, merged_before_),
        open_(context.nodes, context.sink, open_before_),
        codec_(info_, context.encoding, HashKindOf(), nullptr),
        other_codec_(info_, context.encoding, HashKindOf(), nullptr),
        their_codec_(info_, context.encoding, HashKindOf(), nullptr),
        encoder_(info_, context.encoding, HashKindOf(), &context.sink),
        rowids_(context, info_, {base_, ours_, theirs_, merged_before_}) {}

  void Run() {
    bool has_loose = info_.identity == RowIdentity::kNone;
    if (!has_loose) {
      ForEachChange(context_.nodes, base_, theirs_, [&](const TreeChange& change) {
        if (!change.after) return;
        their_codec_.Decode(change.key, *change.after, theirs_row_);
        const auto news = NewReferences(theirs_row_, change.key, change.before);
        if (news.empty()) return;
        if (GoesByContent(theirs_row_)) {
          has_loose = true;
        } else {
          FollowKeyed(change.key, *change.after, news);
        }
      });
    }
    if (!has_loose) return;
    FollowLooseRows();
    FollowLooseConflicts();
    AddRowsAddedAlike();
  }

  Tree FinishRows() { return rows_.Finish(); }
  Tree FinishConflicts() { return open_.Finish(); }
  uint64_t count() const { return count_; }

 private:
  HashKind HashKindOf() const { return context_.repository.store().hash_kind(); }

  // A side's rows; none where it has no such table. The other sides have the merged layout.
  Tree RowsOf(const Snapshot& side) const {
    const auto entry = FindTable(context_.nodes, side.catalog, references_.table);
    if (!entry || entry->table->info != info_) return {};
    return entry->table->rows;
  }

  bool GoesByContent(const Row& row) const {
    if (info_.identity == RowIdentity::kNone) return true;
    if (info_.identity != RowIdentity::kPrimaryKey || info_.without_rowid) return false;
    for (size_t cell = 0; cell < row.cells.size(); ++cell) {
      if (info_.columns[codec_.stored_columns()[cell]].key_position > 0 &&
          row.cells[cell].value.storage_class == StorageClass::kNull) {
        return true;
      }
    }
    return false;
  }

  // What of a row of theirs has to follow; what another version of it, under the same key, refers
  // to as well stays.
  std::vector<NewReference> NewReferences(const Row& row, ByteView key,
                                          const std::optional<ByteView>& other) {
    std::vector<NewReference> news;
    for (const auto& reference : references_.references) {
      const auto renumbering = renumbered_.find(reference.parent);
      const Value& value = row.cells[reference.cell].value;
      if (renumbering == renumbered_.end() || value.storage_class != StorageClass::kInteger) {
        continue;
      }
      const auto new_key = renumbering->second.NewKey(value.integer);
      if (new_key) news.push_back({reference.cell, value.integer, *new_key});
    }
    if (other && !news.empty()) {
      other_codec_.Decode(key, *other, other_row_);
      std::erase_if(news,
                    [&](const NewReference& reference) { return reference.IsOld(other_row_); });
    }
    return news;
  }

  // --- rows with a key

  void FollowKeyed(ByteView key, ByteView theirs, const std::vector<NewReference>& news) {
    if (info_.identity == RowIdentity::kRowid) {
      for (const Renumbering& renumbering : moved_) {
        const auto new_key = renumbering.NewKey(ReadRowidKey(key));
        if (!new_key) continue;
        Bytes moved_key;
        AppendRowidKey(moved_key, *new_key);
        FollowMerged(moved_key, news);
        return;
      }
    }
    if (const auto conflict = ValueAt(context_.nodes, open_before_, key)) {
      FollowConflict(key, DecodeRowConflict(*conflict), news);
      return;
    }
    const auto ours = ValueAt(context_.nodes, ours_, key);
    if (ours) {
      FollowShared(key, *ours, theirs, news);
    } else {
      FollowMerged(key, news);
    }
  }

  // A merged row that is theirs.
  void FollowMerged(ByteView key, const std::vector<NewReference>& news) {
    const auto merged = ValueAt(context_.nodes, merged_before_, key);
    if (!merged) return;
    codec_.Decode(key, *merged, row_);
    if (Follow(news, row_)) Move(key, row_);
  }

  void Move(ByteView from, const Row& row) {
    encoder_.EncodeCells(row.rowid, row.cells, context_.nodes.source());
    if (encoder_.key() != from) rows_.Delete(from);
    rows_.Put(encoder_.key(), encoder_.value());
    ++count_;
  }

  // A row of theirs beside that of ours. Where the rowid is no key, it takes another.
  void Add(const Row& row) {
    const bool is_loose = info_.identity == RowIdentity::kNone ||
                          (info_.identity == RowIdentity::kPrimaryKey && !info_.without_rowid);
    encoder_.EncodeCells(is_loose ? rowids_.TakeNew() : row.rowid, row.cells,
                         context_.nodes.source());
    rows_.Put(encoder_.key(), encoder_.value());
  }

  void FollowConflict(ByteView key, RowConflict conflict, const std::vector<NewReference>& news) {
    if (!conflict.theirs) return;
    const Bytes theirs = *conflict.theirs;
    codec_.Decode(key, theirs, row_);
    if (!Follow(news, row_)) return;
    encoder_.EncodeCells(row_.rowid, row_.cells, context_.nodes.source());
    conflict.theirs = Bytes(encoder_.value());
    const Bytes new_key(encoder_.key());
    if (new_key != key) {
      if (conflict.base) return;  // a row of base, whose key cannot follow
      open_.Delete(key);
      if (conflict.ours) {
        Add(row_);  // the two are not in each other's way any more
      } else {
        open_.Put(new_key, EncodeRowConflict(conflict));
      }
      ++count_;
      return;
    }
    // Cells in which ours has the same are to be settled too; others were merged.
    std::vector<NewReference> merged_in = news;
    if (conflict.ours) {
      codec_.Decode(key, *conflict.ours, row_);
      for (const NewReference& reference : news) {
        if (!reference.IsOld(row_) || conflict.open_cells.empty()) continue;
        conflict.open_cells.push_back(static_cast<uint32_t>(reference.cell));
      }
      std::erase_if(merged_in, [&](const NewReference& r) { return r.IsOld(row_); });
      auto& open = conflict.open_cells;
      std::sort(open.begin(), open.end());
      open.erase(std::unique(open.begin(), open.end()), open.end());
    }
    open_.Put(key, EncodeRowConflict(conflict));
    ++count_;
    if (const auto merged = ValueAt(context_.nodes, merged_before_, key)) {
      codec_.Decode(key, *merged, row_);
      if (!Follow(merged_in, row_)) return;
      encoder_.EncodeCells(row_.rowid, row_.cells, context_.nodes.source());
      rows_.Put(key, encoder_.value());
    }
  }

  // A row that ours has too, and that is not in conflict.
  void FollowShared(ByteView key, ByteView ours, ByteView theirs,
                    const std::vector<NewReference>& news) {
    const auto merged = ValueAt(context_.nodes, merged_before_, key);
    if (!merged) return;
    const auto base = ValueAt(context_.nodes, base_, key);
    their_codec_.Decode(key, theirs, theirs_row_);
    other_codec_.Decode(key, ours, other_row_);
    codec_.Decode(key, *merged, row_);
    const bool is_alike = HaveEqualCells(other_row_, theirs_row_);
    if (!base && !is_alike) {
      // It was in conflict: theirs counts where theirs was taken.
      if (HaveEqualCells(row_, theirs_row_) && Follow(news, row_)) Move(key, row_);
      return;
    }
    std::vector<NewReference> shared;
    std::vector<NewReference> merged_in;
    for (const NewReference& reference : news) {
      (reference.IsOld(other_row_) ? shared : merged_in).push_back(reference);
    }
    Follow(news, theirs_row_);
    encoder_.EncodeCells(other_row_.rowid, theirs_row_.cells, context_.nodes.source());
    if (encoder_.key() != key) {
      if (base) return;  // a row of base, whose key cannot follow
      Add(theirs_row_);
      ++count_;
      return;
    }
    RowConflict conflict;
    if (base) conflict.base = *base;
    conflict.ours = Bytes(ours);
    conflict.theirs = Bytes(encoder_.value());
    for (const NewReference& reference : shared) {
      if (reference.IsOld(row_)) {
        conflict.open_cells.push_back(static_cast<uint32_t>(reference.cell));
      }
    }
    std::sort(conflict.open_cells.begin(), conflict.open_cells.end());
    if (!conflict.open_cells.empty()) {
      open_.Put(key, EncodeRowConflict(conflict));
      ++count_;
    }
    if (Follow(merged_in, row_)) Move(key, row_);
  }

  // --- rows that go by content

  // Those that came in, wherever they are.
  void FollowLooseRows() {
    ForEachChange(context_.nodes, ours_, merged_before_, [&](const TreeChange& change) {
      if (!change.after) return;
      codec_.Decode(change.key, *change.after, row_);
      if (!GoesByContent(row_)) return;
      const auto news = NewReferences(row_, change.key, change.before);
      if (Follow(news, row_)) Move(change.key, row_);
    });
  }

  void FollowLooseConflicts() {
    TreeCursor cursor(context_.nodes, open_before_);
    for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
      RowConflict conflict = DecodeRowConflict(cursor.value());
      if (!conflict.theirs) continue;
      codec_.Decode(cursor.key(), *conflict.theirs, row_);
      if (!GoesByContent(row_)) continue;
      const auto news = NewReferences(row_, cursor.key(), conflict.base);
      if (!news.empty()) FollowConflict(cursor.key(), std::move(conflict), news);
    }
  }

  // A row that both sides added with the same content came in once: theirs is another row now.
  void AddRowsAddedAlike() {
    ContentMatcher matcher(context_.repository.fs(),
                           JoinPath(context_.repository.pvc_path(), "incoming"), HashKindOf(),
                           ContentMatcher::Pairing::kByKeyAndMoves);
    const bool has_both = AddNewRows(matcher, ComparedSide::kBefore, ours_) &&
                          AddNewRows(matcher, ComparedSide::kAfter, theirs_);
    if (!has_both) return;
    TreeCursor their_rows(context_.nodes, theirs_);
    Unmatched match;
    while (matcher.Next(match)) {
      if (!match.moved_to) continue;
      const Bytes key(match.moved_to->substr(1));
      their_rows.Seek(key);
      their_codec_.Decode(key, their_rows.value(), theirs_row_);
      Follow(NewReferences(theirs_row_, key, std::nullopt), theirs_row_);
      Add(theirs_row_);
      ++count_;
    }
  }

  // Rows that a side added and that refer to what was renumbered. Their keys begin with the side's
  // letter, so that every pair has two.
  bool AddNewRows(ContentMatcher& matcher, ComparedSide side, const Tree& rows) {
    const char letter = side == ComparedSide::kBefore ? 'o' : 't';
    bool has_any = false;
    ForEachChange(context_.nodes, base_, rows, [&](const TreeChange& change) {
      if (change.before || !change.after) return;
      codec_.Decode(change.key, *change.after, row_);
      if (!GoesByContent(row_) || NewReferences(row_, change.key, std::nullopt).empty()) return;
      encoder_.EncodeCells(0, row_.cells, context_.nodes.source());
      matcher.Add(side, Bytes(encoder_.key()).append(encoder_.value()),
                  Bytes(1, letter).append(change.key));
      has_any = true;
    });
    return has_any;
  }

  const RowMergeContext& context_;
  const TableReferences& references_;
  const RenumberedTables& renumbered_;
  const std::vector<Renumbering>& moved_;
  const TableInfo& info_;
  const Tree base_;
  const Tree ours_;
  const Tree theirs_;
  const Tree merged_before_;
  const Tree open_before_;
  TreeEdits rows_;
  TreeEdits open_;
  RowCodec codec_;
  RowCodec other_codec_;
  RowCodec their_codec_;
  RowCodec encoder_;
  RowidSource rowids_;
  Row row_;
  Row other_row_;
  Row theirs_row_;
  uint64_t count_ = 0;
};

void RequireOneLayout(const RowMergeContext& context, const MergeUnderWay& merge,
                      const CatalogEntry& entry) {
  for (const Snapshot* side : {&merge.ours, &merge.theirs}) {
    const auto other = FindTable(context.nodes, side->catalog, entry.object.name);
    if (!other || other->table->info == entry.table->info) continue;
    throw Error(ErrorKind::kUnsupported,
                fmt::format("table '{}' was changed by one side: its foreign keys cannot follow "
                            "rows that get new keys",
                            entry.object.name))
        .AddHint("give the row another key by hand, then:  pvc resolve TABLE:KEY --working");
  }
}

}  // namespace

std::optional<int64_t> Renumbering::NewKey(int64_t old_key) const {
  const auto found = std::lower_bound(old_keys.begin(), old_keys.end(), old_key);
  if (found == old_keys.end() || *found != old_key) return std::nullopt;
  return first_new + (found - old_keys.begin());
}

std::vector<TableReferences> ReadReferences(const RowMergeContext& context,
                                            const Snapshot& snapshot) {
  const std::vector<CatalogEntry> entries = ReadCatalog(context.nodes, snapshot.catalog);
  std::vector<TableReferences> tables;
  for (const CatalogEntry& child : entries) {
    if (!child.table || !ReadConstraintMentions(child.object.sql).references ||
        !ScratchTable::CanUse(child.table->info)) {
      continue;
    }
    ScratchDatabase scratch(context.repository, context.encoding);
    scratch.db().BeginWrite();
    scratch.db().CreateSchemaObject(child.object);
    ScratchTable table(context, scratch.db(), child.table->info);
    const RowCodec codec(child.table->info, context.encoding,
                         context.repository.store().hash_kind(), nullptr);
    TableReferences found{child.object.name, {}};
    for (const ForeignKey& key : table.ReadForeignKeys()) {
      const CatalogEntry* parent = FindEntry(entries, key.parent);
      if (parent == nullptr || parent->table->info.identity != RowIdentity::kRowid ||
          key.columns.size() != 1 ||
          !(key.parent_columns.empty() ||
            EqualIgnoringAsciiCase(key.parent_columns[0], KeyColumn(parent->table->info)))) {
        continue;
      }
      for (size_t cell = 0; cell < codec.stored_columns().size(); ++cell) {
        const Column& column = child.table->info.columns[codec.stored_columns()[cell]];
        if (!EqualIgnoringAsciiCase(column.name, key.columns[0])) continue;
        found.references.push_back({cell, parent->object.name});
      }
    }
    if (!found.references.empty()) tables.push_back(std::move(found));
  }
  return tables;
}

uint64_t RewriteReferences(const RowMergeContext& context, const MergeUnderWay& merge,
                           const TableReferences& references, const RenumberedTables& renumbered,
                           const std::vector<Renumbering>& moved) {
  auto entry = FindTable(context.nodes, merge.merged.catalog, references.table);
  if (!entry) return 0;
  RequireOneLayout(context, merge, *entry);
  auto& tables = merge.conflicts.tables;
  const auto place = std::lower_bound(
      tables.begin(), tables.end(), entry->object.name,
      [](const TableConflicts& table, const std::string& name) { return table.name() < name; });
  const bool is_listed = place != tables.end() && place->name() == entry->object.name;
  TableRewriter rewriter(context, merge, references, renumbered, moved, *entry,
                         is_listed ? place->rows : Tree{});
  rewriter.Run();
  TableConflicts conflicts;
  conflicts.layout = *entry;
  conflicts.layout.table->rows = Tree{};
  conflicts.layout.rank = 0;
  conflicts.rows = rewriter.FinishConflicts();
  if (is_listed) {
    place->rows = conflicts.rows;
  } else if (!conflicts.rows.empty()) {
    tables.insert(place, std::move(conflicts));
  }
  entry->table->rows = rewriter.FinishRows();
  TreeEdits catalog(context.nodes, context.sink, merge.merged.catalog);
  catalog.Put(CatalogKey(entry->object.kind, entry->object.name), EncodeCatalogEntry(*entry));
  merge.merged.catalog = catalog.Finish();
  return rewriter.count();
}

}  // namespace pvc
