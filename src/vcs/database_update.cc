#include "vcs/database_update.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/tree_diff.h"
#include "vcs/ascii_case.h"
#include "vcs/catalog.h"
#include "vcs/fill_table.h"
#include "vcs/row_codec.h"
#include "vcs/row_deleter.h"
#include "vcs/schema_builder.h"
#include "vcs/schema_diff.h"
#include "vcs/sequence_table.h"
#include "vcs/table_writer.h"

namespace pvc {

namespace {

constexpr uint64_t kRowsPerProgressReport = 8192;

/// Rows are written that CHECK constraints refuse, as they were committed; restores the setting.
class UncheckedScope {
 public:
  explicit UncheckedScope(Database& db)
      : db_(db), before_(db.QueryInteger("PRAGMA ignore_check_constraints") != 0) {
    db_.Execute("PRAGMA ignore_check_constraints=ON");
  }
  ~UncheckedScope() {
    if (before_) return;
    try {
      db_.Execute("PRAGMA ignore_check_constraints=OFF");
    } catch (const Error&) {  // a closed or broken handle checks nothing anyway
    }
  }
  UncheckedScope(const UncheckedScope&) = delete;
  UncheckedScope& operator=(const UncheckedScope&) = delete;

 private:
  Database& db_;
  bool before_;
};

bool HaveSameLayout(const TableInfo& a, TableInfo b) {
  b.is_shadow = a.is_shadow;  // says which modules the reader knew, not how rows are stored
  return a == b;
}

bool HaveSameRows(const CatalogEntry& a, const CatalogEntry& b) {
  return !a.table || a.table->rows == b.table->rows;
}

// Whether an object stays where it is, its rows being changed one by one if at all.
bool IsKept(const CatalogEntry& from, const CatalogEntry& to) {
  if (from.object != to.object || from.table.has_value() != to.table.has_value()) return false;
  if (!from.table) return true;
  if (!HaveSameLayout(from.table->info, to.table->info)) return false;
  return HaveSameRows(from, to) || RowDeleter::CanDelete(to.table->info);
}

bool DiffersInRowsOnly(const CatalogChange& change) {
  return change.before && change.after && change.before->rank == change.after->rank &&
         IsKept(*change.before, *change.after);
}

bool IsSequenceTable(const CatalogEntry& entry) {
  return entry.table && entry.object.name == kSequenceTable;
}

class Updater {
 public:
  Updater(Repository& repository, NodeReader& nodes, Database& db, const Snapshot& from,
          const Snapshot& to, const DatabaseUpdateOptions& options)
      : repository_(repository),
        nodes_(nodes),
        db_(db),
        from_(from),
        to_(to),
        options_(options),
        ignored_(options.ignored != nullptr && !options.ignored->empty() ? options.ignored
                                                                         : nullptr) {}

  DatabaseUpdateResult Run() {
    if (from_.properties.encoding != to_.properties.encoding) {
      throw Error(
          ErrorKind::kUnsupported,
          fmt::format("cannot change the text encoding of a database in place, from {} to {}",
                      TextEncodingName(from_.properties.encoding),
                      TextEncodingName(to_.properties.encoding)))
          .AddHint("pvc export REV FILE    (writes it as another file)");
    }
    SetProperties();
    ReadCatalogs();
    if (from_entries_.empty() && to_entries_.empty()) return result_;
    PairObjects();
    std::optional<UncheckedScope> unchecked;
    if (!options_.enforce_checks) unchecked.emplace(db_);
    ChangeSchemaAndRows();
    RestoreSequences();
    SchemaBuilder schema(db_);
    schema.CreateDependents(created_);
    if (!is_rows_only_) {
      CatalogEntries all;
      for (const CatalogEntry& entry : to_entries_) all.push_back(&entry);
      schema.RestoreOrder(all);
    }
    result_.objects_dropped += dropped_.size();
    result_.objects_created += created_.size();
    return result_;
  }

 private:
  struct KeptTable {
    const StoredTable* from;
    const StoredTable* to;
  };

  void SetProperties() {
    const DatabaseProperties& from = from_.properties;
    const DatabaseProperties& to = to_.properties;
    if (from.user_version != to.user_version) {
      db_.Execute(fmt::format("PRAGMA main.user_version={}", to.user_version));
    }
    if (from.application_id != to.application_id) {
      db_.Execute(fmt::format("PRAGMA main.application_id={}", to.application_id));
    }
  }

  bool IsIgnored(const CatalogEntry& entry) const {
    return ignored_ != nullptr && ignored_->Matches(entry.object.table_name);
  }

