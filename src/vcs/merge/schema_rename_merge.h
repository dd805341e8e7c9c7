#pragma once

#include "vcs/merge/schema_draft.h"

namespace pvc {

/// Gives all three sides the names that either side chose for tables and columns, so that all that
/// follows goes by name. What both renamed differently gets the name of one side, and is a conflict
/// unless a side is favoured.
///
/// Throws: kCorrupt, kIo.   Cost: as FindRenames; SQLite reads each schema once more.
void FollowRenames(SchemaDraft& draft);

}  // namespace pvc
