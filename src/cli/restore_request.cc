#include "cli/restore_request.h"

#include <fmt/format.h>

#include "cli/checkout_request.h"
#include "cli/diff_request.h"
#include "vcs/working_database.h"

namespace pvc {

int RestoreParts(CommandContext& context, const std::optional<std::string>& source,
                 const std::vector<std::string>& words) {
  Repository& repository = context.repository();
  WorkingDatabasePath(repository);
  const CommitId commit = context.Resolve(source.value_or("HEAD"));
  const DiffSide side = CommitSide(repository, commit, source.value_or("HEAD"));
  std::vector<DiffFilter> parts;
  for (const std::string& word : words) parts.push_back(ParseFilter(word, side, side));

  ProgressLine progress(context.environment, "restoring");
  const CheckoutResult result =
      RestoreWorkingDatabase(repository, commit, parts, context.MakeActor(),
                             MakeCheckoutOptions(context, progress, true, ""));
  progress.Clear();
  if (context.arguments.Has("quiet")) return kExitYes;
  if (!result.changed_database) {
    context.err.Put(fmt::format("{}: nothing to restore\n", WorkingName(context)));
    return kExitYes;
  }
  ReportCheckout(context, result);
  if (result.wrote_anew) return kExitYes;
  context.err.Put(Label::kHint, "hint:");
  context.err.Put(" to have back what was overwritten:  pvc undo\n");
  return kExitYes;
}

}  // namespace pvc
