#include "vcs/query/table_version.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "sqlite/affinity.h"
#include "vcs/ascii_case.h"
#include "vcs/revision.h"

namespace pvc {
namespace {

std::string_view AffinityName(Affinity affinity) {
  switch (affinity) {
    case Affinity::kBlob:
      return "";
    case Affinity::kText:
      return "TEXT";
    case Affinity::kNumeric:
      return "NUMERIC";
    case Affinity::kInteger:
      return "INTEGER";
    case Affinity::kReal:
      return "REAL";
  }
  return "";
}

/// Types are put into SQL text: letters, digits and what "DECIMAL(10, 2)" is written with.
bool IsPlainType(std::string_view type) {
  return std::all_of(type.begin(), type.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == ' ' || c == '(' || c == ')' || c == ',';
  });
}

}  // namespace

TableVersion FindTableVersion(const QuerySide& side, std::string_view name) {
  auto entry = FindTable(*side.nodes, side.snapshot.catalog, name);
  if (entry) return {std::move(*entry), side};
  std::vector<std::string> names;
  for (CatalogEntry& other : ReadCatalog(*side.nodes, side.snapshot.catalog)) {
    if (other.table) names.push_back(std::move(other.object.name));
  }
  Error error(ErrorKind::kNotFound, fmt::format("no table '{}' in '{}'", name, side.name));
  for (const std::string& near : NearestNames(name, names)) {
    error.AddHint(fmt::format("did you mean '{}'?", near));
  }
  throw error.AddHint("all tables:  pvc ls");
}

std::vector<DeclaredColumn> DeclaredColumnsOf(Database& scratch, const CatalogEntry& entry) {
  const TableInfo& info = entry.table->info;
  std::vector<DeclaredColumn> columns;
  try {
    columns = ReadDeclaredColumns(scratch, entry.object);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kInvalid) throw;
  }
  const bool fits =
      std::equal(columns.begin(), columns.end(), info.columns.begin(), info.columns.end(),
                 [](const DeclaredColumn& declared, const Column& column) {
                   return EqualIgnoringAsciiCase(declared.name, column.name);
                 });
  if (fits) return columns;
  columns.clear();
  for (const Column& column : info.columns) {
    // The key's collation is the column's, unless its PRIMARY KEY says otherwise.
    const std::string_view collation = CollationName(column.collation);
    columns.push_back({column.name, std::string(AffinityName(column.affinity)),
                       std::string(collation.empty() ? "BINARY" : collation)});
  }
  return columns;
}

std::string TypeForDeclaration(const DeclaredColumn& declared, Affinity affinity) {
  // A virtual table's column whose type has this word is hidden.
  const bool says_hidden = [&] {
    for (size_t i = 0; i + 6 <= declared.type.size(); ++i) {
      if (EqualIgnoringAsciiCase(std::string_view(declared.type).substr(i, 6), "hidden"))
        return true;
    }
    return false;
  }();
  if (!says_hidden && IsPlainType(declared.type) && AffinityOfType(declared.type) == affinity) {
    return declared.type;
  }
  return std::string(AffinityName(affinity));
}

std::string TableDeclaration(const TableInfo& table, const std::vector<DeclaredColumn>& declared,
                             const std::vector<std::string>& hidden) {
  std::string sql = "CREATE TABLE x(";
  std::vector<std::string> key;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (i > 0) sql += ", ";
    sql += QuoteIdentifier(column.name) + " " + TypeForDeclaration(declared[i], column.affinity);
    if (declared[i].collation != "BINARY")
      sql += " COLLATE " + QuoteIdentifier(declared[i].collation);
    if (column.key_position == 0) continue;
    if (key.size() < column.key_position) key.resize(column.key_position);
    std::string& part = key[column.key_position - 1];
    part = QuoteIdentifier(column.name);
    const std::string_view collation = CollationName(column.collation);
    if (!collation.empty()) part += fmt::format(" COLLATE {}", collation);
  }
  for (const std::string& name : hidden) sql += ", " + QuoteIdentifier(name) + " HIDDEN";
  std::string parts;
  for (const std::string& part : key) parts += (parts.empty() ? "" : ", ") + part;
  if (!parts.empty()) sql += ", PRIMARY KEY(" + parts + ")";
  sql += ")";
  if (table.without_rowid) sql += " WITHOUT ROWID";
  return sql;
}

}  // namespace pvc
