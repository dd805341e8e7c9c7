#pragma once

#include <functional>
#include <string_view>

#include "sqlite/database.h"

namespace pvc {

/// Asks a database a yes-or-no question: the first column of the first row, true as SQLite takes
/// the condition of a WHERE for it. NULL, 0, text that is no number, and no row at all are false.
///
/// `query`:       a user's text. It runs with the handle's hardening; functions and collations are
///                SQLite's own.
/// `should_stop`: asked now and then while it runs; may be empty.
/// Requires: the handle is read-only.
/// Throws:   kInvalid for text that is not one statement which only reads, and with SQLite's
///           message; kInterrupted when `should_stop` said so; kBusy, kCorrupt, kIo.
bool QueryIsTrue(Database& db, std::string_view query, const std::function<bool()>& should_stop);

}  // namespace pvc
