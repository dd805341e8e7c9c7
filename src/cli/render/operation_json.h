#pragma once

#include "cli/json_writer.h"
#include "vcs/operation_log.h"

namespace pvc {

/// Writes one operation as an object.   Format: docs/json.md, "pvc.operation/v1"
void WriteOperationJson(JsonWriter& json, const LoggedOperation& logged, bool with_format);

}  // namespace pvc
