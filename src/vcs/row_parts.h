#pragma once

#include <string>

#include "engine/object_store.h"
#include "vcs/repository.h"
#include "vcs/snapshot.h"

namespace pvc {

/// `base` with the rows of one key of a table as `other` has them: changed, added, or removed where
/// `other` has none. Where SQLite gives rows a rowid that is not their key, a row keeps the one it
/// has in `base`; one that comes back takes its old rowid, or a new one when that is in use.
///
/// `key`: as typed (KeyRangesOf). `other_name`: the revision of `other`, for a hint. `nodes` reads
/// both snapshots and what is put into `batch`. Throws: kNotFound for a table that is not in both;
/// kInvalid when its layout differs, when it
///         has no such key, and when neither side has the row.
/// Cost:   O(log rows); O(rows) when a rowid has to be found.
Snapshot TakeRow(Repository& repository, NodeReader& nodes, WriteBatch& batch, const Snapshot& base,
                 const Snapshot& other, const std::string& table, const std::string& key,
                 const std::string& other_name);

}  // namespace pvc
