#pragma once

#include <string>
#include <vector>

#include "cli/conflict_line.h"
#include "vcs/merge/conflict.h"

namespace pvc {

/// "table users, column score: both changed its definition"; of a property with its values.
std::string SchemaConflictTitle(const SchemaConflict& conflict, const SideNames& names);
/// The SQL text on the three sides, as far as it concerns the conflict; long text as what each side
/// changed. Nothing for a property.
std::vector<ConflictLine> DescribeSchemaConflict(const SchemaConflict& conflict,
                                                 const SideNames& names, size_t columns);

}  // namespace pvc
