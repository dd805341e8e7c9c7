#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "base/shell_word.h"
#include "cli/command.h"
#include "cli/diff_request.h"
#include "cli/output_file.h"
#include "cli/render/patch.h"

namespace pvc {
namespace {

constexpr auto kFormats = std::to_array<std::string_view>({"json", "changeset"});

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"format", 0, "FORMAT",
     "json (default, \"pvc.patch/v1\"), or changeset (binary, of SQLite's session extension)",
     false, kFormats},
    {"output", 'o', "FILE", "write to FILE instead of standard output", false},
    {"force", 'f', "", "replace FILE when it exists", false},
    {"cache-size", 0, "BYTES", "memory for tree nodes: 1048576, 64M, 1G (default 32M)", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc format-patch -o FILE", "the last commit as a patch"},
    {"pvc format-patch v1..main -o FILE", "all between two commits, as one"},
    {"pvc format-patch v1..main -- users", "one table's changes"},
    {"pvc format-patch --format=changeset -o FILE", "for sqlite3changeset_apply"},
});

struct PatchSource {
  DiffSide before;
  DiffSide after;
  std::optional<Commit> commit;  ///< the one whose changes they are
};

/// A commit against its first parent.
PatchSource SourceOfCommit(CommandContext& context, const std::string& revision) {
  Repository& repository = context.repository();
  const CommitId id = context.Resolve(revision);
  Commit commit = repository.GetCommit(id);
  DiffSide before = commit.parents.empty()
                        ? EmptySide(repository)
                        : CommitSide(repository, commit.parents.front(), revision + "^");
  return {std::move(before), CommitSide(repository, id, revision), std::move(commit)};
}

PatchSource ParseSource(CommandContext& context) {
  const std::vector<std::string>& words = context.arguments.positional();
  if (words.size() > 2) {
    FailUsage("format-patch", fmt::format("'format-patch' takes two revisions, got '{}' as well; "
                                          "tables come after '--'",
                                          words[2]));
  }
  if (words.size() == 2) {
    return {CommitSide(context, words[0]), CommitSide(context, words[1]), std::nullopt};
  }
  Repository& repository = context.repository();
  const auto pair = words.empty() ? std::nullopt : ResolvePair(repository, words[0], context.Now());
  if (pair) {
    return {CommitSide(repository, pair->before, pair->before_name),
            CommitSide(repository, pair->after, pair->after_name), std::nullopt};
  }
  return SourceOfCommit(context, words.empty() ? "HEAD" : words[0]);
}

void Render(TextWriter& out, const std::string& format, const DiffInput& input,
            const std::optional<Commit>& commit) {
  if (format == "changeset") {
    RenderChangeset(out, input);
  } else {
    RenderPatchJson(out, input, commit ? &*commit : nullptr);
  }
}

int Run(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  const std::string format = arguments.Choice("format", kFormats);
  const auto file = arguments.Value("output");
  if (arguments.Has("force") && !file) FailUsage("format-patch", "--force goes with -o FILE");
  if (!file && format == "changeset" && context.environment.out.is_terminal) {
    throw Error(ErrorKind::kInvalid, "a changeset is binary: it is not written to a terminal")
        .AddHint("write a file:  pvc format-patch --format=changeset -o FILE");
  }
  PatchSource source = ParseSource(context);
  std::vector<DiffFilter> filters;
  for (const std::string& word : arguments.after_dashes()) {
    filters.push_back(ParseFilter(word, source.before, source.after));
  }
  const DiffInput input =
      MakeDiffInput(context, std::move(source.before), std::move(source.after), std::move(filters));
  if (!file) {
    Render(context.out.writer(), format, input, source.commit);
    return kExitYes;
  }
  try {
    OutputFile out(context.environment.fs, *file, arguments.Has("force"));
    Render(out, format, input, source.commit);
    out.Finish();
  } catch (Error& error) {
    if (error.kind() == ErrorKind::kExists && !arguments.Has("force")) {
      error.AddHint(fmt::format("replace it:  pvc format-patch --force -o {}", ShellWord(*file)));
    }
    throw;
  }
  return kExitYes;
}

}  // namespace

extern const Command kFormatPatchCommand;
const Command kFormatPatchCommand{
    .name = "format-patch",
    .group = CommandGroup::kBranch,
    .summary = "write changes as a patch",
    .usage =
        "[REV] [OPTIONS] [-- TABLE[:KEY]...]\n"
        "A B [OPTIONS] [-- TABLE[:KEY]...]\n"
        "A..B [OPTIONS] [-- TABLE[:KEY]...]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = kAnyNumber,
    .arguments = {ArgumentKind::kRevision},
    .after_dashes = ArgumentKind::kTable,
    .options = kOptions,
    .examples = kExamples,
    .help =
        "One revision (HEAD when left out) is that commit against its first parent, with its "
        "message and author; two are the difference between them. 'pvc apply' brings a patch "
        "into another database. JSON holds rows, schema objects, user_version and "
        "application_id exactly, and is described in docs/json.md. A changeset holds rows of "
        "tables with a PRIMARY KEY alone; whatever else changed is refused by name. FILE is "
        "there when it is complete and on disk, or not at all.",
    .run = Run,
};

}  // namespace pvc
