#pragma once

#include "engine/object_store.h"
#include "vcs/repository.h"
#include "vcs/snapshot.h"

namespace pvc {

/// Brings the changes from `base` to `theirs` to `ours`, as long as they do not meet changes from
/// `base` to `ours`: schema objects that one side left alone, and rows that one side left alone of
/// tables with one schema and a key on all three.
///
/// `nodes` reads all three and what is put into `batch`.
/// Throws: kInvalid naming the object or table that both sides changed.   Cost: O(changes).
Snapshot JoinSnapshots(Repository& repository, NodeReader& nodes, WriteBatch& batch,
                       const Snapshot& base, const Snapshot& ours, const Snapshot& theirs);

}  // namespace pvc
