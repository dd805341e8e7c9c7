#pragma once

#include "vcs/merge/schema_draft.h"

namespace pvc {

/// Has SQLite read the merged schema. An object of one side that does not fit what the other side
/// made of the objects it needs is a conflict, with them: all are taken from one side.
///
/// The same is asked of what theirs has for the objects in conflict, so that the conflicts are all
/// that has to be settled for either side to be taken.
/// Requires: all objects were merged.
/// Throws:   kCorrupt, kIo.   Cost: O(objects), once more for each conflict found.
void MakeSound(SchemaDraft& draft);

}  // namespace pvc
