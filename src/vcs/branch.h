#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vcs/actor.h"
#include "vcs/repository.h"

namespace pvc {

/// Whether a command may write over, or drop, what may be the only name of some commits.
enum class Force { kNo, kYes };

/// "refs/heads/main" for "main".
std::string BranchRefName(std::string_view branch);
/// A branch's name behind refs/heads/, cut from its ref's. Requires: it is a branch's.
std::string_view BranchName(std::string_view full_name);

/// Makes a branch that begins at `start`; with kYes also one that exists begins there anew. One
/// operation.
///
/// Throws: kInvalid for a name that no branch may have, and for the current branch; kExists;
///         kMoved.
void CreateBranch(Repository& repository, const std::string& name, const CommitId& start,
                  Force force, const Actor& actor);

/// Removes branches, all or none, in one operation: what is in no other branch stays reachable
/// through `pvc undo`.
///
/// Returns: what each was, in the order given.
/// Throws: kNotFound with the nearest names; kInvalid for the current branch and, unless kYes, for
///         one with commits that HEAD does not have; kMoved.
std::vector<Ref> DeleteBranches(Repository& repository, const std::vector<std::string>& names,
                                Force force, const Actor& actor);

/// Renames a branch in one operation; HEAD moves along, also on a branch without commits.
///
/// Throws: kNotFound with the nearest names; kInvalid for a name that no branch may have, and for
///         writing over the current branch; kExists unless kYes; kMoved.
void RenameBranch(Repository& repository, const std::string& from, const std::string& to,
                  Force force, const Actor& actor);

/// Makes a branch where `from` is; HEAD stays.
///
/// Throws: as RenameBranch.
void CopyBranch(Repository& repository, const std::string& from, const std::string& to, Force force,
                const Actor& actor);

}  // namespace pvc
