#pragma once

#include <string>
#include <vector>

#include "vcs/catalog.h"
#include "vcs/repository.h"

namespace pvc {

/// Something that SQLite has against a schema.
struct SchemaProblem {
  size_t entry = 0;  ///< index of the object that cannot be created, or refers to what is not there
  std::string message;  ///< SQLite's words: "no such column: c"
};

/// Creates the schema in a scratch database: tables, then what stands on them. Virtual tables are
/// not tried.
///
/// Entries that hold rows and can be created get the layout that SQLite reports.
/// Throws: kIo.   Cost: O(objects); once more for each view or trigger with a problem.
std::vector<SchemaProblem> CheckSchema(Repository& repository, TextEncoding encoding,
                                       std::vector<CatalogEntry>& entries);

/// SQLite's words, without the path of the scratch database in front of them.
std::string WithoutPath(const std::string& message);
/// The column of which such a message says that there is none; empty when it is of something else.
std::string MissingColumn(const std::string& message);

}  // namespace pvc
