#pragma once

#include <set>
#include <string>
#include <vector>

#include "vcs/catalog.h"
#include "vcs/repository.h"

namespace pvc {

/// A table, or a column of one, that a side calls otherwise than base. Names as written; they
/// compare without case.
struct SchemaRename {
  std::string table;   ///< its name in base
  std::string column;  ///< its name in base; empty: the table itself is renamed
  std::string to;

  bool operator==(const SchemaRename&) const = default;
};

/// Finds what a side renamed. A table was renamed when it is gone and one came that has its key,
/// most of its columns, and half of the values under the same keys at least. A column was renamed
/// when it is gone and one of the same kind stands in its place; the last one only if half of the
/// values are the same, for it may have been dropped and another added.
///
/// `told`: folded names; what went and what came are one without a look at rows when both names are
/// among them.
/// Requires: catalogs as ReadCatalog gives them; `nodes` reads both.
/// Cost:     O(objects), and for each suspect a bounded number of rows.
std::vector<SchemaRename> FindRenames(Repository& repository, NodeReader& nodes,
                                      const std::vector<CatalogEntry>& base,
                                      const std::vector<CatalogEntry>& side, TextEncoding encoding,
                                      const std::set<std::string>& told);

/// A catalog with renames applied as ALTER TABLE would: the text of everything that refers to what
/// is renamed follows, but for that of views and triggers that SQLite cannot resolve: those that
/// name virtual tables, and broken ones. Rows stay what they are.
///
/// `renames`: by names in base; `own`: those that this catalog has already, to find its tables by.
/// Throws: kInvalid with SQLite's words when one cannot be applied.
std::vector<CatalogEntry> ApplyRenames(Repository& repository,
                                       const std::vector<CatalogEntry>& catalog,
                                       const std::vector<SchemaRename>& renames,
                                       const std::vector<SchemaRename>& own);

/// Whether a view or trigger speaks of a virtual table of the catalog, which only a module can
/// resolve.
bool NamesVirtualTable(const std::vector<CatalogEntry>& catalog, const SchemaObject& object);

/// The renames of `renames` that `others` does not have.
std::vector<SchemaRename> WithoutRenames(const std::vector<SchemaRename>& renames,
                                         const std::vector<SchemaRename>& others);

}  // namespace pvc
