#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/render/diff_input.h"

namespace pvc {

/// A comparison of two database files, for which no repository is needed. They are read when it is
/// made.
///
/// `tables`: TABLE or TABLE:KEY; empty: everything.
/// Throws: as FileComparison; kNotFound for a table that neither has.
/// Lifetime: the context outlives it.
DiffInput CompareFiles(CommandContext& context, const std::string& before_path,
                       const std::string& after_path, const std::vector<std::string>& tables);

}  // namespace pvc
