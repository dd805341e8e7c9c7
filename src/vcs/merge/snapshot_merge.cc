#include "vcs/merge/snapshot_merge.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/error.h"
#include "engine/tree_cursor.h"
#include "engine/tree_edits.h"
#include "vcs/ascii_case.h"
#include "vcs/merge/constraint_check.h"
#include "vcs/merge/constraint_mentions.h"
#include "vcs/merge/row_layout.h"
#include "vcs/row_key.h"
#include "vcs/schema_diff.h"
#include "vcs/sequence_table.h"

namespace pvc {
namespace {

// Whether an object differs in nothing but the rows of its table.
bool DiffersInRowsOnly(const CatalogChange& change) {
  return change.before && change.after && change.before->object == change.after->object &&
         change.before->table && change.after->table &&
         change.before->table->info == change.after->table->info &&
         !change.after->table->info.is_shadow;
}

class SnapshotMerger {
 public:
  SnapshotMerger(Repository& repository, NodeReader& nodes, WriteBatch& batch, const Snapshot& base,
                 const Snapshot& ours, const Snapshot& theirs, const SnapshotMergeOptions& options)
      : context_{repository,    nodes,
                 batch,         ours.properties.encoding,
                 options.favor, JsonColumns(repository.config())},
        base_(base),
        ours_(ours),
        theirs_(theirs),
        options_(options),
        decisions_(options.decisions) {}

  MergedSnapshot Run() {
    if (theirs_ == base_ || ours_ == theirs_) return {ours_, {}};
    // Each round takes a table at least out of the merge.
    while (!MergeOnce()) {
    }
    MergeSequences();
    ListConflicts();
    WriteCatalog();
    return std::move(result_);
  }

 private:
  // Returns: false when it has to be done again, because a table cannot be merged.
  bool MergeOnce() {
    if (!MergeRowsOnly()) MergeAll();
    if (!options_.check_constraints) return true;
    const RefusedTables refused = CheckConstraints(context_, WholeCatalog(), merged_tables_);
    if (refused.empty()) return true;
    for (const auto& [name, reason] : refused) {
      decisions_.refused.emplace(FoldAsciiCase(name), reason);
    }
    result_ = {};
    catalog_.clear();
    merged_tables_.clear();
    sequences_.reset();
    return false;
  }

  // The merged database's entries, as far as they are known.
  std::vector<CatalogEntry> WholeCatalog() {
    std::vector<CatalogEntry> entries;
    if (!is_whole_catalog_) return ReadCatalog(context_.nodes, ours_.catalog);
    for (const auto& [key, entry] : catalog_) entries.push_back(entry);
    for (const MergedTable& table : merged_tables_) entries.push_back(table.object.entry);
    return entries;
  }

  // The common case, without reading more of the catalogs than what differs: no schema object
  // changed on either side.
  // Returns: false when that is not the case.
  bool MergeRowsOnly() {
    if (!decisions_.refused.empty()) return false;
    if (base_.properties.encoding != ours_.properties.encoding ||
        ours_.properties.encoding != theirs_.properties.encoding ||
        base_.properties.user_version != theirs_.properties.user_version ||
        base_.properties.application_id != theirs_.properties.application_id) {
      return false;
    }
    NodeReader& nodes = context_.nodes;
    const auto by_theirs = DiffCatalogs(nodes, base_.catalog, theirs_.catalog);
    if (!std::all_of(by_theirs.begin(), by_theirs.end(), DiffersInRowsOnly)) return false;
    const auto by_ours = DiffCatalogs(nodes, base_.catalog, ours_.catalog);
    if (!std::all_of(by_ours.begin(), by_ours.end(), DiffersInRowsOnly)) return false;
    result_.snapshot = ours_;
    std::map<std::string, MergedObject> objects;
    for (const CatalogChange& change : by_theirs) {
      MergedObject object;
      object.base = change.before;
      object.theirs = change.after;
      objects.emplace(change.before->object.name, std::move(object));
    }
    for (const CatalogChange& change : by_ours) {
      MergedObject& object = objects[change.before->object.name];
      object.base = change.before;
      object.ours = change.after;
    }
    for (auto& [name, object] : objects) {
      if (!object.ours) object.ours = object.base;
      if (!object.theirs) object.theirs = object.base;
      object.entry = *object.ours;
      MergeTable(object);
    }
    return true;
  }

  void MergeAll() {
    MergedSchema schema = MergeSchemas(context_, decisions_, base_, ours_, theirs_);
    result_.snapshot = ours_;
    result_.snapshot.properties = schema.properties;
    result_.conflicts.schema = std::move(schema.conflicts);
    is_whole_catalog_ = true;
    std::map<std::string, std::set<std::string>> new_indexes;  // by folded table
    for (const MergedObject& object : schema.objects) {
      const SchemaObject& index = object.entry.object;
      if (index.kind != SchemaObjectKind::kIndex) continue;
      const auto knows = [&](const std::optional<CatalogEntry>& side) {
        return side && side->object.sql == index.sql;
      };
      if (!knows(object.ours) || !knows(object.theirs)) {
        if (ReadConstraintMentions(index.sql).unique) {
          new_indexes[FoldAsciiCase(index.table_name)].insert(index.name);
        }
      }
    }
    for (MergedObject& object : schema.objects) {
      if (object.entry.table && !object.is_whole) {
        const std::string name = FoldAsciiCase(object.entry.object.name);
        MergeTable(object);
        if (!merged_tables_.empty() &&
            FoldAsciiCase(merged_tables_.back().object.entry.object.name) == name) {
          merged_tables_.back().new_unique_indexes = new_indexes[name];
        }
      } else {
        Keep(object.entry);
      }
    }
  }

