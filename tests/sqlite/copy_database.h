#pragma once

#include <string>

namespace pvc {

/// Copies a database through ReadSchema, MakeSqlScanner, CreateSchemaObject and bound statements:
/// the shortest export there is, to show that the layer's two halves fit.
///
/// Throws: Error as the members used do; kUnsupported naming the table for cells that cannot be
/// written.
void CopyDatabase(const std::string& from, const std::string& to);

}  // namespace pvc
