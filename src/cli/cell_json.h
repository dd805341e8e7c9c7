#pragma once

#include "cli/json_writer.h"
#include "engine/object_io.h"
#include "vcs/row_codec.h"

namespace pvc {

/// Writes a value so that its storage class and bytes can be told: docs/json.md, "values".
/// Requires: its bytes are in memory.
void WriteValueJson(JsonWriter& json, const Value& value, TextEncoding encoding);

/// Writes a cell so that its storage class and bytes can be told: docs/json.md, "values".
/// Values stored outside their row are read whole.   Throws: kCorrupt, kIo.
void WriteCellJson(JsonWriter& json, ObjectSource& source, const Cell& cell, TextEncoding encoding);

}  // namespace pvc
