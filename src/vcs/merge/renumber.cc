#include "vcs/merge/renumber.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/shell_word.h"
#include "engine/tree_cursor.h"
#include "engine/tree_edits.h"
#include "vcs/ascii_case.h"
#include "vcs/merge/reference_rewrite.h"
#include "vcs/merge/table_outcome.h"
#include "vcs/row_key.h"
#include "vcs/sequence_table.h"

namespace pvc {
namespace {

bool WasAddedByBoth(const RowConflict& conflict) {
  return !conflict.base && conflict.ours && conflict.theirs;
}

class Renumberer {
 public:
  Renumberer(const RowMergeContext& context, const MergeUnderWay& merge,
             const std::vector<ConflictSelector>& selectors)
      : context_(context),
        merge_(merge),
        selectors_(selectors),
        references_(ReadReferences(context, merge.merged)) {}

  RenumberResult Run() {
    // Rows that only their references told apart are in conflict then: another round for them.
    while (true) {
      const RenumberedTables round = Collect();
      if (round.empty()) break;
      for (const auto& [table, renumbering] : round) CheckReferences(table, renumbering, round);
      for (const auto& [table, renumbering] : round) MoveRows(table, renumbering);
      for (const TableReferences& child : references_) {
        const bool refers = std::any_of(
            child.references.begin(), child.references.end(),
            [&](const TableReferences::Reference& r) { return round.contains(r.parent); });
        if (!refers) continue;
        result_.reference_count +=
            RewriteReferences(context_, merge_, child, round, moved_[child.table]);
      }
    }
    if (result_.row_count == 0) ThrowNoneFound();
    return result_;
  }

 private:
  TableConflicts* ConflictsOf(const std::string& name) {
    for (TableConflicts& table : merge_.conflicts.tables) {
      if (table.name() == name) return &table;
    }
    return nullptr;
  }

  std::vector<KeyRange> RangesIn(const TableConflicts& table) const {
    if (selectors_.empty()) return {KeyRange{}};
    std::vector<KeyRange> ranges;
    for (const ConflictSelector& selector : selectors_) {
      if (!selector.MatchesName(table.name())) continue;
      for (KeyRange& range :
           SelectedRanges(context_.repository, table, context_.encoding, selector)) {
        ranges.push_back(std::move(range));
      }
    }
    return ranges;
  }

  // Rows in conflict to be renumbered, by table.
  RenumberedTables Collect() {
    RenumberedTables round;
    for (const TableConflicts& table : merge_.conflicts.tables) {
      const std::vector<KeyRange> ranges = RangesIn(table);
      if (ranges.empty()) continue;
      if (table.layout.table->info.identity != RowIdentity::kRowid) {
        RefuseIfNamed(table);
        continue;
      }
      Renumbering renumbering;
      std::vector<int64_t>& keys = renumbering.old_keys;
      TreeCursor cursor(context_.nodes, table.rows);
      for (const KeyRange& range : ranges) {
        for (cursor.Seek(range.low);
             cursor.Valid() && (range.high.empty() || cursor.key() < range.high); cursor.Next()) {
          if (WasAddedByBoth(DecodeRowConflict(cursor.value()))) {
            keys.push_back(ReadRowidKey(cursor.key()));
          }
        }
      }
      if (keys.empty()) continue;
      std::sort(keys.begin(), keys.end());
      keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
      renumbering.first_new = FirstFreeKey(table, keys.size());
      round.emplace(table.name(), std::move(renumbering));
    }
    return round;
  }

  void RefuseIfNamed(const TableConflicts& table) const {
    for (const ConflictSelector& selector : selectors_) {
      if (!EqualIgnoringAsciiCase(selector.table, table.name())) continue;
      throw Error(ErrorKind::kInvalid,
                  fmt::format("table '{}' has no integer key to give rows another", table.name()))
          .AddHint(fmt::format("take one side:  pvc resolve {} --theirs", ShellWord(table.name())));
    }
  }

  [[noreturn]] void ThrowNoneFound() const {
    const std::string where =
        selectors_.size() == 1 ? fmt::format(" of '{}'", selectors_[0].table) : "";
    throw Error(ErrorKind::kNotFound,
                fmt::format("no row{} was added by both sides under one integer key", where))
        .AddHint("see what is open:  pvc conflicts");
  }

  CatalogEntry EntryOf(const TableConflicts& table) const {
    auto entry = FindTable(context_.nodes, merge_.merged.catalog, table.name());
    if (entry && entry->table->info == table.layout.table->info) return std::move(*entry);
    throw Error(ErrorKind::kInvalid,
                fmt::format("table '{}' has other columns than when it was merged", table.name()))
        .AddHint(
            fmt::format("settle it as it is:  pvc resolve {} --working", ShellWord(table.name())));
  }

  // Above all keys in use and in conflict, and above what AUTOINCREMENT gave out.
  int64_t FirstFreeKey(const TableConflicts& table, size_t count) const {
    int64_t highest = 0;
    for (const Tree& tree : {EntryOf(table).table->rows, table.rows}) {
      TreeCursor last(context_.nodes, tree);
      last.SeekToLast();
      if (last.Valid()) highest = std::max(highest, ReadRowidKey(last.key()));
    }
    if (const auto sequences = FindTable(context_.nodes, merge_.merged.catalog, kSequenceTable)) {
      const auto counters =
          ReadSequences(context_.repository, context_.nodes, *sequences->table, context_.encoding);
      const auto counter = counters.find(table.name());
      if (counter != counters.end()) highest = std::max(highest, counter->second);
    }
    if (highest > INT64_MAX - static_cast<int64_t>(count)) {
      throw Error(ErrorKind::kUnsupported,
                  fmt::format("table '{}' has no greater keys left", table.name()));
    }
    return highest + 1;
  }

