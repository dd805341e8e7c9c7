#include <array>

#include "base/error.h"
#include "cli/command.h"
#include "cli/render/log.h"
#include "vcs/history.h"
#include "vcs/revision.h"

namespace pvc {
namespace {

constexpr auto kFormats = std::to_array<std::string_view>({"text", "json", "jsonl"});

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"max-count", 'n', "N", "stop after N commits", false},
    {"oneline", 0, "", "one line a commit: short id and first line of the message", false},
    {"format", 0, "FORMAT", "text (default), json (\"pvc.log/v1\") or jsonl", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc log", "commits reachable from HEAD, newest first"},
    {"pvc log --oneline -n 10", "the last ten, a line each"},
    {"pvc log main~5", "from an earlier commit backwards"},
    {"pvc log --format=json", "for programs"},
});

int Run(CommandContext& context) {
  Repository& repository = context.repository();
  const std::string format = context.arguments.Choice("format", kFormats);
  const std::optional<uint64_t> limit = context.arguments.Number("max-count");
  const bool is_oneline = context.arguments.Has("oneline");
  if (is_oneline && format != "text") FailUsage("log", "--oneline and --format exclude each other");

  const CommitId from = ResolveRevision(repository, context.arguments.Argument(0).value_or("HEAD"));
  std::unique_ptr<LogRenderer> renderer;
  if (is_oneline) {
    renderer = MakeLogOneline(context.out);
  } else if (format == "json") {
    renderer = MakeLogJson(context.out.writer());
  } else if (format == "jsonl") {
    renderer = MakeLogJsonl(context.out.writer());
  } else {
    renderer = MakeLogText(context.out);
  }

  const LogDecorations decorations = ReadDecorations(repository);
  HistoryWalk walk(repository, {from});
  uint64_t shown = 0;
  while (!limit || shown < *limit) {
    const std::optional<HistoryWalk::Step> step = walk.Next();
    if (!step) break;
    context.environment.CheckInterrupted();
    renderer->OnCommit({step->id, step->commit, decorations.NamesOf(step->id)});
    ++shown;
  }
  renderer->Finish();
  return kExitYes;
}

}  // namespace

extern const Command kLogCommand;
const Command kLogCommand{
    .name = "log",
    .group = CommandGroup::kLook,
    .summary = "list commits, newest first",
    .usage = "[REV] [-n N] [--oneline] [--format=FORMAT]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = 1,
    .options = kOptions,
    .examples = kExamples,
    .help = "REV is HEAD when left out. Times are the author's own, in the author's zone.",
    .run = Run,
};

}  // namespace pvc
