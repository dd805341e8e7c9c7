#pragma once

#include <optional>
#include <vector>

#include "vcs/catalog.h"
#include "vcs/diff.h"

namespace pvc {

/// A key at which two catalogs differ.
struct CatalogChange {
  std::optional<CatalogEntry> before;
  std::optional<CatalogEntry> after;
};

/// Decodes the entries in which two catalogs differ, in the order of their keys: of one kind, by
/// name.   Throws: kCorrupt, kIo.   Cost: O(changes).
std::vector<CatalogChange> DiffCatalogs(NodeReader& reader, const Tree& before, const Tree& after);

/// Adds what happened to one schema object: nothing when only its rank or rows differ; removed and
/// added when an object of another kind took its name.
void AppendSchemaChanges(const CatalogChange& change, std::vector<SchemaChange>& changes);

/// The properties that differ.
std::vector<PropertyChange> DiffProperties(const DatabaseProperties& before,
                                           const DatabaseProperties& after);

}  // namespace pvc
