#pragma once

#include <optional>
#include <string>

#include "vcs/checkout.h"
#include "vcs/patch/patch_target.h"

namespace pvc {

struct ApplyPatchRequest {
  Actor actor;
  /// Applies what fits when rows do not; else nothing is changed then.
  bool skip_conflicts = false;
  /// Commits the result; the working database must be clean.
  bool commit = false;
  /// Of the commit, in place of the patch's own.
  std::optional<std::string> message;
  PatchConflictSink on_conflict;
  std::function<void(const std::string& table, uint64_t rows_read)> patch_progress;
  ImportProgressSink reading;
  DatabaseUpdateOptions update;
};

struct ApplyPatchResult {
  PatchTarget target;
  bool is_applied = false;  ///< false: rows conflict, and nothing was changed
  CheckoutResult checkout;
  /// The commit made; nothing when none was asked for, or all of the patch was there already.
  std::optional<CommitId> commit;
  Commit recorded;
};

/// Changes the working database by a patch, in one transaction: all of it, or nothing.
///
/// Throws: kInvalid for uncommitted changes when the result is to be committed, and for a commit
///         without a message; what MakePatchTarget and WorkingTransaction throw: among it kInvalid
///         for a row that breaks a UNIQUE or NOT NULL constraint.
ApplyPatchResult ApplyPatch(Repository& repository, PatchReader& patch,
                            const ApplyPatchRequest& request);

}  // namespace pvc
