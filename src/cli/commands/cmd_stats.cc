#include <array>

#include "cli/command.h"
#include "cli/render/stats.h"

namespace pvc {
namespace {

constexpr auto kFormats = std::to_array<std::string_view>({"text", "json"});

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"format", 0, "FORMAT", "text (default) or json (\"pvc.stats/v1\")", false, kFormats},
    {"cache-size", 0, "BYTES", "memory for tree nodes: 1048576, 64M, 1G (default 32M)", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc stats", "how HEAD is stored"},
    {"pvc stats HEAD~1 --format=json", "the same of an earlier commit, for programs"},
});

int Run(CommandContext& context) {
  const CommitId commit = context.Resolve(context.arguments.Argument(0).value_or("HEAD"));
  const bool is_json = context.arguments.Choice("format", kFormats) == "json";
  const RepositoryStats stats = CollectStats(context.repository(), commit);
  if (is_json) {
    PrintStatsJson(context.out.writer(), commit, stats);
  } else {
    PrintStatsText(context.out, commit, stats);
  }
  return kExitYes;
}

}  // namespace

extern const Command kStatsCommand;
const Command kStatsCommand{
    .name = "stats",
    .group = CommandGroup::kLook,
    .summary = "measure how a commit is stored",
    .usage = "[REV] [--format=FORMAT]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = 1,
    .arguments = {ArgumentKind::kRevision},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "Counts objects and bytes, raw and stored, and what the commit shares with its first\n"
        "parent. Reads the whole commit.",
    .run = Run,
};

}  // namespace pvc
