#pragma once

#include <set>

#include "vcs/merge/schema_draft.h"

namespace pvc {

/// Merges virtual tables into the draft. Each is taken whole from one side, with its shadow tables:
/// their rows mean something to their module alone. What both sides changed is a conflict.
void MergeVirtualTables(SchemaDraft& draft);

/// A virtual table and its shadow tables, on any side; nothing when `owner` is none.
std::set<ObjectKey> PartsOfVirtualTable(const SchemaDraft& draft, const ObjectKey& owner);

}  // namespace pvc
