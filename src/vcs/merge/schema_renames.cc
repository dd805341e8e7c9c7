#include "vcs/merge/schema_renames.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "engine/tree_cursor.h"
#include "vcs/ascii_case.h"
#include "vcs/diff.h"
#include "vcs/merge/schema_check.h"
#include "vcs/merge/schema_draft.h"
#include "vcs/row_codec.h"
#include "vcs/schema_builder.h"
#include "vcs/scratch_database.h"
#include "vcs/sequence_table.h"

namespace pvc {
namespace {

// Rows looked at to tell a rename from a drop and an addition.
constexpr size_t kSampleRows = 1000;

bool IsOrdinaryTable(const CatalogEntry& entry) {
  return entry.table && !entry.table->info.is_shadow && entry.object.name != kSequenceTable;
}

const CatalogEntry* FindTableIn(const std::vector<CatalogEntry>& catalog, std::string_view name) {
  for (const CatalogEntry& entry : catalog) {
    if (IsOrdinaryTable(entry) && EqualIgnoringAsciiCase(entry.object.name, name)) return &entry;
  }
  return nullptr;
}

bool SameKind(const Column& a, const Column& b) {
  return a.affinity == b.affinity && a.collation == b.collation &&
         a.key_position == b.key_position && a.is_rowid_alias == b.is_rowid_alias &&
         a.is_generated == b.is_generated;
}

using ColumnPairs = std::vector<std::pair<size_t, size_t>>;

class RenameFinder {
 public:
  RenameFinder(Repository& repository, NodeReader& nodes, TextEncoding encoding,
               const std::set<std::string>& told)
      : repository_(repository), nodes_(nodes), encoding_(encoding), told_(told) {}

  std::vector<SchemaRename> Find(const std::vector<CatalogEntry>& base,
                                 const std::vector<CatalogEntry>& side) {
    std::vector<SchemaRename> renames;
    for (const CatalogEntry& before : base) {
      if (!IsOrdinaryTable(before)) continue;
      if (const CatalogEntry* after = FindTableIn(side, before.object.name)) {
        if (before.object.sql != after->object.sql) AddColumns(before, *after, renames);
      } else if (const CatalogEntry* renamed = FindRenamed(base, side, before)) {
        renames.push_back({before.object.name, "", renamed->object.name});
        AddColumns(before, *renamed, renames);
      }
    }
    // One table cannot be two that are gone.
    std::map<std::string, size_t> targets;
    for (const SchemaRename& rename : renames) {
      if (rename.column.empty()) ++targets[rename.to];
    }
    std::set<std::string> unclear;
    for (const SchemaRename& rename : renames) {
      if (rename.column.empty() && targets[rename.to] > 1) unclear.insert(rename.table);
    }
    std::erase_if(renames,
                  [&](const SchemaRename& rename) { return unclear.contains(rename.table); });
    return renames;
  }

 private:
  // The one new table that looks like `before`; null when there is none or more than one.
  const CatalogEntry* FindRenamed(const std::vector<CatalogEntry>& base,
                                  const std::vector<CatalogEntry>& side,
                                  const CatalogEntry& before) {
    const CatalogEntry* found = nullptr;
    for (const CatalogEntry& after : side) {
      if (!IsOrdinaryTable(after) || FindTableIn(base, after.object.name) != nullptr) continue;
      if (!HaveAlikeKeys(before.table->info, after.table->info)) continue;
      if (IsTold(before.object.name, after.object.name)) return &after;
      const auto pairs = PairColumns(before.table->info, after.table->info);
      const size_t most =
          std::max(before.table->info.columns.size(), after.table->info.columns.size());
      if (pairs.size() * 2 <= most || !HoldMostlySame(before, after, pairs)) continue;
      if (found != nullptr) return nullptr;
      found = &after;
    }
    return found;
  }

  void AddColumns(const CatalogEntry& before, const CatalogEntry& after,
                  std::vector<SchemaRename>& renames) {
    const auto& old_columns = before.table->info.columns;
    const auto& new_columns = after.table->info.columns;
    // Columns behind the old ones may have been added.
    for (size_t i = 0; i < std::min(old_columns.size(), new_columns.size()); ++i) {
      if (FindColumn(new_columns, old_columns[i].name) ||
          FindColumn(old_columns, new_columns[i].name)) {
        continue;
      }
      if (!SameKind(old_columns[i], new_columns[i])) continue;
      // The last column may have been dropped and another added.
      const bool is_last = i + 1 == old_columns.size();
      if (is_last && !IsTold(old_columns[i].name, new_columns[i].name) &&
          !HoldMostlySame(before, after, {{i, i}})) {
        continue;
      }
      renames.push_back({before.object.name, old_columns[i].name, new_columns[i].name});
    }
  }

