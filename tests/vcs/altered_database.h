#pragma once

#include <string>
#include <vector>

#include "tests/support/raw_sqlite.h"

namespace pvc {

/// Runs statements that this database may refuse; then those before the refused one stay.
void TryStatements(RawDatabase& db, const std::string& sql);

/// Deletes, changes and adds rows and schema objects of all kinds, as far as SQLite lets it, and
/// sets user_version and application_id: whatever the database held, it differs afterwards.
void AlterDatabase(const std::string& path);

/// Deletes the rows of all tables, virtual ones included, as far as SQLite lets it.
void EmptyAllTables(const std::string& path);

}  // namespace pvc
