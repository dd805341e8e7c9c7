#pragma once

#include <memory>

#include "sqlite/database.h"
#include "vcs/query/query_scope.h"

namespace pvc {

class IndexCache;

/// What tables of commits need besides their rows. One a connection.
///
/// Lifetime: the scope outlives it.
struct TableServices {
  explicit TableServices(QueryScope& query_scope);
  ~TableServices();

  QueryScope& scope;
  std::unique_ptr<Database> scratch;    ///< for reading schema text
  std::unique_ptr<IndexCache> indexes;  ///< of tables of commits
};

}  // namespace pvc
