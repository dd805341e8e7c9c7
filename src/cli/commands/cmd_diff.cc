#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "base/error.h"
#include "cli/command.h"
#include "cli/diff_request.h"
#include "cli/import_progress.h"
#include "vcs/working_snapshot.h"

namespace pvc {
namespace {

constexpr auto kFormats = std::to_array<std::string_view>({"text", "json", "jsonl", "sql"});

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"stat", 0, "", "a histogram line per table, and totals", false},
    {"name-only", 0, "", "only the names of tables that differ", false},
    {"format", 0, "FORMAT",
     "text (default), json (\"pvc.diff/v1\"), jsonl (an event a line), or sql (a script that makes "
     "A into B)",
     false},
    {"exit-code", 0, "", "exit with 1 when there are differences", false},
    {"cache-size", 0, "BYTES", "memory for tree nodes: 1048576, 64M, 1G (default 32M)", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc diff", "the working database since HEAD"},
    {"pvc diff HEAD~1", "since the commit before"},
    {"pvc diff v1 v2 --stat", "between two commits, in numbers"},
    {"pvc diff HEAD~1 HEAD -- users", "one table"},
    {"pvc diff HEAD~1 -- users:42", "one row"},
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
  const std::string& first = words[0];
  const size_t dots = first.find("..");
  if (dots == std::string::npos) {
    revisions.before = first;
    if (words.size() == 2) revisions.after = words[1];
    return revisions;
  }
  if (words.size() == 2) {
    FailUsage("diff", fmt::format("'{}' is a range already: '{}' is too much", first, words[1]));
  }
  if (first.compare(dots, 3, "...") == 0) {
    throw Error(ErrorKind::kUnsupported, "comparing with a merge base ('A...B') is not supported")
        .AddHint("pvc diff A..B");
  }
  const auto or_head = [](std::string name) { return name.empty() ? std::string("HEAD") : name; };
  revisions.before = or_head(first.substr(0, dots));
  revisions.after = or_head(first.substr(dots + 2));
  return revisions;
}

DiffSide WorkingSide(CommandContext& context) {
  ProgressLine progress(context.environment, "reading");
  const auto working = std::make_shared<const WorkingSnapshot>(ReadWorkingSnapshot(
      context.repository(), [&](const ImportProgress& at) { progress.Update(ToStatus(at)); }));
  DiffSide side;
  side.name = std::filesystem::path(working->path).filename().string();
  side.snapshot = working->snapshot;
  side.nodes = working->nodes.get();
  side.keeps = working;
  return side;
}

/// The earlier side. A word that names a table rather than a revision gets a hint.
DiffSide BeforeSide(CommandContext& context, const std::string& revision) {
  Repository& repository = context.repository();
  if (context.arguments.positional().empty() && !repository.HeadCommit()) {
    return EmptySide(repository);
  }
  try {
    return CommitSide(repository, revision);
  } catch (Error& error) {
    if (error.kind() != ErrorKind::kNotFound) throw;
    const auto head = repository.HeadCommit();
    if (head) {
      const DiffSide side = CommitSide(repository, *head, "HEAD");
      const std::string table = revision.substr(0, revision.find(':'));
      if (FindTable(*side.nodes, side.snapshot.catalog, table)) {
        error.AddHint(fmt::format("to compare a table:  pvc diff -- {}", revision));
      }
    }
    throw;
  }
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

int Run(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  const std::string format = arguments.Choice("format", kFormats);
  const int form_count = (arguments.Has("stat") ? 1 : 0) + (arguments.Has("name-only") ? 1 : 0) +
                         (arguments.Has("format") ? 1 : 0);
  if (form_count > 1) FailUsage("diff", "--stat, --name-only and --format exclude each other");

  const Revisions revisions = ParseRevisions(arguments.positional());
  DiffSide before = BeforeSide(context, revisions.before);
  DiffSide after =
      revisions.after ? CommitSide(context.repository(), *revisions.after) : WorkingSide(context);
  std::vector<DiffFilter> filters;
  for (const std::string& word : arguments.after_dashes()) {
    filters.push_back(ParseFilter(word, before, after));
    if (format == "sql" && filters.back().key) {
      FailUsage("diff", fmt::format("--format=sql takes whole tables, not the row '{}'", word));
    }
  }
  const DiffInput input =
      MakeDiffInput(context, std::move(before), std::move(after), std::move(filters));
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
        "A..B [OPTIONS] [-- TABLE[:KEY]...]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = kAnyNumber,
    .options = kOptions,
    .examples = kExamples,
    .help =
        "Without B the working database stands for it, without A HEAD. Rows are matched\n"
        "by primary key; rows of a table without key by their content. Marks: ~ changed,\n"
        "+ added, - removed. KEY is the key's value, 'a,b' for a key of two columns.\n"
        "--format=sql gives a transaction for a stock SQLite; applied to A it gives B.",
    .run = Run,
};

}  // namespace pvc
