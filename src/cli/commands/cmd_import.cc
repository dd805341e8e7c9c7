#include <fmt/format.h>

#include <array>

#include "cli/command.h"
#include "cli/import_file.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"message", 'm', "MSG", "the commit's message (default: \"Import FILE\")", false},
    {"no-track", 0, "", "only commit; the working database stays the one it was", false},
    {"cache-size", 0, "BYTES", "memory for tree nodes: 1048576, 64M, 1G (default 32M)", false},
    {"verbose", 'v', "", "say per table what was read and stored", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc import app.db", "commit what app.db holds"},
    {"pvc import app.db -m \"prices for May\"", "the same with a message"},
    {"pvc import copy.db --no-track", "commit it, keep the working database"},
    {"pvc import app.db -v", "and show where time and bytes went"},
});

void NoteReplaced(CommandContext& context, const FileImport& imported) {
  if (!imported.result.replaced_database) return;
  context.err.Put(fmt::format(
      "note: '{}' was the working database; the file stays as it is, uncommitted changes too\n",
      EscapeName(*imported.result.replaced_database)));
}

int Run(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  const std::string path = *arguments.Argument(0);
  FileImport imported = ImportFile(context, path, arguments.Value("message").value_or(""),
                                   /*track=*/!arguments.Has("no-track"));
  if (imported.result.is_new) {
    imported.measured.is_verbose = arguments.Has("verbose");
    PrintImport(context.out, imported.result, imported.measured);
  } else {
    context.out.Put(fmt::format("nothing to commit: {} is as in {}\n", EscapeName(path),
                                imported.result.commit.Short()));
  }
  if (imported.result.is_bound && (!imported.result.is_new || imported.result.replaced_database)) {
    context.out.Put(fmt::format("working database: {}\n",
                                EscapeName(context.repository().state().working_path)));
  }
  NoteReplaced(context, imported);
  return imported.result.is_new || imported.result.is_bound ? kExitYes : kExitNo;
}

}  // namespace

extern const Command kImportCommand;
const Command kImportCommand{
    .name = "import",
    .group = CommandGroup::kStart,
    .summary = "commit a database file and work with it from then on",
    .usage = "FILE [-m MSG] [--no-track] [--cache-size=BYTES] [-v]",
    .needs = Needs::kRepository,
    .min_arguments = 1,
    .max_arguments = 1,
    .arguments = {ArgumentKind::kFile},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "FILE is read in one transaction and never written; other programs may use it\n"
        "meanwhile. It becomes the repository's working database, which 'pvc status' and\n"
        "'pvc diff' compare with HEAD; the one before stays as it is. Exit code 1: FILE is as\n"
        "in the last commit and was the working database already, so there was nothing to do.",
    .run = Run,
};

}  // namespace pvc
