#pragma once

#include "cli/json_writer.h"
#include "cli/render/diff_input.h"

namespace pvc {

/// The objects that both JSON forms of a diff are made of. Each writes members into the object that
/// is open.   Format: docs/json.md, "pvc.diff/v1".
void WriteDiffSide(JsonWriter& json, std::string_view name, const DiffSide& side);
void WritePropertyMembers(JsonWriter& json, const PropertyChange& change);
void WriteSchemaMembers(JsonWriter& json, const SchemaChange& change);
void WriteTableMembers(JsonWriter& json, const TableDiff& table);
void WriteRowMembers(JsonWriter& json, const DiffInput& input, const TableDiff& table,
                     const RowChange& change);
void WriteCountMembers(JsonWriter& json, const TableDiffCounts& counts);

/// A row of one side and what its cells need to be read.
struct SideRow {
  const TableInfo& info;
  const Row& row;
  TextEncoding encoding;
  ObjectSource& source;
};

/// Writes "key": {"id": 42}; null for a table without key, with "rowid" after it.
void WriteRowKey(JsonWriter& json, const SideRow& side);

/// Writes a value: the row's cells by the names of their columns.
void WriteRowCells(JsonWriter& json, const SideRow& side);

/// "added", "removed", "changed".
std::string_view ChangeKindName(ChangeKind kind);

}  // namespace pvc
