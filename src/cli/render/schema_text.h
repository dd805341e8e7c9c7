#pragma once

#include <string>

#include "cli/cell_text.h"
#include "vcs/diff.h"

namespace pvc {

/// A schema change on one line: "+ index users_by_email ON users(email)", or for changed SQL text
/// "~ table users: ...age INTEGER[-)-]{+, city TEXT)+}". Added and removed ones are cut to
/// `columns`.
LabelledText FormatSchemaChange(const SchemaChange& change, size_t columns);

}  // namespace pvc
