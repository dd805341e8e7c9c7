#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sqlite/database.h"

namespace pvc {

/// Fills a BLOB of a row in place, in pieces, so that it is never whole in memory.
///
/// Requires: the row's column holds a zeroblob of `size_bytes`; no index covers the column.
/// `next` gives the following bytes of the value until they sum up to the size.
/// Throws:   what `next` throws; kIo, kInvalid.
void FillBlob(Database& db, const std::string& table, const std::string& column, int64_t rowid,
              uint64_t size_bytes, const std::function<ByteView()>& next);

}  // namespace pvc
