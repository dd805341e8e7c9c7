#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "cli/command.h"
#include "cli/import_progress.h"
#include "cli/render/import_text.h"
#include "vcs/record_import.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"message", 'm', "MSG", "the commit's message (default: \"Import FILE\")", false},
    {"cache-size", 0, "BYTES", "memory for tree nodes: 1048576, 64M, 1G (default 32M)", false},
    {"verbose", 'v', "", "say per table what was read and stored", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc import app.db", "commit what app.db holds"},
    {"pvc import app.db -m \"prices for May\"", "the same with a message"},
    {"pvc import app.db -v", "and show where time and bytes went"},
});

int Run(CommandContext& context) {
  Environment& environment = context.environment;
  Repository& repository = context.repository();
  RecordImportRequest request;
  request.path = *context.arguments.Argument(0);
  request.real_path = environment.real_path(request.path);
  request.message = context.arguments.Value("message").value_or("");
  request.who = context.Identity();
  request.command = context.command_line;

  const double started = environment.steady_seconds();
  const NodeReader::Statistics cache_before = repository.nodes().statistics();
  ProgressLine progress(environment, "importing");
  request.progress = [&](const ImportProgress& at) { progress.Update(ToStatus(at)); };
  const RecordImportResult result = RecordImport(repository, request);
  progress.Clear();

  if (!result.is_new) {
    context.out.Put(fmt::format("nothing to commit: {} is as in {}\n", EscapeName(request.path),
                                result.commit.Short()));
    return kExitNo;
  }
  ImportTextOptions options;
  options.seconds = environment.steady_seconds() - started;
  options.is_verbose = context.arguments.Has("verbose");
  const NodeReader::Statistics cache_after = repository.nodes().statistics();
  options.cache.hit_count = cache_after.hit_count - cache_before.hit_count;
  options.cache.miss_count = cache_after.miss_count - cache_before.miss_count;
  PrintImport(context.out, result, options);
  return kExitYes;
}

}  // namespace

extern const Command kImportCommand;
const Command kImportCommand{
    .name = "import",
    .group = CommandGroup::kStart,
    .summary = "commit a database file and work with it from then on",
    .usage = "FILE [-m MSG] [--cache-size=BYTES] [-v]",
    .needs = Needs::kRepository,
    .min_arguments = 1,
    .max_arguments = 1,
    .options = kOptions,
    .examples = kExamples,
    .help =
        "FILE is read in one transaction and never written; other programs may use it\n"
        "meanwhile. It becomes the repository's working database, which 'pvc diff'\n"
        "compares with commits. Exit code 1: FILE is as in the last commit, nothing was\n"
        "committed.",
    .run = Run,
};

}  // namespace pvc