  // Only the entries that differ when nothing but rows does, else both catalogs whole: what stays
  // as it is may stand on what does not.
  void ReadCatalogs() {
    std::vector<CatalogChange> changes = DiffCatalogs(nodes_, from_.catalog, to_.catalog);
    std::erase_if(changes, [this](const CatalogChange& change) {
      return (!change.before || IsIgnored(*change.before)) &&
             (!change.after || IsIgnored(*change.after));
    });
    is_rows_only_ = std::all_of(changes.begin(), changes.end(), DiffersInRowsOnly);
    if (!is_rows_only_) {
      from_entries_ = ReadCatalog(nodes_, from_.catalog);
      to_entries_ = ReadCatalog(nodes_, to_.catalog);
    } else {
      for (CatalogChange& change : changes) {
        from_entries_.push_back(std::move(*change.before));
        to_entries_.push_back(std::move(*change.after));
      }
    }
    const auto is_ignored = [this](const CatalogEntry& entry) { return IsIgnored(entry); };
    std::erase_if(from_entries_, is_ignored);
    std::erase_if(to_entries_, is_ignored);
  }

  // Says of each object whether it goes, comes, or stays.
  void PairObjects() {
    std::map<Bytes, const CatalogEntry*> from_by_key;
    for (const CatalogEntry& entry : from_entries_) {
      if (!IsSequenceTable(entry)) {
        from_by_key.emplace(CatalogKey(entry.object.kind, entry.object.name), &entry);
      }
    }
    std::vector<std::pair<const CatalogEntry*, const CatalogEntry*>> same;
    std::set<const CatalogEntry*> staying;
    for (const CatalogEntry& entry : to_entries_) {
      if (IsSequenceTable(entry)) continue;
      const auto found = from_by_key.find(CatalogKey(entry.object.kind, entry.object.name));
      if (found == from_by_key.end() || !IsKept(*found->second, entry)) continue;
      same.emplace_back(found->second, &entry);
      staying.insert(found->second);
      staying.insert(&entry);
    }
    // Indexes and triggers go with their table or view, and come again with the next.
    std::set<std::string> gone;
    for (const auto& [key, entry] : from_by_key) {
      const bool is_owner = entry->object.kind == SchemaObjectKind::kTable ||
                            entry->object.kind == SchemaObjectKind::kView;
      if (is_owner && !staying.contains(entry)) gone.insert(FoldAsciiCase(entry->object.name));
    }
    for (const auto& [from, to] : same) {
      const bool is_dependent = to->object.kind == SchemaObjectKind::kIndex ||
                                to->object.kind == SchemaObjectKind::kTrigger;
      if (is_dependent && gone.contains(FoldAsciiCase(to->object.table_name))) {
        staying.erase(from);
        staying.erase(to);
      } else if (!HaveSameRows(*from, *to)) {
        kept_.push_back({&*from->table, &*to->table});
      }
    }
    for (const CatalogEntry& entry : from_entries_) {
      if (!IsSequenceTable(entry) && !staying.contains(&entry)) dropped_.push_back(&entry);
    }
    for (const CatalogEntry& entry : to_entries_) {
      if (!IsSequenceTable(entry) && !staying.contains(&entry)) created_.push_back(&entry);
    }
  }

  void ChangeSchemaAndRows() {
    const ShadowWriteScope shadow_tables(db_);
    SchemaBuilder schema(db_);
    schema.Drop(dropped_);
    for (const CatalogEntry* entry : dropped_) {
      if (entry->table) result_.rows_deleted += entry->table->rows.entry_count;
    }
    for (const KeptTable& table : kept_) {
      InTable(*table.from, [&] { DeleteRows(table); });
    }
    schema.CreateTables(created_);
    for (const KeptTable& table : kept_) {
      InTable(*table.to, [&] { InsertRows(table); });
    }
    for (const CatalogEntry* entry : created_) {
      if (!entry->table) continue;
      InTable(*entry->table, [&] {
        FillTable(repository_, nodes_, db_, *entry->table, to_.properties.encoding,
                  [this] { CountInserted(); });
      });
    }
  }

  template <typename Action>
  void InTable(const StoredTable& table, const Action& action) {
    progress_.table = table.info.name;
    try {
      action();
    } catch (Error& error) {
      if (error.kind() != ErrorKind::kInterrupted &&
          error.message().find("table '" + table.info.name + "'") == std::string::npos) {
        error.AddContext(fmt::format("table '{}'", table.info.name));
      }
      throw;
    }
  }

