#include "vcs/patch/schema_patch.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/shell_word.h"
#include "sqlite/database.h"
#include "vcs/ascii_case.h"
#include "vcs/schema_builder.h"
#include "vcs/scratch_file.h"
#include "vcs/sequence_table.h"

namespace pvc {
namespace {

std::string Name(SchemaObjectKind kind, const std::string& name) {
  return fmt::format("{} '{}'", SchemaObjectKindName(kind), name);
}

[[noreturn]] void FailObject(const SchemaChange& change, std::string_view why) {
  throw Error(ErrorKind::kInvalid,
              fmt::format("{}: {}", Name(change.object_kind, change.name), why))
      .AddHint("see its text:  pvc schema");
}

bool IsVirtualText(const std::string& sql) {
  return FoldAsciiCase(sql.substr(0, 21)) == "create virtual table ";
}

bool HasRows(const SchemaObject& object) {
  return object.kind == SchemaObjectKind::kTable && !object.is_virtual;
}

SchemaObject ObjectOf(const SchemaChange& change) {
  SchemaObject object;
  object.kind = change.object_kind;
  object.name = change.name;
  object.table_name = change.table_name;
  object.sql = change.sql_after;
  object.is_virtual =
      change.object_kind == SchemaObjectKind::kTable && IsVirtualText(change.sql_after);
  return object;
}

// A table with rows and a virtual table are two objects, though they may have one name.
std::vector<PatchSchemaChange> Separated(const std::vector<PatchSchemaChange>& changes) {
  std::vector<PatchSchemaChange> separated;
  for (const PatchSchemaChange& entry : changes) {
    const SchemaChange& change = entry.change;
    if (change.kind != ChangeKind::kChanged || change.object_kind != SchemaObjectKind::kTable ||
        IsVirtualText(change.sql_before) == IsVirtualText(change.sql_after)) {
      separated.push_back(entry);
      continue;
    }
    for (const ChangeKind kind : {ChangeKind::kRemoved, ChangeKind::kAdded}) {
      separated.push_back({change, {}});
      separated.back().change.kind = kind;
    }
  }
  return separated;
}

// Tables come before what stands on them: SQLite reads sqlite_schema from top to bottom.
int OrderOf(SchemaObjectKind kind) { return static_cast<int>(kind); }

}  // namespace

SchemaPatch::SchemaPatch(Repository& repository, const std::vector<CatalogEntry>& entries,
                         const PatchHeader& header)
    : entries_(entries) {
  // What goes first makes room for what takes its name.
  const std::vector<PatchSchemaChange> changes = Separated(header.schema);
  for (const bool is_removal : {true, false}) {
    for (const PatchSchemaChange& entry : changes) {
      if ((entry.change.kind == ChangeKind::kRemoved) == is_removal) Apply(entry);
    }
  }
  RemoveSequences(repository, changes);
  if (change_count_ == 0) return;
  std::stable_sort(added_.begin(), added_.end(), [](const CatalogEntry& a, const CatalogEntry& b) {
    return OrderOf(a.object.kind) < OrderOf(b.object.kind);
  });
  for (CatalogEntry& entry : added_) entries_.push_back(std::move(entry));
  added_.clear();
  ReadLayouts(repository);
  CheckFit();
  uint64_t rank = 0;
  for (CatalogEntry& entry : entries_) entry.rank = rank++;
}

CatalogEntry* SchemaPatch::FindEntry(SchemaObjectKind kind, const std::string& name) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const CatalogEntry& entry) {
    return entry.object.kind == kind && entry.object.name == name;
  });
  return found == entries_.end() ? nullptr : &*found;
}

const SchemaPatch::Table* SchemaPatch::FindTable(const std::string& name) const {
  const auto found = tables_.find(name);
  return found == tables_.end() ? nullptr : &found->second;
}

void SchemaPatch::Apply(const PatchSchemaChange& entry) {
  const SchemaChange& change = entry.change;
  if (change.name == kSequenceTable && change.kind != ChangeKind::kAdded) return;
  CatalogEntry* const there = FindEntry(change.object_kind, change.name);
  const bool is_table =
      change.object_kind == SchemaObjectKind::kTable &&
      !IsVirtualText(change.kind == ChangeKind::kRemoved ? change.sql_before : change.sql_after);
  Table table;
  table.change = entry;
  if (there != nullptr) table.before = there->table;
  if (change.kind == ChangeKind::kAdded) {
    if (there != nullptr) {
      if (there->object.sql != change.sql_after) {
        FailObject(change, "the patch adds it, and there is another of that name");
      }
      ++already_there_;
      return;
    }
    Add(change);
  } else {
    if (there == nullptr) {
      FailObject(change, fmt::format("the patch {} it, and it is not there",
                                     change.kind == ChangeKind::kRemoved ? "removes" : "changes"));
    }
    if (there->object.sql != change.sql_before) {
      FailObject(change, "its SQL text is not the one that the patch changes");
    }
    if (change.kind == ChangeKind::kRemoved) {
      Remove(change);
    } else if (change.object_kind == SchemaObjectKind::kTable) {
      there->object = ObjectOf(change);
    } else {
      // Behind all tables: that of an index may come with the patch.
      Remove(change);
      Add(change);
    }
  }
  ++change_count_;
  if (is_table && !tables_.emplace(change.name, std::move(table)).second) {
    FailObject(change, "the patch changes it twice");
  }
}

