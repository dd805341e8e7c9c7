#pragma once

#include <string>
#include <string_view>

#include "cli/environment.h"

namespace pvc {

/// Whether the user can be asked to edit a text: standard input and output are terminals.
bool CanEdit(const Environment& environment);

/// Has the user edit `initial` in $PVC_EDITOR, $VISUAL, $EDITOR or vi, run by the shell.
///
/// The text stands in the file `path` (".pvc/COMMIT_EDITMSG") and stays there, so that what was
/// written is not lost when the command ends early. Comment lines are the caller's to leave out.
///
/// Returns: the text as it was saved.
/// Throws:  kUsage unless CanEdit; kInvalid when the editor fails, naming the file in a hint;
///          kTooLarge beyond kMaxMessageBytes; kIo; kInterrupted.
std::string EditText(Environment& environment, const std::string& path, std::string_view initial);

}  // namespace pvc
