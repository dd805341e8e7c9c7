#pragma once

#include <vector>

#include "sqlite/database.h"
#include "vcs/catalog.h"

namespace pvc {

/// Entries of one catalog, in the order of their ranks.
using CatalogEntries = std::vector<const CatalogEntry*>;

/// Creates, drops and orders the schema objects of an open database, in an order in which each step
/// finds what it needs: SQL text verbatim, virtual tables by their row in sqlite_schema alone.
///
/// Requires: a write transaction is open.   Lifetime: the database outlives it.
/// Throws:   kInvalid naming the object that cannot be created or dropped here and what it lacks;
///           kIo; kBusy.
class SchemaBuilder {
 public:
  explicit SchemaBuilder(Database& db) : db_(db) {}

  /// Creates the tables among `entries` that hold rows, empty; sqlite_sequence last, unless it came
  /// with an AUTOINCREMENT table or was there.
  void CreateTables(const CatalogEntries& entries);
  /// Creates the rest, when the rows are there: indexes are filled from them at once, and triggers
  /// do not see them arrive; then views, triggers and virtual tables.
  void CreateDependents(const CatalogEntries& entries);

  /// Drops all of `entries`. Explicit indexes and triggers of a table that is dropped must be among
  /// them. Shadow tables are ordinary tables here: they go when they are among `entries`.
  /// Requires: sqlite_sequence is not one of them (sequence_table.h).
  void Drop(const CatalogEntries& entries);

  /// Brings sqlite_schema into the order of `catalog`, all of it. Automatic indexes follow their
  /// table; what the catalog does not know stays behind what it was behind.
  void RestoreOrder(const CatalogEntries& catalog);

 private:
  Database& db_;
};

}  // namespace pvc
