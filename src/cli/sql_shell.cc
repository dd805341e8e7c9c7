#include "cli/sql_shell.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "cli/completion_names.h"
#include "cli/error_text.h"
#include "cli/query_run.h"
#include "cli/sql_completion.h"
#include "cli/sql_statement.h"
#include "sqlite/sql_tokens.h"

namespace pvc {
namespace {

struct DotCommand {
  std::string_view name;
  std::string_view argument;  ///< for help
  std::string_view help;
};

constexpr auto kDotCommands = std::to_array<DotCommand>({
    {".tables", "", "tables and views"},
    {".schema", "[NAME]", "the SQL of all, or of one table or view and what belongs to it"},
    {".mode", "[FORMAT]", "how answers are printed: table, box, json, jsonl, csv, markdown, line"},
    {".at", "[REV]", "go to a commit; without REV, to the working database"},
    {".help", "", "this list"},
    {".quit", "", "end; so does .exit, and Ctrl-D"},
    {".exit", "", ""},
});

constexpr size_t kMaxPromptColumns = 40;

std::string_view Trim(std::string_view text) {
  const std::string_view blanks = " \t\r\n";
  const size_t begin = std::min(text.find_first_not_of(blanks), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

/// Whether there is nothing to run: white space and comments alone. A comment that is not closed
/// goes on in the next line.
bool IsEmptySql(const std::string& sql) {
  std::string_view rest = sql;
  return !TakeSqlToken(rest) && IsCompleteSql(sql + "\n;");
}

[[noreturn]] void FailUnknown(const std::string& what, const std::string& name,
                              const std::vector<std::string>& known, const std::string& help) {
  Error error(ErrorKind::kUsage, fmt::format("'{}' is no {}", name, what));
  for (const std::string& near : NearestNames(name, known)) {
    error.AddHint(fmt::format("did you mean '{}'?", near));
  }
  throw error.AddHint(help);
}

std::vector<std::string> DotCommandNames() {
  std::vector<std::string> names;
  for (const DotCommand& command : kDotCommands) names.emplace_back(command.name);
  return names;
}

}  // namespace

SqlShell::SqlShell(CommandContext& context, LineEditor& editor, QueryParameters& parameters,
                   Options options)
    : context_(context),
      editor_(editor),
      parameters_(parameters),
      options_(std::move(options)),
      history_(context.environment.fs, SqlHistoryPath(context.environment)),
      session_(std::make_unique<QuerySession>(context.repository(), options_.session)) {}

void SqlShell::Run() {
  for (const std::string& line : history_.Load()) editor_.AddHistory(line);
  editor_.SetCompleter([this](std::string_view before) { return Complete(before); });
  context_.out.Put(Label::kMuted, ".help lists what can be typed beside SQL; Ctrl-D ends\n");
  for (bool goes_on = true; goes_on;) {
    context_.out.writer().Flush();
    std::string line;
    const LineEditor::Outcome outcome = editor_.ReadLine(Prompt(), line);
    if (outcome != LineEditor::Outcome::kLine) context_.out.Put("\n");
    if (outcome == LineEditor::Outcome::kEnd) break;
    if (outcome == LineEditor::Outcome::kInterrupted) {
      statement_.clear();
      GoOnAfterInterrupt();
      continue;
    }
    Remember(line);
    try {
      goes_on = TakeLine(line);
    } catch (const Error& error) {
      Report(error);
    }
  }
  RefuseOpenTransaction(*session_);
}

/// "pvc HEAD~1> ", and "...> " below its end while a statement goes on.
std::string SqlShell::Prompt() const {
  std::string prompt = "pvc";
  if (const auto& revision = options_.session.revision) {
    prompt += " " + Ellipsize(EscapeName(*revision), kMaxPromptColumns);
  }
  prompt += "> ";
  return statement_.empty() ? prompt : PadLeft("...> ", DisplayWidth(prompt));
}

void SqlShell::Remember(const std::string& line) {
  if (Trim(line).empty()) return;
  editor_.AddHistory(line);
  history_.Add(line);
}

bool SqlShell::TakeLine(const std::string& line) {
  const std::string_view text = Trim(line);
  if (statement_.empty()) {
    if (text.starts_with('.')) return RunDotCommand(text);
    // What users of other shells type.
    if (text == "exit" || text == "quit") return false;
    if (text == "help") return RunDotCommand(".help");
  }
  statement_ += line + "\n";
  if (IsEmptySql(statement_)) {
    statement_.clear();
  } else if (IsCompleteSql(statement_)) {
    RunSql(std::exchange(statement_, {}));
  }
  return true;
}

void SqlShell::RunSql(const std::string& sql) {
  const OutputStream& stream = context_.environment.out;
  const auto renderer = MakeQueryRenderer(
      options_.format, {context_.out, session_->encoding(), options_.header, stream.is_terminal});
  QueryRun({context_.environment, *session_, parameters_, *renderer, {}}).Run(sql);
  renderer->Finish();
}

void SqlShell::Report(const Error& error) {
  context_.out.writer().Flush();
  if (error.kind() == ErrorKind::kInterrupted) GoOnAfterInterrupt();
  PrintError(context_.err, error);
}

void SqlShell::GoOnAfterInterrupt() {
  const auto& forget = context_.environment.forget_interrupt;
  if (!forget || !forget()) throw Error(ErrorKind::kInterrupted, "interrupted");
}

bool SqlShell::RunDotCommand(std::string_view line) {
  const size_t end = std::min(line.find_first_of(" \t"), line.size());
  const std::string name(line.substr(0, end));
  std::string argument(Trim(line.substr(end)));
  // A habit from SQL.
  while (!argument.empty() && argument.back() == ';') argument.pop_back();
  if (name == ".quit" || name == ".exit") return false;
  if (name == ".tables") {
    PrintTables();
  } else if (name == ".schema") {
    PrintSchema(argument);
  } else if (name == ".mode") {
    SetFormat(argument);
  } else if (name == ".at") {
    GoTo(argument);
  } else if (name == ".help") {
    PrintHelp();
  } else {
    FailUnknown("command", name, DotCommandNames(), ".help lists them");
  }
  return true;
}

void SqlShell::PrintTables() {
  for (const std::string& name : session_->TableNames()) {
    context_.out.Put(EscapeName(name) + "\n");
  }
}

void SqlShell::PrintSchema(const std::string& name) {
  const std::vector<std::string> texts = session_->SchemaTexts(name);
  if (texts.empty() && !name.empty()) {
    FailUnknown("table or view", name, session_->TableNames(), ".tables lists them");
  }
  for (const std::string& text : texts) context_.out.Put(EscapeLines(TerminateStatement(text)));
}

void SqlShell::SetFormat(const std::string& format) {
  if (format.empty()) {
    context_.out.Put(options_.format + "\n");
    return;
  }
  const std::vector<std::string> formats(kQueryFormats.begin(), kQueryFormats.end());
  if (std::find(formats.begin(), formats.end(), format) == formats.end()) {
    FailUnknown("format", format, formats,
                fmt::format(".mode takes one of: {}", fmt::join(formats, ", ")));
  }
  options_.format = format;
}

void SqlShell::GoTo(const std::string& revision) {
  if (session_->db().is_writing()) {
    throw Error(ErrorKind::kInvalid, "a transaction is open")
        .AddHint("end it with COMMIT, or with ROLLBACK");
  }
  QuerySession::Options options = options_.session;
  options.revision = revision.empty() ? std::nullopt : std::optional(revision);
  session_ = std::make_unique<QuerySession>(context_.repository(), options);
  options_.session = std::move(options);
}

void SqlShell::PrintHelp() {
  constexpr size_t kNameColumns = 16;
  for (const DotCommand& command : kDotCommands) {
    if (command.help.empty()) continue;
    const std::string name = fmt::format("{} {}", command.name, command.argument);
    context_.out.Put(fmt::format("{}{}\n", PadRight(name, kNameColumns), command.help));
  }
  context_.out.Put("All else is SQL; a statement ends with a semicolon.\n");
}

LineCompletion SqlShell::Complete(std::string_view before_cursor) {
  try {
    if (statement_.empty() && before_cursor.starts_with('.')) {
      return CompleteDotCommand(before_cursor);
    }
    return CompleteSql(statement_, before_cursor, Names());
  } catch (const Error&) {
    return {};  // what is typed will say so when it is run
  }
}

LineCompletion SqlShell::CompleteDotCommand(std::string_view line) {
  const size_t blank = line.find(' ');
  LineCompletion completion;
  completion.word_begin = blank == line.npos ? 0 : blank + 1;
  const std::string typed(line.substr(completion.word_begin));
  const std::vector<std::string> known =
      blank == line.npos ? DotCommandNames() : ArgumentsOf(line.substr(0, blank), typed);
  std::copy_if(known.begin(), known.end(), std::back_inserter(completion.words),
               [&](const std::string& word) { return word.starts_with(typed); });
  return completion;
}

std::vector<std::string> SqlShell::ArgumentsOf(std::string_view command, const std::string& typed) {
  if (command == ".schema") return session_->TableNames();
  if (command == ".mode") return {kQueryFormats.begin(), kQueryFormats.end()};
  std::vector<std::string> revisions;
  if (command == ".at") {
    Completions found;
    AddNames(context_.environment, ArgumentKind::kRevision, "", typed, found);
    for (const Candidate& candidate : found.candidates) revisions.push_back(candidate.word);
  }
  return revisions;
}

SqlNames SqlShell::Names() {
  return {[this] { return session_->TableNames(); },
          [this](const std::string& table) { return session_->ColumnNames(table); },
          [this] { return session_->FunctionNames(); }};
}

}  // namespace pvc
