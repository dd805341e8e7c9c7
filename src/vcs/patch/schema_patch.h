#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vcs/catalog.h"
#include "vcs/patch/patch.h"
#include "vcs/repository.h"

namespace pvc {

/// The schema changes of a patch, brought into a catalog. Rows are the caller's to follow up:
/// tables that come are empty, those that change still have the rows of their old layout.
///
/// An object of a patch fits when the catalog has it with the SQL text that the patch changes; one
/// to be added also when it is there already.
class SchemaPatch {
 public:
  /// A table that the patch changes.
  struct Table {
    PatchSchemaChange change;
    std::optional<StoredTable> before;  ///< nothing: it is added
    std::optional<TableInfo> after;     ///< nothing: it is removed
  };

  /// Throws: kInvalid naming the object that does not fit or cannot be created, or the property.
  SchemaPatch(Repository& repository, const std::vector<CatalogEntry>& entries,
              const PatchHeader& header);

  /// Objects to be, in the order of their ranks, but for rows.
  std::vector<CatalogEntry>& entries() { return entries_; }
  CatalogEntry* FindEntry(SchemaObjectKind kind, const std::string& name);
  /// Null: the patch leaves the table's schema as it is.
  const Table* FindTable(const std::string& name) const;
  const std::map<std::string, Table>& tables() const { return tables_; }
  uint64_t change_count() const { return change_count_; }
  uint64_t already_there() const { return already_there_; }

 private:
  void Apply(const PatchSchemaChange& entry);
  void Remove(const SchemaChange& change);
  void RemoveSequences(Repository& repository, const std::vector<PatchSchemaChange>& changes);
  void Add(const SchemaChange& change);
  void CheckFit() const;
  void ReadLayouts(Repository& repository);

  std::vector<CatalogEntry> entries_;
  std::vector<CatalogEntry> added_;
  std::map<std::string, Table> tables_;
  uint64_t change_count_ = 0;
  uint64_t already_there_ = 0;
};

/// Whether SQLite counts the keys of the table in sqlite_sequence, asked of a scratch database.
bool IsAutoincrement(Repository& repository, const SchemaObject& object);

}  // namespace pvc
