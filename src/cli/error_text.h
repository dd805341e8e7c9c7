#pragma once

#include "base/error.h"
#include "cli/terminal_text.h"

namespace pvc {

/// Prints an error and its hints, for standard error, and flushes.
void PrintError(Painter& err, const Error& error);

}  // namespace pvc
