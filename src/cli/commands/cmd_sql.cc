#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "cli/command.h"
#include "cli/query_parameters.h"
#include "cli/query_run.h"
#include "cli/render/query.h"
#include "cli/sql_reader.h"
#include "cli/sql_shell.h"
#include "vcs/query/query_session.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"revision", 'r', "REV", "query this commit; else the working database", false},
    {"format", 0, "FORMAT",
     "table, box, json (\"pvc.sql/v1\"), jsonl, csv, markdown or line; on a terminal box, else "
     "table",
     false, kQueryFormats},
    {"file", 'f', "FILE", "run the statements of a file; '-' is standard input", false},
    {"attach", 0, "NAME=REV", "have the tables of REV as NAME.TABLE (may be repeated)", false},
    {"param", 'p', "NAME=VALUE",
     "the value of :NAME, @NAME or $NAME, or by number of ?1 (may be repeated)", false},
    {"no-header", 0, "", "table and csv: without the names of the columns", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc sql -r HEAD~1 \"SELECT * FROM users WHERE id = 42\"", "ask an earlier commit"},
    {"pvc sql 'SELECT * FROM \"HEAD~1\".users'", "name it in the query"},
    {"pvc sql -p id=42 \"SELECT * FROM t WHERE id = :id\"", "with a parameter"},
    {"pvc sql --format=csv -f report.sql > report.csv", "statements of a file"},
    {"pvc sql", "a shell, with .help"},
});

/// "NAME=REV" of each --attach.
std::vector<std::pair<std::string, std::string>> ParseAttached(const Arguments& arguments) {
  std::vector<std::pair<std::string, std::string>> attached;
  for (const std::string& word : arguments.Values("attach")) {
    const size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == word.size()) {
      FailUsage("sql", fmt::format("--attach is '{}': expected NAME=REV", word));
    }
    attached.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return attached;
}

QuerySession::Options SessionOptions(CommandContext& context) {
  QuerySession::Options options;
  options.revision = context.arguments.Value("revision");
  options.attached = ParseAttached(context.arguments);
  options.now = [&context] { return context.Now(); };
  options.should_stop = [&context] { return context.environment.interrupted.load(); };
  return options;
}

/// Standard input piece by piece: an answer is printed before the next question is there.
SqlReader::Source InputSource(Environment& environment) {
  if (!environment.read_input_block) throw Error(ErrorKind::kInvalid, "no standard input");
  return environment.read_input_block;
}

SqlReader::Source FileSource(FileSystem& fs, const std::string& path) {
  return [file = std::shared_ptr<File>(fs.Open(path, OpenMode::kRead)), offset = uint64_t{0}](
             char* out, size_t size) mutable {
    const size_t got = file->ReadAt(offset, out, size);
    offset += got;
    return got;
  };
}

SqlReader::Source ChooseSource(CommandContext& context, const std::optional<std::string>& query) {
  if (query) return SourceOf(*query);
  const std::string file = context.arguments.Value("file").value_or("-");
  return file == "-" ? InputSource(context.environment) : FileSource(context.environment.fs, file);
}

bool WantsShell(const CommandContext& context) {
  const Environment& environment = context.environment;
  return context.arguments.argument_count() == 0 && !context.arguments.Has("file") &&
         environment.in_is_terminal && environment.out.is_terminal && environment.make_line_editor;
}

std::string ChooseFormat(const CommandContext& context) {
  const Arguments& arguments = context.arguments;
  const bool has_header = !arguments.Has("no-header");
  if (!arguments.Has("format")) {
    return context.environment.out.is_terminal && has_header ? "box" : "table";
  }
  std::string format = arguments.Choice("format", kQueryFormats);
  if (!has_header && format != "table" && format != "csv") {
    FailUsage("sql", "--no-header is for --format=table and csv");
  }
  return format;
}

void CheckQuery(const Arguments& arguments) {
  if (arguments.argument_count() > 1) {
    FailUsage("sql", "the query has to be one argument: put it in quotes");
  }
  if (arguments.argument_count() == 1 && arguments.Has("file")) {
    FailUsage("sql", "a query and --file exclude each other");
  }
}

int Run(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  CheckQuery(arguments);
  const std::string format = ChooseFormat(context);
  const QueryHeader header =
      arguments.Has("no-header") ? QueryHeader::kHidden : QueryHeader::kShown;
  QueryParameters parameters(arguments.Values("param"));
  if (WantsShell(context)) {
    const auto editor = context.environment.make_line_editor();
    SqlShell(context, *editor, parameters, {SessionOptions(context), format, header}).Run();
    return kExitYes;
  }

  const std::optional<std::string> query = arguments.Argument(0);
  SqlReader reader(ChooseSource(context, query));
  if (query) parameters.RefuseUnusedBy(*query);
  QuerySession session(context.repository(), SessionOptions(context));
  const auto renderer = MakeQueryRenderer(
      format, {context.out, session.encoding(), header, context.environment.out.is_terminal});
  QueryRun run(
      {context.environment, session, parameters, *renderer, [&context] { context.PageOutput(); }});
  while (const auto statement = reader.Next()) {
    run.Run(*statement);
    if (!query) context.out.writer().Flush();  // who types may wait for it
  }
  RefuseOpenTransaction(session);
  parameters.RefuseUnused();
  renderer->Finish();
  return kExitYes;
}

}  // namespace

extern const Command kSqlCommand;
const Command kSqlCommand{
    .name = "sql",
    .group = CommandGroup::kLook,
    .summary = "query the working database or any commit",
    .usage =
        "[-r REV] [OPTIONS] QUERY\n"
        "[-r REV] [OPTIONS] -f FILE\n"
        "[-r REV] [OPTIONS]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = kAnyNumber,
    .options = kOptions,
    .examples = kExamples,
    .help =
        "QUERY is one or more statements. Without -r they run on the working database and may "
        "change it; a commit can only be read. In a statement any revision is the schema of its "
        "tables: \"HEAD~1\".users. The history is there as tables and functions, as pvc_log and "
        "pvc_diff_users('v1', 'HEAD').\n"
        "Without QUERY and FILE a shell begins on a terminal, with completion by Tab; its history "
        "is in $XDG_STATE_HOME/pvc/sql_history or ~/.local/state/pvc/sql_history. Else the "
        "statements are read from standard input.\n"
        "VALUE of -p is an SQL literal where it reads as one: 42, 1.5, 'text', x'00', NULL; "
        "anything else is text.\n"
        "On an error the answers before it may be printed already: the exit code tells.\n"
        "Other programs get the same from a loadable extension, lib/pvc_sqlite.so below the prefix "
        "that pvc is installed to: in the sqlite3 shell .load /usr/lib/pvc_sqlite, then SELECT "
        "pvc_open('.').",
    .run = Run,
};

}  // namespace pvc
