#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "base/shell_word.h"
#include "cli/checkout_request.h"
#include "cli/command.h"
#include "cli/render/operation_json.h"
#include "cli/render/operation_text.h"
#include "vcs/undo.h"

namespace pvc {
namespace {

constexpr auto kFormats = std::to_array<std::string_view>({"text", "json", "jsonl"});

constexpr auto kVerbs = std::to_array<std::string_view>({"log", "show", "restore"});

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"max-count", 'n', "N", "log: stop after N operations", false},
    {"format", 0, "FORMAT", "log: text (default), json (\"pvc.op-log/v1\") or jsonl", false,
     kFormats},
    {"before", 0, "", "restore: the state before OPERATION, with what it overwrote", false},
    {"discard", 0, "", "restore: overwrite changes that no command recorded yet", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc op log", "the commands that changed this repository, newest first"},
    {"pvc op show @~1", "what the one before the last did"},
    {"pvc op restore @~3", "go back to the state of three commands ago"},
});

int RunLog(CommandContext& context) {
  const std::string format = context.arguments.Choice("format", kFormats);
  const std::optional<uint64_t> limit = context.arguments.Number("max-count");
  OperationWalk walk(context.repository());
  const bool is_json = format == "json";
  JsonWriter json(context.out.writer(),
                  is_json ? JsonWriter::Layout::kIndented : JsonWriter::Layout::kLine);
  if (is_json) {
    json.BeginObject();
    json.Member("format", "pvc.op-log/v1");
    json.Key("operations");
    json.BeginArray();
  }
  for (uint64_t shown = 0; !limit || shown < *limit; ++shown) {
    const auto step = walk.Next();
    if (!step) break;
    context.environment.CheckInterrupted();
    if (format == "text") {
      PrintOperationLine(context.out, *step);
    } else {
      WriteOperationJson(json, *step, !is_json);
    }
  }
  if (is_json) {
    json.EndArray();
    json.EndObject();
  }
  return kExitYes;
}

int RunShow(CommandContext& context) {
  Repository& repository = context.repository();
  const LoggedOperation logged =
      ResolveOperation(repository, context.arguments.Argument(1).value_or("@"));
  PrintOperationHeader(context.out, logged);
  if (logged.operation.parent.IsZero()) return kExitYes;
  const Operation before = ReadOperation(repository.store(), logged.operation.parent);
  PrintOperationChanges(context.out, repository,
                        CompareOperations(repository, before, logged.operation));
  return kExitYes;
}

int RunRestore(CommandContext& context) {
  Repository& repository = context.repository();
  const auto wanted = context.arguments.Argument(1);
  if (!wanted) FailUsage("op", "'op restore' needs an operation, as 'pvc op log' lists them");
  const LoggedOperation operation = ResolveOperation(repository, *wanted);
  const bool before_it = context.arguments.Has("before");
  const UndoPlan plan =
      before_it ? PlanRestoreBefore(repository, operation) : PlanRestore(repository, operation);
  const Operation old_state = repository.state();
  ProgressLine progress(context.environment, "restoring");
  const CheckoutResult result =
      CarryOut(repository, plan, context.MakeActor(),
               MakeCheckoutOptions(context, progress, context.arguments.Has("discard"),
                                   fmt::format("pvc op restore --discard {}{}",
                                               before_it ? "--before " : "", ShellWord(*wanted))));
  progress.Clear();
  context.out.Put(fmt::format("Restored the state {}: {}\n", before_it ? "before" : "after",
                              EscapeName(operation.operation.command)));
  PrintOperationChanges(context.out, repository,
                        CompareOperations(repository, old_state, repository.state()));
  ReportCheckout(context, result);
  return kExitYes;
}

int Run(CommandContext& context) {
  const std::string verb = context.arguments.Argument(0).value_or("log");
  if (verb == "log") return RunLog(context);
  if (verb == "show") return RunShow(context);
  if (verb == "restore") return RunRestore(context);
  FailUsage("op", fmt::format("'op {}' is none of: op log, op show, op restore", verb));
}

}  // namespace

extern const Command kOpCommand;
const Command kOpCommand{
    .name = "op",
    .group = CommandGroup::kSafety,
    .summary = "the log of commands: see it, go back in it",
    .usage =
        "log [-n N] [--format=FORMAT]\n"
        "show [OPERATION]\n"
        "restore [--before] [--discard] OPERATION",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = 2,
    .verbs = kVerbs,
    .options = kOptions,
    .examples = kExamples,
    .help =
        "Every command that changed something is one operation. OPERATION is an id, '@' for the "
        "newest, '@~N' for the one N before. 'op restore' makes the branches, tags, HEAD and the "
        "working database what they were after that operation; it is an operation itself and can "
        "be undone.",
    .run = Run,
    .uses_pager = true,
};

}  // namespace pvc
