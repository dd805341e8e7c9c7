#pragma once

#include <string>
#include <vector>

#include "cli/environment.h"

namespace pvc {

/// A word that may stand where a command line ends.
struct Candidate {
  std::string word;         ///< all of it, what is typed already included
  std::string description;  ///< a few words, or empty
};

/// Paths that may stand there: the shell knows them better.
enum class PathCompletion { kNone, kFiles, kFolders };

struct Completions {
  std::vector<Candidate> candidates;
  PathCompletion paths = PathCompletion::kNone;
};

/// What the last of `words` (those behind `pvc`, the last may be empty) may become: commands,
/// options and their values, revisions, branches, tags, tables. Nothing where nothing can be known:
/// outside a repository, behind an unknown command.
///
/// `words` are taken as a shell hands them over while its user types: nothing in them is an error.
/// Names with control characters are left out.
/// Cost: the repository is opened for refs and tables only.
Completions Complete(Environment& environment, const std::vector<std::string>& words);

/// Writes completions for the scripts of `pvc completion`: lines "WORD\tDESCRIPTION", and "\tfiles"
/// or "\tfolders" where the shell is to add paths.
void PrintCompletions(TextWriter& out, const Completions& completions);

}  // namespace pvc
