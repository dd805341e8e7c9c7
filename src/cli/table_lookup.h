#pragma once

#include <string_view>

#include "vcs/catalog.h"
#include "vcs/repository.h"
#include "vcs/snapshot.h"

namespace pvc {

/// Finds a table that holds rows. Throws: kNotFound with the nearest names as hints.
CatalogEntry RequireTable(Repository& repository, const Snapshot& snapshot, std::string_view name);

/// "integer key", "key (a, b)", "no key": what tells a table's rows apart.
std::string DescribeKey(const TableInfo& table);

}  // namespace pvc
