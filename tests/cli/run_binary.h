#pragma once

#include <string>
#include <vector>

namespace pvc {

/// What a program did.
struct ProgramResult {
  int exit_code = -1;  ///< 128 + signal number when a signal ended it
  std::string out;
  std::string err;
};

/// Runs the real pvc in `folder` with a clean environment: a fixed date, user "ann".
/// `variables`: "NAME=value", added to it.
ProgramResult RunPvc(const std::string& folder, const std::vector<std::string>& words,
                     const std::vector<std::string>& variables = {});

/// Runs a shell command line in `folder`, with $PVC as the binary.
ProgramResult RunShell(const std::string& folder, const std::string& command);

}  // namespace pvc
