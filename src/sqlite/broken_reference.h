#pragma once

#include <optional>
#include <string>

#include "sqlite/database.h"

namespace pvc {

/// Has SQLite compile what a view or trigger stands for, which creating it does not: whether all
/// that it refers to is there. Nothing is run.
///
/// Of a trigger its event is compiled, with it and all other triggers that this sets off.
/// Requires: the object is in `db`, with the table or view that it is on.
/// Returns:  SQLite's words when it is broken: "no such column: t.c". Nothing for tables and
/// indexes. Throws:   kIo, kCorrupt.   Cost: compiling up to one statement.
std::optional<std::string> FindBrokenReference(Database& db, const SchemaObject& object);

}  // namespace pvc
