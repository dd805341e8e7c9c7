#pragma once

#include <atomic>
#include <memory>

#include "cli/line_editor.h"

namespace pvc {

/// Edits lines on the terminal that standard input and output are: with the keys of Emacs, a
/// history by the arrow keys, and completion by Tab. Text is UTF-8, whatever the locale.
///
/// One at a time: it catches SIGTSTP and SIGWINCH while a line is read. SIGINT is its owner's, who
/// sets `interrupted` and lets no system call go on.
///
/// Throws: kIo.   Lifetime: `interrupted` outlives it.
std::unique_ptr<LineEditor> MakeTerminalLineEditor(const std::atomic<bool>& interrupted);

}  // namespace pvc
