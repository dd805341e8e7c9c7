#pragma once

#include "engine/object_store.h"
#include "vcs/repository.h"
#include "vcs/snapshot.h"

namespace pvc {

/// The state that two commits began with, to merge them by.
///
/// Two best common ancestors (a criss-cross) are merged themselves, by their own base and so on
/// down. A row in which they conflict is in the base as neither commit has it, or not at all, so
/// that the two commits agree on it only when they hold the same.
///
/// `nodes` reads the repository and what is put into `batch`.
/// Throws: kInvalid when the histories have nothing in common; kUnsupported with the reason for
/// more
///         than two bases, for bases that conflict in their schema or in rows without a key, and
///         for too deep a criss-cross.
Snapshot MergeBaseSnapshot(Repository& repository, NodeReader& nodes, WriteBatch& batch,
                           const CommitId& ours, const CommitId& theirs);

}  // namespace pvc
