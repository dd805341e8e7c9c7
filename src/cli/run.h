#pragma once

#include <string>
#include <vector>

#include "cli/environment.h"

namespace pvc {

/// Runs one command line (without the program's name) and reports errors on standard error.
///
/// Returns: the exit code: 0 yes, 1 the answer is no, 128 error, 129 usage, 130 interrupted.
int RunCommandLine(Environment& environment, const std::vector<std::string>& words);

}  // namespace pvc
