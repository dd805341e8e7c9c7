#pragma once

#include <string>
#include <vector>

#include "tests/support/raw_sqlite.h"
#include "tests/vcs/query/query_values.h"

namespace pvc {

/// A table or view as queries may name it.
struct QueriedTable {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::string> key;  ///< columns of the PRIMARY KEY, in order
  bool has_rowid = false;        ///< that "rowid" names
  bool is_view = false;
  bool is_partial = false;  ///< has more columns, not to be asked for
};

/// Makes a small database whose tables have keys of every kind, and rows whose values meet.
void MakeQueryDatabase(const std::string& path, Choices& choices);
/// Changes rows, and now and then a table's layout.
void ChangeQueryDatabase(const std::string& path, Choices& choices);

/// What a database has to query: all but virtual tables.
std::vector<QueriedTable> ReadQueriedTables(const std::string& path);

}  // namespace pvc
