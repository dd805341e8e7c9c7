#pragma once

#include "cli/json_writer.h"
#include "cli/render/conflicts.h"

namespace pvc {

/// The objects that both JSON forms of conflicts are made of. Each writes members into the object
/// that is open.   Format: docs/json.md, "pvc.conflicts/v1".
///
/// Writes "merge": what is unfinished; null for none.
void WriteMergeMember(JsonWriter& json, const UnfinishedMerge* merge);
void WriteSchemaConflictMembers(JsonWriter& json, const SchemaConflict& conflict);
void WriteConflictTableMembers(JsonWriter& json, const TableConflicts& table);
void WriteRowConflictMembers(JsonWriter& json, const ConflictsInput& input,
                             const TableConflicts& table, const ConflictRow& row);

}  // namespace pvc
