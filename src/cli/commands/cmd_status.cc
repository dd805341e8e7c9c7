#include <array>
#include <filesystem>

#include "cli/command.h"
#include "cli/diff_request.h"
#include "cli/render/status.h"
#include "cli/working_side.h"

namespace pvc {
namespace {

constexpr auto kFormats = std::to_array<std::string_view>({"text", "json"});

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"porcelain", 0, "", "lines for scripts, the same in every version", false},
    {"format", 0, "FORMAT", "text (default) or json (\"pvc.status/v1\")", false, kFormats},
    {"cache-size", 0, "BYTES", "memory for tree nodes: 1048576, 64M, 1G (default 32M)", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc status", "where HEAD is, and what changed since"},
    {"pvc status --porcelain", "the same for a script"},
});

bool IsGone(Repository& repository) {
  const std::filesystem::path path =
      std::filesystem::path(repository.folder()) / repository.state().working_path;
  return !repository.fs().Stat(path.lexically_normal().string());
}

StatusReport MakeReport(CommandContext& context) {
  Repository& repository = context.repository();
  StatusReport report;
  report.head = repository.state().head;
  report.commit = repository.HeadCommit();
  report.pending = DescribePending(repository.state());
  report.database = repository.state().working_path;
  if (report.database.empty()) return report;
  report.is_gone = IsGone(repository);
  if (report.is_gone) return report;
  const DiffInput input = MakeDiffInput(context, HeadSide(repository), WorkingSide(context), {});
  report.changes = ReadOverview(input, DiffDetail::kCounts);
  return report;
}

int Run(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  const std::string format = arguments.Choice("format", kFormats);
  if (arguments.Has("porcelain") && arguments.Has("format")) {
    FailUsage("status", "--porcelain and --format exclude each other");
  }
  const StatusReport report = MakeReport(context);
  if (arguments.Has("porcelain")) {
    PrintStatusPorcelain(context.out.writer(), report);
  } else if (format == "json") {
    PrintStatusJson(context.out.writer(), report);
  } else {
    PrintStatusText(context.out, report);
  }
  return kExitYes;
}

}  // namespace

extern const Command kStatusCommand;
const Command kStatusCommand{
    .name = "status",
    .group = CommandGroup::kWorking,
    .summary = "say where HEAD is and what changed since",
    .usage = "[--porcelain | --format=FORMAT]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = 0,
    .options = kOptions,
    .examples = kExamples,
    .help =
        "Compares the working database with HEAD. Page size, journal mode and other traits\n"
        "of the file are no change. Exit code 0, with or without changes.\n"
        "--porcelain: header lines '# branch NAME' or '# branch (detached)', '# head ID' or\n"
        "'# head (none)', '# database PATH' or '# database (none)', '# gone' when there is no\n"
        "such file, '# pending KIND' while something is unfinished; of a merge, pick, revert or\n"
        "rebase also '# conflicts N', '# commit ID' and, with more behind it, '# to-come N'.\n"
        "Then, unless clean, a line for each table whose rows differ:\n"
        "'M TABLE +ADDED ~CHANGED -REMOVED', with A for a new and D for a removed table; for each\n"
        "schema object 'S+ TYPE NAME' when it is new, 'S-' when it is gone, 'S~' when its SQL\n"
        "differs; for each property 'P NAME BEFORE AFTER'.\n"
        "A name with blanks, quotes, control characters or other than ASCII stands in double\n"
        "quotes, escaped as git does: \"a\\\"b\\n\", \"\\303\\244\".",
    .run = Run,
};

}  // namespace pvc
