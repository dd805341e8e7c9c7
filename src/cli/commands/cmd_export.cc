#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "base/shell_word.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/quantity_text.h"
#include "vcs/export.h"
#include "vcs/working_database.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"force", 'f', "", "replace FILE when it exists", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc export HEAD~1 before.db", "an earlier commit as a SQLite file"},
    {"pvc export main copy.db --force", "the same for a branch, replacing copy.db"},
});

void RefuseInsideRepository(Repository& repository, const std::string& file,
                            const std::string& real_path) {
  const std::string prefix = repository.pvc_path() + "/";
  if (real_path.compare(0, prefix.size(), prefix) == 0) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("cannot export to '{}': it belongs to the repository itself", file))
        .AddHint("pvc export HEAD copy.db    (a file outside .pvc)");
  }
}

/// An export replaces the file under its name: changes that no commit has would be gone, and other
/// programs would go on with the old file.
void RefuseWorkingDatabase(CommandContext& context, const std::string& file,
                           const std::string& revision) {
  Repository& repository = context.repository();
  if (repository.state().working_path.empty()) return;
  const auto& real_path = context.environment.real_path;
  if (real_path(file) != real_path(WorkingDatabasePath(repository))) return;
  if (!repository.fs().Stat(file)) return;
  throw Error(ErrorKind::kExists,
              fmt::format("'{}' is the working database, which export does not replace", file))
      .AddHint("change it in place:    pvc restore --source=" + ShellWord(revision))
      .AddHint("write another file:    pvc export " + ShellWord(revision) + " copy.db");
}

int Run(CommandContext& context) {
  Repository& repository = context.repository();
  const std::string revision = *context.arguments.Argument(0);
  const std::string file = *context.arguments.Argument(1);
  RefuseInsideRepository(repository, file, context.environment.real_path(file));
  RefuseWorkingDatabase(context, file, revision);
  const CommitId id = context.Resolve(revision);
  const Snapshot snapshot = repository.GetSnapshot(repository.GetCommit(id).snapshot);

  const double started = context.environment.steady_seconds();
  ProgressLine progress(context.environment, "exporting");
  ExportOptions options;
  options.replace = context.arguments.Has("force");
  options.progress = [&](const ExportProgress& at) {
    ProgressLine::Status status;
    status.subject = at.table;
    status.done = at.rows_done;
    if (at.row_count != 0) {
      status.share_done = static_cast<double>(at.rows_done) / static_cast<double>(at.row_count);
    }
    progress.Update(status);
  };
  ExportResult result;
  try {
    result = ExportSnapshot(repository, snapshot, file, options);
  } catch (const Error& error) {
    // A folder, or a journal beside the file, stays in the way.
    const auto found = context.environment.fs.Stat(file);
    const bool may_replace = found && found->type != FileType::kDirectory && !options.replace;
    if (error.kind() != ErrorKind::kExists || !may_replace) throw;
    throw Error(ErrorKind::kExists, error.message())
        .AddHint(fmt::format("pvc export --force {} {}", ShellWord(revision), ShellWord(file)));
  }
  progress.Clear();
  context.out.Put(fmt::format("Exported {} to {}: {}, {}, {} in {}\n", id.Short(), EscapeName(file),
                              FormatCountOf(result.table_count, "table"),
                              FormatCountOf(result.row_count, "row"),
                              FormatBytes(result.file_bytes),
                              FormatSeconds(context.environment.steady_seconds() - started)));
  return kExitYes;
}

}  // namespace

extern const Command kExportCommand;
const Command kExportCommand{
    .name = "export",
    .group = CommandGroup::kWorking,
    .summary = "write a commit as a stock SQLite file",
    .usage = "REV FILE [--force]",
    .needs = Needs::kRepository,
    .min_arguments = 2,
    .max_arguments = 2,
    .arguments = {ArgumentKind::kRevision, ArgumentKind::kFile},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "FILE is built beside its place and renamed when it is complete and on disk, so\n"
        "it is there whole or not at all. Indexes are built again; rows, rowids, storage\n"
        "classes and schema text are those of the commit.",
    .run = Run,
};

}  // namespace pvc