  bool IsTold(const std::string& before, const std::string& after) const {
    return told_.contains(FoldAsciiCase(before)) && told_.contains(FoldAsciiCase(after));
  }

  static std::optional<size_t> FindColumn(const std::vector<Column>& columns,
                                          const std::string& name) {
    for (size_t i = 0; i < columns.size(); ++i) {
      if (EqualIgnoringAsciiCase(columns[i].name, name)) return i;
    }
    return std::nullopt;
  }

  // Columns of one name, by their places.
  static ColumnPairs PairColumns(const TableInfo& before, const TableInfo& after) {
    ColumnPairs pairs;
    for (size_t i = 0; i < before.columns.size(); ++i) {
      if (const auto other = FindColumn(after.columns, before.columns[i].name)) {
        pairs.emplace_back(i, *other);
      }
    }
    return pairs;
  }

  static bool HaveAlikeKeys(const TableInfo& before, const TableInfo& after) {
    const auto is_key = [](const Column& c) { return c.key_position > 0 || c.is_rowid_alias; };
    if (before.identity != after.identity) return false;
    for (const auto& [a, b] : {std::pair(&before, &after), std::pair(&after, &before)}) {
      for (const Column& column : a->columns) {
        if (!is_key(column)) continue;
        const auto other = FindColumn(b->columns, column.name);
        if (!other || !SameKind(column, b->columns[*other])) return false;
      }
    }
    return true;
  }

  // Compares rows of one key in the columns given: whether half of their cells are the same. Tables
  // without rows to compare look the same.
  bool HoldMostlySame(const CatalogEntry& before, const CatalogEntry& after,
                      const ColumnPairs& columns) {
    if (before.table->rows == after.table->rows) return true;
    const HashKind hash_kind = repository_.store().hash_kind();
    RowCodec before_codec(before.table->info, encoding_, hash_kind, nullptr);
    RowCodec after_codec(after.table->info, encoding_, hash_kind, nullptr);
    ColumnPairs cells;  // among the stored columns; generated ones hold nothing to compare
    const auto cell_of = [](const RowCodec& codec, size_t column) {
      const auto& stored = codec.stored_columns();
      return static_cast<size_t>(std::find(stored.begin(), stored.end(), column) - stored.begin());
    };
    for (const auto& [old_column, new_column] : columns) {
      const Column& column = before.table->info.columns[old_column];
      if (column.is_generated || column.is_rowid_alias || column.key_position > 0) continue;
      if (after.table->info.columns[new_column].is_generated) continue;
      cells.emplace_back(cell_of(before_codec, old_column), cell_of(after_codec, new_column));
    }
    TreeCursor old_rows(nodes_, before.table->rows);
    TreeCursor new_rows(nodes_, after.table->rows);
    size_t rows = 0;
    size_t compared = 0;
    size_t same = 0;
    Row old_row;
    Row new_row;
    old_rows.SeekToFirst();
    for (size_t seen = 0; old_rows.Valid() && seen < kSampleRows; old_rows.Next(), ++seen) {
      new_rows.Seek(old_rows.key());
      if (!new_rows.Valid() || new_rows.key() != old_rows.key()) continue;
      ++rows;
      before_codec.Decode(old_rows.key(), old_rows.value(), old_row);
      after_codec.Decode(new_rows.key(), new_rows.value(), new_row);
      for (const auto& [old_cell, new_cell] : cells) {
        ++compared;
        same += CellsEqual(old_row.cells[old_cell], new_row.cells[new_cell]) ? 1 : 0;
      }
    }
    if (rows == 0) return before.table->rows.empty() || after.table->rows.empty();
    return same * 2 >= compared;
  }

