#pragma once

#include <functional>

#include "sqlite/host_connection.h"

namespace pvc {

/// Runs the entry point of a loadable extension: `load` adds to the host's connection what the
/// extension has.
///
/// `error_text`: gets why it failed, in memory that the host frees; may be null.
/// Returns: what the entry point returns. Nothing is thrown; a SQLite that is not supported is
///          refused.
/// Source: https://www.sqlite.org/loadext.html#programming_loadable_extensions
int RunExtensionEntry(sqlite3* handle, char** error_text, const sqlite3_api_routines* api,
                      const std::function<void(const HostConnection& host)>& load) noexcept;

}  // namespace pvc
