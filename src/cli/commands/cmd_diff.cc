#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "base/shell_word.h"
#include "cli/command.h"
#include "cli/compare_request.h"
#include "cli/diff_request.h"
#include "cli/working_side.h"

namespace pvc {
namespace {

constexpr auto kFormats = std::to_array<std::string_view>({"text", "json", "jsonl", "sql"});

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"stat", 0, "", "a histogram line per table, and totals", false},
    {"name-only", 0, "", "only the names of tables that differ", false},
    {"format", 0, "FORMAT",
     "text (default), json (\"pvc.diff/v1\"), jsonl (an event a line), or sql (a script that makes "
     "A into B)",
     false, kFormats},
    {"no-index", 0, "", "compare two database files; no repository is needed", false},
    {"exit-code", 0, "", "exit with 1 when there are differences", false},
    {"cache-size", 0, "BYTES", "memory for tree nodes: 1048576, 64M, 1G (default 32M)", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc diff", "the working database since HEAD"},
    {"pvc diff HEAD~1", "since the commit before"},
    {"pvc diff v1 v2 --stat", "between two commits, in numbers"},
    {"pvc diff main...try", "what try changed since it left main"},
    {"pvc diff HEAD~1 HEAD -- users", "one table"},
    {"pvc diff HEAD~1 -- users:42", "one row"},
    {"pvc diff --no-index X.db Y.db", "two database files, without a repository"},
    {"pvc diff A B --format=sql", "the changes as SQL to apply to A"},
});

struct Revisions {
  std::string before = "HEAD";
  std::optional<std::string> after;  ///< nothing: the working database
};

Revisions ParseRevisions(const std::vector<std::string>& words) {
  Revisions revisions;
  if (words.size() > 2) {
    FailUsage("diff", fmt::format("'diff' compares two revisions, got '{}' as well; tables come "
                                  "after '--'",
                                  words[2]));
  }
  if (words.empty()) return revisions;
  revisions.before = words[0];
  if (words.size() == 2) revisions.after = words[1];
  return revisions;
}

/// The earlier side. A word that names a table rather than a revision gets a hint.
DiffSide BeforeSide(CommandContext& context, const std::string& revision) {
  Repository& repository = context.repository();
  if (context.arguments.positional().empty() && !repository.HeadCommit()) {
    return EmptySide(repository);
  }
  try {
    return CommitSide(context, revision);
  } catch (Error& error) {
    if (error.kind() != ErrorKind::kNotFound) throw;
    const auto head = repository.HeadCommit();
    if (head) {
      const DiffSide side = CommitSide(repository, *head, "HEAD");
      const std::string table = revision.substr(0, revision.find(':'));
      if (FindTable(*side.nodes, side.snapshot.catalog, table)) {
        error.AddHint("to compare a table:  pvc diff -- " + ShellWord(revision));
      }
    }
    throw;
  }
}

struct Sides {
  DiffSide before;
  DiffSide after;
};

/// What the words before '--' ask to compare.
Sides ParseSides(CommandContext& context) {
  const std::vector<std::string>& words = context.arguments.positional();
  Repository& repository = context.repository();
  const auto pair = words.empty() ? std::nullopt : ResolvePair(repository, words[0], context.Now());
  if (pair && words.size() > 1) {
    FailUsage("diff", fmt::format("'{}' is a range already: '{}' is too much", words[0], words[1]));
  }
  if (pair) {
    return {CommitSide(repository, pair->before, pair->before_name),
            CommitSide(repository, pair->after, pair->after_name)};
  }
  const Revisions revisions = ParseRevisions(words);
  DiffSide before = BeforeSide(context, revisions.before);
  return {std::move(before),
          revisions.after ? CommitSide(context, *revisions.after) : WorkingSide(context)};
}

DiffOutcome Render(CommandContext& context, const std::string& format, const DiffInput& input) {
  const size_t columns = context.environment.out.columns;
  TextWriter& writer = context.out.writer();
  if (context.arguments.Has("stat")) return RenderDiffStat(context.out, columns, input);
  if (context.arguments.Has("name-only")) return RenderDiffNames(context.out, input);
  if (format == "json") return RenderDiffJson(writer, input);
  if (format == "jsonl") return RenderDiffJsonl(writer, input);
  if (format == "sql") {
    EscapingWriter escaping(writer);
    return RenderDiffSql(context.environment.out.is_terminal ? escaping : writer, input);
  }
  return RenderDiffText(context.out, columns, input);
}

DiffInput CommitsInput(CommandContext& context) {
  context.OpenRepository();
  auto [before, after] = ParseSides(context);
  std::vector<DiffFilter> filters;
  for (const std::string& word : context.arguments.after_dashes()) {
    filters.push_back(ParseFilter(word, before, after));
  }
  return MakeDiffInput(context, std::move(before), std::move(after), std::move(filters));
}

DiffInput FilesInput(CommandContext& context) {
  const std::vector<std::string>& files = context.arguments.positional();
  if (files.size() != 2) {
    FailUsage("diff", fmt::format("--no-index compares two files, got {}", files.size()));
  }
  return CompareFiles(context, files[0], files[1], context.arguments.after_dashes());
}

void RefuseRows(const std::vector<DiffFilter>& filters) {
  for (const DiffFilter& filter : filters) {
    if (!filter.key) continue;
    FailUsage("diff", fmt::format("--format=sql takes whole tables, not the row '{}:{}'",
                                  filter.table, *filter.key));
  }
}

int Run(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  const std::string format = arguments.Choice("format", kFormats);
  const int form_count = (arguments.Has("stat") ? 1 : 0) + (arguments.Has("name-only") ? 1 : 0) +
                         (arguments.Has("format") ? 1 : 0);
  if (form_count > 1) FailUsage("diff", "--stat, --name-only and --format exclude each other");

  const DiffInput input = arguments.Has("no-index") ? FilesInput(context) : CommitsInput(context);
  if (format == "sql") RefuseRows(input.filters);
  const DiffOutcome outcome = Render(context, format, input);
  return outcome == DiffOutcome::kDifferent && arguments.Has("exit-code") ? kExitNo : kExitYes;
}

}  // namespace

extern const Command kDiffCommand;
const Command kDiffCommand{
    .name = "diff",
    .group = CommandGroup::kWorking,
    .summary = "show what changed, row by row",
    .usage =
        "[A [B]] [OPTIONS] [-- TABLE[:KEY]...]\n"
        "A..B [OPTIONS] [-- TABLE[:KEY]...]\n"
        "A...B [OPTIONS] [-- TABLE[:KEY]...]\n"
        "--no-index X.db Y.db [OPTIONS] [-- TABLE[:KEY]...]",
    .needs = Needs::kRepositoryIfAny,
    .min_arguments = 0,
    .max_arguments = kAnyNumber,
    .arguments = {ArgumentKind::kRevision},
    .after_dashes = ArgumentKind::kTable,
    .options = kOptions,
    .examples = kExamples,
    .help =
        "Without B the working database stands for it, without A HEAD; page size, journal mode\n"
        "and other traits of the file are no change then. A..B is A and B;\n"
        "A...B compares B with its merge base with A: what B changed since they parted.\n"
        "Rows are matched by primary key; rows of a table without key by their content.\n"
        "Marks: ~ changed, + added, - removed. KEY is the key's value, 'a,b' for a key of\n"
        "two columns.\n"
        "--format=sql gives a transaction for a stock SQLite; applied to A it gives B.\n"
        "--no-index reads both files into a temporary folder, in $TMPDIR or /tmp.",
    .run = Run,
    .uses_pager = true,
};

}  // namespace pvc
