#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sqlite/declared_columns.h"
#include "vcs/catalog.h"
#include "vcs/query/query_scope.h"

namespace pvc {

/// One table as one state of the database has it.
struct TableVersion {
  CatalogEntry entry;  ///< of a table with rows
  QuerySide side;

  const StoredTable& table() const { return *entry.table; }
  TextEncoding encoding() const { return side.snapshot.properties.encoding; }
};

/// Looks a table up, as SQLite compares names.
/// Throws: kNotFound, with names that resemble it, when the state has no table with rows of that
///         name.
TableVersion FindTableVersion(const QuerySide& side, std::string_view name);

/// A table's columns as declared, all of them in order: from its text, or where SQLite cannot read
/// that, from what the catalog says.
std::vector<DeclaredColumn> DeclaredColumnsOf(Database& scratch, const CatalogEntry& entry);

/// A type to declare a column of a virtual table with: the declared one where it says the column's
/// affinity and nothing that virtual tables read into it, else the affinity's name.
std::string TypeForDeclaration(const DeclaredColumn& declared, Affinity affinity);

/// "CREATE TABLE x(...)" for a virtual table with a table's columns, its primary key among them;
/// `hidden` names hidden columns behind them.
std::string TableDeclaration(const TableInfo& table, const std::vector<DeclaredColumn>& declared,
                             const std::vector<std::string>& hidden);

}  // namespace pvc
