#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sqlite/database.h"
#include "sqlite/schema.h"

namespace pvc {

/// SQLite's name of a collation; empty for kOther, whose name is in a table's text alone.
std::string_view CollationName(Collation collation);

/// What a table's SQL text says about a column to those who read it.
struct DeclaredColumn {
  std::string name;
  std::string type;       ///< verbatim, may be empty
  std::string collation;  ///< "BINARY" unless declared otherwise

  bool operator==(const DeclaredColumn&) const = default;
};

/// Has SQLite read the text of a table as it reads a database file's schema, and asks it for the
/// columns, generated ones too. Functions and collations that SQLite here lacks do not matter.
///
/// `scratch`: a database of Database::InMemory without tables; it is left so.
/// Throws: kInvalid for text that is no table's.   Cost: some 50 us.
std::vector<DeclaredColumn> ReadDeclaredColumns(Database& scratch, const SchemaObject& table);

}  // namespace pvc
