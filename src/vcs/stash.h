#pragma once

#include <optional>
#include <string>

#include "vcs/checkout.h"
#include "vcs/stash_refs.h"

namespace pvc {

/// A stash entry is a commit of what the working database held, on top of HEAD's commit of that
/// moment, under a ref of its own (stash_refs.h).

struct StashPushResult {
  std::optional<CommitId> entry;  ///< nothing: there were no changes to put aside
  std::string message;
  CheckoutResult checkout;
};

/// Puts the uncommitted changes aside: the working database holds what HEAD's commit does again.
/// `message`: empty for "WIP on BRANCH: ID SUMMARY".
/// Throws: kInvalid without a commit; what WorkingTransaction throws.
StashPushResult PushStash(Repository& repository, const std::string& message, const Actor& actor,
                          const CheckoutOptions& options);

/// Brings entry `index` (0 is the newest) back into the working database, and drops it when `drop`
/// says so. On another commit than the one it was made on, what changed since is merged
/// (MergeSnapshots).
/// Throws: kNotFound without such an entry; kInvalid with uncommitted changes, while a
///         merge is unfinished, and for conflicts; the entry stays then.
CheckoutResult ApplyStash(Repository& repository, size_t index, bool drop, const Actor& actor,
                          const CheckoutOptions& options);

/// Forgets entry `index`, or all.   Throws: kNotFound.
/// Returns: the commit dropped last.
CommitId DropStash(Repository& repository, std::optional<size_t> index, const Actor& actor);

}  // namespace pvc