  // A row that moves has to know where what it refers to will be.
  void CheckReferences(const std::string& name, const Renumbering& renumbering,
                       const RenumberedTables& round) {
    const auto child =
        std::find_if(references_.begin(), references_.end(),
                     [&](const TableReferences& table) { return table.table == name; });
    if (child == references_.end()) return;
    const TableConflicts& table = *ConflictsOf(name);
    RowCodec codec(table.layout.table->info, context_.encoding,
                   context_.repository.store().hash_kind(), nullptr);
    Row row;
    for (const int64_t old_key : renumbering.old_keys) {
      Bytes key;
      AppendRowidKey(key, old_key);
      const RowConflict conflict = DecodeRowConflict(*ValueAt(context_.nodes, table.rows, key));
      codec.Decode(key, *conflict.theirs, row);
      for (const auto& reference : child->references) {
        const Value& value = row.cells[reference.cell].value;
        if (value.storage_class != StorageClass::kInteger) continue;
        const auto moving = round.find(reference.parent);
        if (moving != round.end() && moving->second.NewKey(value.integer)) continue;
        if (IsOpen(reference.parent, value.integer)) {
          ThrowParentOpen(name, old_key, reference.parent, value.integer);
        }
      }
    }
  }

  bool IsOpen(const std::string& parent, int64_t key) {
    const TableConflicts* table = ConflictsOf(parent);
    if (table == nullptr || table->layout.table->info.identity != RowIdentity::kRowid) return false;
    Bytes row_key;
    AppendRowidKey(row_key, key);
    const auto conflict = ValueAt(context_.nodes, table->rows, row_key);
    return conflict && WasAddedByBoth(DecodeRowConflict(*conflict));
  }

  [[noreturn]] static void ThrowParentOpen(const std::string& table, int64_t key,
                                           const std::string& parent, int64_t parent_key) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("row {} of '{}' refers to row {} of '{}', which is in conflict itself",
                            key, table, parent_key, parent))
        .AddHint(fmt::format("settle that first:  pvc resolve {}:{} --theirs", ShellWord(parent),
                             parent_key))
        .AddHint(fmt::format("renumber both:      pvc resolve {} {} --renumber theirs",
                             ShellWord(parent), ShellWord(table)));
  }

  void StoreEntry(const CatalogEntry& entry) {
    TreeEdits catalog(context_.nodes, context_.sink, merge_.merged.catalog);
    catalog.Put(CatalogKey(entry.object.kind, entry.object.name), EncodeCatalogEntry(entry));
    merge_.merged.catalog = catalog.Finish();
  }

  void MoveRows(const std::string& name, const Renumbering& renumbering) {
    TableConflicts& table = *ConflictsOf(name);
    CatalogEntry entry = EntryOf(table);
    const TableInfo& info = entry.table->info;
    const HashKind hash_kind = context_.repository.store().hash_kind();
    RowCodec codec(info, context_.encoding, hash_kind, nullptr);
    RowCodec encoder(info, context_.encoding, hash_kind, &context_.sink);
    TreeEdits rows(context_.nodes, context_.sink, entry.table->rows);
    TreeEdits open(context_.nodes, context_.sink, table.rows);
    Row row;
    for (const int64_t old_key : renumbering.old_keys) {
      Bytes key;
      AppendRowidKey(key, old_key);
      const RowConflict conflict = DecodeRowConflict(*ValueAt(context_.nodes, table.rows, key));
      codec.Decode(key, *conflict.theirs, row);
      const int64_t new_key = *renumbering.NewKey(old_key);
      for (size_t cell = 0; cell < row.cells.size(); ++cell) {
        if (info.columns[codec.stored_columns()[cell]].is_rowid_alias) {
          row.cells[cell].value = Value::Integer(new_key);
        }
      }
      encoder.EncodeCells(new_key, row.cells, context_.nodes.source());
      rows.Put(encoder.key(), encoder.value());
      open.Delete(key);
    }
    entry.table->rows = rows.Finish();
    table.rows = open.Finish();
    StoreEntry(entry);
    RaiseCounter(entry, renumbering);
    moved_[name].push_back(renumbering);
    result_.row_count += renumbering.old_keys.size();
  }

  void RaiseCounter(const CatalogEntry& entry, const Renumbering& renumbering) {
    if (!MentionsAutoincrement(entry.object.sql)) return;
    auto sequences = FindTable(context_.nodes, merge_.merged.catalog, kSequenceTable);
    if (!sequences) return;
    const int64_t last =
        renumbering.first_new + static_cast<int64_t>(renumbering.old_keys.size()) - 1;
    sequences->table->rows =
        ChangeSequences(context_.repository, context_.nodes, context_.sink, *sequences->table,
                        context_.encoding, {{entry.object.name, last}});
    StoreEntry(*sequences);
  }

  const RowMergeContext& context_;
  const MergeUnderWay& merge_;
  const std::vector<ConflictSelector>& selectors_;
  const std::vector<TableReferences> references_;
  std::map<std::string, std::vector<Renumbering>> moved_;  // by table
  RenumberResult result_;
};

}  // namespace

RenumberResult RenumberTheirs(const RowMergeContext& context, const MergeUnderWay& merge,
                              const std::vector<ConflictSelector>& selectors) {
  return Renumberer(context, merge, selectors).Run();
}

}  // namespace pvc