  Repository& repository_;
  NodeReader& nodes_;
  TextEncoding encoding_;
  const std::set<std::string>& told_;
};

// What the catalog calls a table of base, or a column of one.
std::string NameIn(const std::vector<SchemaRename>& own, const std::string& table,
                   const std::string& column) {
  for (const SchemaRename& rename : own) {
    if (EqualIgnoringAsciiCase(rename.table, table) &&
        EqualIgnoringAsciiCase(rename.column, column)) {
      return rename.to;
    }
  }
  return column.empty() ? table : column;
}

using ObjectName = std::pair<std::string, std::string>;  // type, name

std::vector<std::pair<int64_t, ObjectName>> ReadNames(Database& db) {
  std::vector<std::pair<int64_t, ObjectName>> names;
  Statement rows(db, "SELECT rowid, type, name FROM main.sqlite_schema WHERE sql IS NOT NULL");
  while (rows.Step()) {
    names.push_back({rows.ColumnInteger(0), {rows.ColumnText(1), rows.ColumnText(2)}});
  }
  return names;
}

}  // namespace

std::vector<SchemaRename> FindRenames(Repository& repository, NodeReader& nodes,
                                      const std::vector<CatalogEntry>& base,
                                      const std::vector<CatalogEntry>& side, TextEncoding encoding,
                                      const std::set<std::string>& told) {
  return RenameFinder(repository, nodes, encoding, told).Find(base, side);
}

std::vector<SchemaRename> WithoutRenames(const std::vector<SchemaRename>& renames,
                                         const std::vector<SchemaRename>& others) {
  std::vector<SchemaRename> rest;
  for (const SchemaRename& rename : renames) {
    if (std::find(others.begin(), others.end(), rename) == others.end()) rest.push_back(rename);
  }
  return rest;
}

bool NamesVirtualTable(const std::vector<CatalogEntry>& catalog, const SchemaObject& object) {
  if (object.kind != SchemaObjectKind::kView && object.kind != SchemaObjectKind::kTrigger) {
    return false;
  }
  const std::set<std::string> names = NamesIn(object.sql);
  return std::any_of(catalog.begin(), catalog.end(), [&](const CatalogEntry& entry) {
    return entry.object.is_virtual && names.contains(FoldAsciiCase(entry.object.name));
  });
}

std::vector<CatalogEntry> ApplyRenames(Repository& repository,
                                       const std::vector<CatalogEntry>& catalog,
                                       const std::vector<SchemaRename>& renames,
                                       const std::vector<SchemaRename>& own) {
  if (renames.empty()) return catalog;
  ScratchDatabase scratch(repository);
  Database& db = scratch.db();
  db.BeginWrite();
  CatalogEntries all;
  // What SQLite cannot resolve (a view over a virtual table, or one that is broken) would be in the
  // way.
  std::vector<CatalogEntry> checked = catalog;
  std::set<size_t> left_out;
  for (const SchemaProblem& problem : CheckSchema(repository, TextEncoding::kUtf8, checked)) {
    left_out.insert(problem.entry);
  }
  for (size_t i = 0; i < catalog.size(); ++i) {
    if (!catalog[i].object.is_virtual && !left_out.contains(i)) all.push_back(&catalog[i]);
  }
  SchemaBuilder schema(db);
  schema.CreateTables(all);
  schema.CreateDependents(all);
  const auto names_before = ReadNames(db);
  // Columns first: then their tables still have the names that they are found by.
  for (const bool is_column : {true, false}) {
    for (const SchemaRename& rename : renames) {
      if (rename.column.empty() == is_column) continue;
      const std::string table = NameIn(own, rename.table, "");
      const CatalogEntry* entry = FindTableIn(catalog, table);
      if (entry == nullptr) continue;  // dropped here
      std::string column;
      if (is_column) {
        const std::string name = NameIn(own, rename.table, rename.column);
        const auto& columns = entry->table->info.columns;
        const bool is_there = std::any_of(columns.begin(), columns.end(), [&](const Column& c) {
          return EqualIgnoringAsciiCase(c.name, name);
        });
        if (!is_there) continue;
        column = fmt::format(" COLUMN {}", QuoteIdentifier(name));
      }
      db.Execute(fmt::format("ALTER TABLE main.{} RENAME{} TO {}", QuoteIdentifier(table), column,
                             QuoteIdentifier(rename.to)));
    }
  }
  const Schema renamed = ReadSchema(db);
  std::map<ObjectName, ObjectName> new_names;
  std::map<int64_t, ObjectName> names_after;
  for (const auto& [rowid, name] : ReadNames(db)) names_after.emplace(rowid, name);
  for (const auto& [rowid, name] : names_before) new_names.emplace(name, names_after[rowid]);

  std::vector<CatalogEntry> result = catalog;
  for (CatalogEntry& entry : result) {
    const std::string kind(SchemaObjectKindName(entry.object.kind));
    const auto name = new_names.find({kind, entry.object.name});
    if (name == new_names.end()) continue;
    for (const SchemaObject& object : renamed.objects) {
      if (object.kind == entry.object.kind && object.name == name->second.second) {
        entry.object = object;
      }
    }
    if (!entry.table) continue;
    for (const TableInfo& info : renamed.tables) {
      if (info.name != entry.object.name) continue;
      entry = WithLayout(entry, info);
    }
  }
  db.Rollback();
  return result;
}

}  // namespace pvc
