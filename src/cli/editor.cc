#include "cli/editor.h"

#include <fmt/format.h>

#include "base/error.h"
#include "cli/programs.h"

namespace pvc {
namespace {

std::string ChooseEditor(const Environment& environment) {
  for (const char* name : {"PVC_EDITOR", "VISUAL", "EDITOR"}) {
    if (auto editor = environment.Variable(name)) return *std::move(editor);
  }
  return "vi";
}

}  // namespace

bool CanEdit(const Environment& environment) {
  return environment.programs != nullptr && environment.in_is_terminal &&
         environment.out.is_terminal;
}

std::string EditText(Environment& environment, const std::string& path, std::string_view initial) {
  if (!CanEdit(environment)) {
    throw Error(ErrorKind::kUsage, "no message, and no terminal to ask for one")
        .AddHint("give the message on the command line, with -m");
  }
  const std::string editor = ChooseEditor(environment);
  const auto add_file_hint = [&](Error error) {
    return error.AddHint(fmt::format("what was written is in '{}'", path));
  };
  // A link that stands here in a hostile repository is replaced, not followed.
  ReplaceFile(environment.fs, path, initial);
  environment.out.writer.Flush();
  environment.err.writer.Flush();
  const int exit_code = environment.programs->Run(editor, {path});
  constexpr int kEndedByInterrupt = 128 + 2;
  if (environment.interrupted.load(std::memory_order_relaxed) || exit_code == kEndedByInterrupt) {
    throw add_file_hint(Error(ErrorKind::kInterrupted, "interrupted"));
  }
  if (exit_code == 127) {
    throw Error(ErrorKind::kInvalid, fmt::format("cannot run the editor '{}'", editor))
        .AddHint("name one in the environment:  export PVC_EDITOR=nano");
  }
  if (exit_code != 0) {
    throw add_file_hint(
        Error(ErrorKind::kInvalid,
              fmt::format("the editor '{}' ended with exit code {}, nothing was changed", editor,
                          exit_code)));
  }
  return ReadWholeFile(environment.fs, path, kMaxMessageBytes);
}

}  // namespace pvc
