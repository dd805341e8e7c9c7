#pragma once

#include <vector>

#include "vcs/repository.h"

namespace pvc {

/// The best common ancestors of two commits: those that no other common ancestor descends from.
///
/// Returns: none for unrelated histories; several for criss-cross ones, by id.
/// Throws:  kCorrupt, kIo.
/// Cost:    one read for each commit down to the bases' generation; below, for those that are not
///          ancestors of a base. Memory as of CommitFrontier.
std::vector<CommitId> MergeBases(Repository& repository, const CommitId& a, const CommitId& b);

/// True when `descendant` is `ancestor` or comes after it.
/// Throws: kCorrupt, kIo.
/// Cost:   one read for each commit of a generation above the ancestor's.
bool IsAncestor(Repository& repository, const CommitId& ancestor, const CommitId& descendant);

}  // namespace pvc