  void DeleteRows(const KeptTable& table) {
    const TextEncoding encoding = to_.properties.encoding;
    RowDeleter deleter(db_, nodes_.source(), table.from->info, encoding);
    RowCodec codec(table.from->info, encoding, repository_.store().hash_kind(), nullptr);
    TreeDiff diff(nodes_, table.from->rows, nodes_, table.to->rows);
    TreeChange change;
    Row row;
    while (diff.Next(change)) {
      if (!change.before) continue;
      codec.Decode(change.key, *change.before, row);
      deleter.Delete(row);
      ++result_.rows_deleted;
      CountRow();
    }
  }

  void InsertRows(const KeptTable& table) {
    const TextEncoding encoding = to_.properties.encoding;
    TableWriter writer(db_, nodes_.source(), table.to->info, encoding);
    RowCodec codec(table.to->info, encoding, repository_.store().hash_kind(), nullptr);
    TreeDiff diff(nodes_, table.from->rows, nodes_, table.to->rows);
    TreeChange change;
    Row row;
    while (diff.Next(change)) {
      if (!change.after) continue;
      codec.Decode(change.key, *change.after, row);
      writer.Insert(row);
      CountInserted();
    }
  }

  // Inserting rows and dropping tables changed the counters: the stored ones take their place.
  void RestoreSequences() {
    if (ignored_ != nullptr && ignored_->Matches(kSequenceTable)) return;
    const CatalogEntry* wanted = FindSequences(to_entries_);
    if (wanted == nullptr && is_rows_only_) {
      // The same on both sides, but SQLite changes it as rows are inserted.
      const bool is_touched = std::any_of(
          to_entries_.begin(), to_entries_.end(),
          [](const CatalogEntry& entry) { return MentionsAutoincrement(entry.object.sql); });
      if (!is_touched || !HasSequenceTable(db_)) return;
      to_sequences_ = FindTable(nodes_, to_.catalog, kSequenceTable);
      if (to_sequences_) wanted = &*to_sequences_;
    }
    if (wanted != nullptr) {
      if (!HasSequenceTable(db_)) ++result_.objects_created;
      SchemaBuilder(db_).CreateTables({wanted});
      InTable(*wanted->table, [&] {
        WriteSequences(repository_, nodes_, db_, *wanted->table, to_.properties.encoding, ignored_,
                       [] {});
      });
    } else if (HasSequenceTable(db_)) {
      if (IgnoredTableNeedsSequences()) {
        ClearSequences(db_, ignored_);
      } else {
        DropSequenceTable(db_);
        ++result_.objects_dropped;
      }
    }
  }

  static const CatalogEntry* FindSequences(const std::vector<CatalogEntry>& entries) {
    const auto found = std::find_if(entries.begin(), entries.end(), IsSequenceTable);
    return found == entries.end() ? nullptr : &*found;
  }

  bool IgnoredTableNeedsSequences() {
    if (ignored_ == nullptr) return false;
    Statement tables(db_, "SELECT name, sql FROM main.sqlite_schema WHERE type = 'table'");
    while (tables.Step()) {
      if (ignored_->Matches(tables.ColumnText(0)) && MentionsAutoincrement(tables.ColumnText(1))) {
        return true;
      }
    }
    return false;
  }

  void CountInserted() {
    ++result_.rows_inserted;
    CountRow();
  }

  void CountRow() {
    if (++progress_.rows_done % kRowsPerProgressReport == 0 && options_.progress) {
      options_.progress(progress_);
    }
  }

  Repository& repository_;
  NodeReader& nodes_;
  Database& db_;
  const Snapshot& from_;
  const Snapshot& to_;
  const DatabaseUpdateOptions& options_;
  const IgnoredTables* ignored_;  // null: none
  bool is_rows_only_ = false;
  // In the order of ranks, without ignored objects.
  std::vector<CatalogEntry> from_entries_;
  std::vector<CatalogEntry> to_entries_;
  std::optional<CatalogEntry> to_sequences_;
  // Into these, without sqlite_sequence.
  CatalogEntries dropped_;
  CatalogEntries created_;
  std::vector<KeptTable> kept_;  // those whose rows differ
  DatabaseUpdateProgress progress_;
  DatabaseUpdateResult result_;
};

}  // namespace

DatabaseUpdateResult UpdateDatabase(Repository& repository, NodeReader& nodes, Database& db,
                                    const Snapshot& from, const Snapshot& to,
                                    const DatabaseUpdateOptions& options) {
  return Updater(repository, nodes, db, from, to, options).Run();
}

}  // namespace pvc