  void MergeTable(MergedObject& object) {
    MergedTable table;
    table.object = std::move(object);
    MergedObject& merged = table.object;
    if (merged.entry.object.name == kSequenceTable) {
      sequences_ = std::move(merged);
      return;
    }
    RowsOfSides& sides = table.sides;
    sides.base = Lay(merged.base, merged.entry);
    sides.ours = Lay(merged.ours, merged.entry);
    sides.theirs = Lay(merged.theirs, merged.entry);
    const MergedRows rows = MergeRows(context_, merged.entry.table->info, sides);
    merged.entry.table->rows = rows.rows;
    table.conflicts = rows.conflicts;
    merged_tables_.push_back(std::move(table));
  }

  // A side's rows in the merged layout.
  Tree Lay(const std::optional<CatalogEntry>& side, const CatalogEntry& merged) {
    if (!side || !side->table) return {};
    if (side->table->info == merged.table->info) return side->table->rows;
    const auto laid = RowLayout(context_, *side, merged).Lay(side->table->rows);
    // Where keys change, the schema's merge made sure that no other rows have to follow.
    return laid ? *laid : Tree{};
  }

  // Each table counts on from the greatest key that either side gave out, or that it has.
  void MergeSequences() {
    if (!sequences_) return;
    const auto read = [&](const std::optional<CatalogEntry>& side) {
      return side ? ReadSequences(context_.repository, context_.nodes, *side->table,
                                  context_.encoding)
                  : std::map<std::string, int64_t>{};
    };
    const auto base = read(sequences_->base);
    const auto ours = read(sequences_->ours);
    auto theirs = read(sequences_->theirs);
    for (const MergedTable& table : merged_tables_) {
      const CatalogEntry& entry = table.object.entry;
      const Tree& rows = entry.table->rows;
      if (rows == table.sides.ours || rows == table.sides.theirs ||
          entry.table->info.identity != RowIdentity::kRowid ||
          !MentionsAutoincrement(entry.object.sql)) {
        continue;  // one side's rows go with its counter
      }
      TreeCursor last(context_.nodes, rows);
      last.SeekToLast();
      if (!last.Valid()) continue;
      int64_t& counter = theirs[entry.object.name];
      counter = std::max(counter, ReadRowidKey(last.key()));
    }
    std::map<std::string, std::optional<int64_t>> changes;
    for (const auto& [table, count] : theirs) {
      const auto own = ours.find(table);
      const bool was_dropped = own == ours.end() && base.contains(table);
      if (!was_dropped && (own == ours.end() || own->second < count)) changes[table] = count;
    }
    for (const auto& [table, count] : base) {
      const auto own = ours.find(table);
      if (!theirs.contains(table) && own != ours.end() && own->second == count) {
        changes[table] = std::nullopt;
      }
    }
    CatalogEntry merged = sequences_->ours ? *sequences_->ours : sequences_->entry;
    merged.rank = sequences_->entry.rank;
    if (!sequences_->ours) merged.table->rows = Tree{};
    merged.table->rows = ChangeSequences(context_.repository, context_.nodes, context_.sink,
                                         *merged.table, context_.encoding, changes);
    Keep(merged);
  }

  void Keep(const CatalogEntry& entry) {
    catalog_.insert_or_assign(CatalogKey(entry.object.kind, entry.object.name), entry);
  }

  void ListConflicts() {
    for (const MergedTable& table : merged_tables_) {
      if (table.conflicts.empty()) continue;
      TableConflicts conflicts;
      conflicts.layout = table.object.entry;
      conflicts.layout.table->rows = Tree{};
      conflicts.layout.rank = 0;
      conflicts.rows = table.conflicts;
      result_.conflicts.tables.push_back(std::move(conflicts));
    }
    std::sort(result_.conflicts.tables.begin(), result_.conflicts.tables.end(),
              [](const auto& a, const auto& b) { return a.name() < b.name(); });
  }

  void WriteCatalog() {
    for (const MergedTable& table : merged_tables_) Keep(table.object.entry);
    TreeEdits edits(context_.nodes, context_.sink, ours_.catalog);
    for (const auto& [key, entry] : catalog_) edits.Put(key, EncodeCatalogEntry(entry));
    if (is_whole_catalog_) {
      TreeCursor cursor(context_.nodes, ours_.catalog);
      for (cursor.SeekToFirst(); cursor.Valid(); cursor.Next()) {
        if (!catalog_.contains(Bytes(cursor.key()))) edits.Delete(cursor.key());
      }
    }
    result_.snapshot.catalog = edits.Finish();
  }

  RowMergeContext context_;
  const Snapshot& base_;
  const Snapshot& ours_;
  const Snapshot& theirs_;
  const SnapshotMergeOptions& options_;
  SchemaDecisions decisions_;
  bool is_whole_catalog_ = false;
  std::map<Bytes, CatalogEntry> catalog_;  // merged: all of it, or the entries that differ
  std::optional<MergedObject> sequences_;  // sqlite_sequence, if it is to be merged
  std::vector<MergedTable> merged_tables_;
  MergedSnapshot result_;
};

}  // namespace

MergedSnapshot MergeSnapshots(Repository& repository, NodeReader& nodes, WriteBatch& batch,
                              const Snapshot& base, const Snapshot& ours, const Snapshot& theirs,
                              const SnapshotMergeOptions& options) {
  return SnapshotMerger(repository, nodes, batch, base, ours, theirs, options).Run();
}

}  // namespace pvc
