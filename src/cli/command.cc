#include "cli/command.h"

#include <fmt/format.h>

#include "base/error.h"
#include "cli/pager.h"
#include "vcs/interrupted_update.h"

namespace pvc {

void CommandContext::OpenRepository() {
  if (!repository_folder) {
    repository_folder = Repository::Find(environment.fs, environment.current_folder);
    all_settings.AddRepository(environment.fs, *repository_folder);
  }
  const size_t cache_bytes = arguments.ByteSize("cache-size").value_or(kDefaultCacheBytes);
  repository_owner = Repository::Open(environment.fs, *repository_folder, cache_bytes);
  repository_owner->UseSettings(settings);
  ReportInterrupted();
}

void CommandContext::PageOutput() {
  if (wants_pager) StartPager(environment, settings);
}

// What reads only must go on where this cannot write; what changes the working database finds the
// same obstacle and reports it.
void CommandContext::ReportInterrupted() {
  std::optional<InterruptedUpdate> ended;
  try {
    ended = FinishInterrupted(*repository_owner);
  } catch (const Error& error) {
    err.Put(Label::kError, "warning:");
    err.Put(fmt::format(" an interrupted command is still to be ended: {}\n",
                        EscapeName(error.message())));
  }
  if (!ended) return;
  const std::string command = EscapeName(ended->command);
  err.Put(Label::kHint, "note:");
  switch (ended->outcome) {
    case InterruptedUpdate::Outcome::kFinished:
      err.Put(fmt::format(" 'pvc {}' was interrupted and is now finished\n", command));
      break;
    case InterruptedUpdate::Outcome::kTakenBack:
      err.Put(fmt::format(" 'pvc {}' was interrupted: nothing was changed\n", command));
      break;
    case InterruptedUpdate::Outcome::kLeft:
      err.Put(
          fmt::format(" 'pvc {}' was interrupted; what it changed in the working database "
                      "shows as uncommitted changes\n",
                      command));
      break;
  }
}

void CommandContext::HintGuessedIdentity() {
  if (!IsGuessedSignature(environment, &settings)) return;
  out.writer().Flush();  // the hint follows what it is about
  err.Put(Label::kHint, "hint:");
  err.Put(
      fmt::format(" committing as {}; to change:  pvc config --user user.email you@example.org\n",
                  EscapeName(Identity().email)));
}

}  // namespace pvc
