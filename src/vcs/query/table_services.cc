#include "vcs/query/table_services.h"

#include "vcs/query/index_cache.h"

namespace pvc {

TableServices::TableServices(QueryScope& query_scope)
    : scope(query_scope),
      scratch(Database::InMemory(TextEncoding::kUtf8)),
      indexes(std::make_unique<IndexCache>(query_scope.repository())) {}

TableServices::~TableServices() = default;

}  // namespace pvc
