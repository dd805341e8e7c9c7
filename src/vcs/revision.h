#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "vcs/repository.h"

namespace pvc {

/// Resolves a revision to a commit, with git's meaning:
///   HEAD or @, a branch, tag or full ref name; `stash`, the newest stash entry;
///   a full id or an unambiguous short one (4 digits at least) of a commit or an annotated tag;
///   `@{-1}` (the branch before the last switch), `main@{1}` (where it was one change ago),
///   `main@{2 hours ago}` (where it was then), `@{...}` alone for the current branch, `stash@{1}`;
///   each followed by any of ~, ~N, ^, ^N, ^0, ^{}, ^{commit}, ^{/TEXT} (of it and its ancestors,
///   the newest whose message contains TEXT);
///   or `:/TEXT`, to its end (the same of all refs and HEAD).
///
/// `now`: for dates that are relative.
/// Throws: kNotFound, naming the part that was not found, with the nearest names as hints ("did you
/// mean");
///         kInvalid for an ambiguous short id, its candidates as hints; a branch without commits.
CommitId ResolveRevision(Repository& repository, std::string_view revision, const Timestamp& now);

/// The error for a branch that a commit is expected of and that has none, with a hint to make one.
Error UnbornError(const Repository& repository, std::string_view branch);

/// A set of commits as `log` takes it.
struct RevisionRange {
  std::vector<CommitId> from;     ///< these and their ancestors
  std::vector<CommitId> without;  ///< but not these and theirs
};

/// Resolves words of a command line: REV, ^REV, A..B (of B, not of A), A...B (of one, not of both;
/// an absent end is HEAD). No word: HEAD. Throws: as ResolveRevision.
RevisionRange ResolveRange(Repository& repository, const std::vector<std::string>& words,
                           const Timestamp& now);

/// Two commits to compare.
struct RevisionPair {
  CommitId before;
  CommitId after;
  std::string before_name;  ///< as typed, "HEAD" for an absent end; a merge base's short id
  std::string after_name;

  bool operator==(const RevisionPair&) const = default;
};

/// What "A..B" (A and B) or "A...B" (their merge base and B) compares; nothing for a word that is
/// no range. Throws: as ResolveRevision; kNotFound without a merge base, kUnsupported with several.
std::optional<RevisionPair> ResolvePair(Repository& repository, std::string_view word,
                                        const Timestamp& now);

/// Names that resemble `wrong`, nearest first, at most three. For "did you mean".
std::vector<std::string> NearestNames(std::string_view wrong,
                                      const std::vector<std::string>& names);

}  // namespace pvc