void SchemaPatch::Remove(const SchemaChange& change) {
  std::erase_if(entries_, [&](const CatalogEntry& entry) {
    return entry.object.kind == change.object_kind && entry.object.name == change.name;
  });
}

// sqlite_sequence stays while a table needs it, whatever the patch says.
void SchemaPatch::RemoveSequences(Repository& repository,
                                  const std::vector<PatchSchemaChange>& changes) {
  for (const PatchSchemaChange& entry : changes) {
    const SchemaChange& change = entry.change;
    if (change.name != kSequenceTable || change.kind != ChangeKind::kRemoved) continue;
    const auto needs_it = [&](const CatalogEntry& other) {
      return HasRows(other.object) && IsAutoincrement(repository, other.object);
    };
    if (FindEntry(change.object_kind, change.name) == nullptr ||
        std::any_of(entries_.begin(), entries_.end(), needs_it) ||
        std::any_of(added_.begin(), added_.end(), needs_it)) {
      continue;
    }
    Remove(change);
    ++change_count_;
  }
}

void SchemaPatch::Add(const SchemaChange& change) {
  CatalogEntry entry;
  entry.object = ObjectOf(change);
  if (std::any_of(added_.begin(), added_.end(), [&](const CatalogEntry& other) {
        return other.object.kind == entry.object.kind && other.object.name == entry.object.name;
      })) {
    FailObject(change, "the patch adds it twice");
  }
  added_.push_back(std::move(entry));
}

// Layouts of the tables that come or change, as SQLite makes them of the text.
void SchemaPatch::ReadLayouts(Repository& repository) {
  std::vector<const CatalogEntry*> created;
  for (const CatalogEntry& entry : entries_) {
    const auto found = tables_.find(entry.object.name);
    if (HasRows(entry.object) && found != tables_.end()) created.push_back(&entry);
  }
  if (created.empty()) return;
  // Virtual tables say which tables are their shadows.
  for (const CatalogEntry& entry : entries_) {
    if (entry.object.is_virtual) created.push_back(&entry);
  }
  const ScratchFile file(repository);
  Database db(file.path(), {.mode = Database::Mode::kCreate});
  db.BeginWrite();
  SchemaBuilder builder(db);
  builder.CreateTables(created);
  builder.CreateDependents(created);
  Schema schema = ReadSchema(db);
  db.Rollback();
  for (TableInfo& info : schema.tables) {
    for (Column& column : info.columns) column.declared_type.clear();
    CatalogEntry* entry = FindEntry(SchemaObjectKind::kTable, info.name);
    const auto found = tables_.find(info.name);
    if (found != tables_.end()) found->second.after = info;
    if (entry == nullptr && info.name == kSequenceTable) {
      // It comes with the first AUTOINCREMENT table, whether or not the patch says so.
      for (const SchemaObject& object : schema.objects) {
        if (object.name != kSequenceTable) continue;
        CatalogEntry added;
        added.object = object;
        added.table = StoredTable{info, {}};
        entries_.push_back(std::move(added));
      }
      continue;
    }
    if (entry == nullptr || found == tables_.end()) continue;
    if (!entry->table) entry->table = StoredTable{info, {}};
    entry->table->info = info;
  }
  for (const CatalogEntry& entry : entries_) {
    if (HasRows(entry.object) && !entry.table) {
      throw Error(ErrorKind::kInvalid, fmt::format("{}: its SQL text makes no table of that name",
                                                   Name(entry.object.kind, entry.object.name)));
    }
  }
}

void SchemaPatch::CheckFit() const {
  std::set<std::string> names;
  for (const CatalogEntry& entry : entries_) {
    if (entry.object.kind == SchemaObjectKind::kTrigger) continue;
    if (names.insert(FoldAsciiCase(entry.object.name)).second) continue;
    throw Error(ErrorKind::kInvalid,
                fmt::format("{}: the patch adds it, and there is another object of that name",
                            Name(entry.object.kind, entry.object.name)))
        .AddHint("see what there is:  pvc schema");
  }
  for (const CatalogEntry& entry : entries_) {
    const SchemaObject& object = entry.object;
    const bool is_dependent =
        object.kind == SchemaObjectKind::kIndex || object.kind == SchemaObjectKind::kTrigger;
    if (!is_dependent || names.contains(FoldAsciiCase(object.table_name))) continue;
    throw Error(ErrorKind::kInvalid,
                fmt::format("{} stands on '{}', which the patch removes or does not bring",
                            Name(object.kind, object.name), object.table_name))
        .AddHint("see its text:  pvc schema");
  }
}

bool IsAutoincrement(Repository& repository, const SchemaObject& object) {
  if (!MentionsAutoincrement(object.sql)) return false;
  try {
    const ScratchFile file(repository);
    Database db(file.path(), {.mode = Database::Mode::kCreate});
    db.BeginWrite();
    db.CreateSchemaObject(object);
    const bool is_counted = HasSequenceTable(db);
    db.Rollback();
    return is_counted;
  } catch (const Error&) {
    return false;  // a text that this SQLite cannot run
  }
}

}  // namespace pvc
