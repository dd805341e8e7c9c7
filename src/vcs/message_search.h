#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "vcs/repository.h"

namespace pvc {

/// The newest commit by committer time, of `from` and their ancestors, whose message contains
/// `text`. A commit is not looked at before one of its children.
///
/// Returns: nothing when there is none.
/// Throws:  kCorrupt, kIo.
/// Cost:    one read for each commit newer than the one found, and its memory 32 bytes and more.
std::optional<CommitId> FindByMessage(Repository& repository, const std::vector<CommitId>& from,
                                      std::string_view text);

}  // namespace pvc
