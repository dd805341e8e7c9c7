#include <fmt/format.h>

#include <array>

#include "cli/checkout_request.h"
#include "cli/command.h"
#include "cli/render/operation_text.h"
#include "vcs/undo.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"discard", 0, "", "overwrite changes that no command recorded yet", false},
    {"quiet", 'q', "", "say nothing but errors", false},
});

constexpr auto kUndoExamples = std::to_array<Example>({
    {"pvc undo", "take the last command back, whatever it was"},
    {"pvc undo --discard", "also when the database was changed since"},
});

constexpr auto kRedoExamples = std::to_array<Example>({
    {"pvc redo", "do again what undo took back"},
});

int CarryOutPlan(CommandContext& context, const std::string& name, const char* done,
                 const std::optional<UndoPlan>& plan) {
  if (!plan) {
    context.err.Put(fmt::format("nothing to {}\n", name));
    return kExitNo;
  }
  ProgressLine progress(context.environment, name);
  const Operation before = context.repository().state();
  const CheckoutResult result =
      CarryOut(context.repository(), *plan, context.MakeActor(),
               MakeCheckoutOptions(context, progress, context.arguments.Has("discard"),
                                   fmt::format("pvc {} --discard", name)));
  progress.Clear();
  if (context.arguments.Has("quiet")) return kExitYes;
  context.out.Put(fmt::format("{}: {}\n", done, EscapeName(plan->undone.operation.command)));
  PrintOperationChanges(
      context.out, context.repository(),
      CompareOperations(context.repository(), before, context.repository().state()));
  ReportCheckout(context, result);
  return kExitYes;
}

int RunUndo(CommandContext& context) {
  return CarryOutPlan(context, "undo", "Undone", PlanUndo(context.repository()));
}

int RunRedo(CommandContext& context) {
  return CarryOutPlan(context, "redo", "Done again", PlanRedo(context.repository()));
}

}  // namespace

extern const Command kUndoCommand;
const Command kUndoCommand{
    .name = "undo",
    .group = CommandGroup::kSafety,
    .summary = "take the last command back",
    .usage = "[--discard]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = 0,
    .options = kOptions,
    .examples = kUndoExamples,
    .help =
        "Every command that changed branches, tags, HEAD, the stash or the working database can be "
        "taken back. Commits, branches and the working database become what they were when it "
        "began; what it overwrote comes back. Undo after undo goes further back, 'pvc redo' "
        "forward again. When the working database was changed since, and would have to be changed "
        "again, undo refuses. 'pvc op log' lists what there is to take back. Exit code 1: there is "
        "nothing to undo.",
    .run = RunUndo,
};

extern const Command kRedoCommand;
const Command kRedoCommand{
    .name = "redo",
    .group = CommandGroup::kSafety,
    .summary = "do again what undo took back",
    .usage = "[--discard]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = 0,
    .options = kOptions,
    .examples = kRedoExamples,
    .help =
        "As long as no other command came after the undo. Exit code 1: there is nothing to redo.",
    .run = RunRedo,
};

}  // namespace pvc
