#include <fmt/format.h>

#include <array>

#include "base/date_text.h"
#include "base/error.h"
#include "cli/author_text.h"
#include "cli/command.h"
#include "cli/commit_message.h"
#include "cli/diff_request.h"
#include "cli/editor.h"
#include "cli/render/commit_template.h"
#include "cli/render/commit_text.h"
#include "cli/working_side.h"
#include "vcs/merge/unfinished_merge.h"
#include "vcs/record_commit.h"

namespace pvc {
namespace {

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"message", 'm', "MSG", "the message; each further -m is a paragraph of its own", false},
    {"file", 'F', "FILE", "read the message from FILE ('-': standard input)", false},
    {"amend", 0, "", "replace the last commit: same parents, same author", false},
    {"no-edit", 0, "", "with --amend: keep its message", false},
    {"allow-empty", 0, "", "also when nothing changed", false},
    {"author", 0, "AUTHOR", "who wrote it: 'NAME <E-MAIL>'", false},
    {"date", 0, "DATE", "when it was written: 2026-05-01, '2026-05-01 13:04', '2 days ago'", false},
    {"quiet", 'q', "", "say nothing", false},
    {"verbose", 'v', "", "say per table what was committed", false},
    {"cache-size", 0, "BYTES", "memory for tree nodes: 1048576, 64M, 1G (default 32M)", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc commit -m \"prices for May\"", "commit all that changed"},
    {"pvc commit -m \"new users\" users", "one table; the rest stays uncommitted"},
    {"pvc commit --amend -m \"prices for May\"", "put it right"},
    {"pvc commit", "write the message in an editor"},
});

std::vector<std::string> TableArguments(const Arguments& arguments) {
  std::vector<std::string> tables = arguments.positional();
  tables.insert(tables.end(), arguments.after_dashes().begin(), arguments.after_dashes().end());
  return tables;
}

std::string ReadMessageFile(CommandContext& context, const std::string& path) {
  if (path == "-") return context.environment.read_input(kMaxMessageBytes);
  return ReadWholeFile(context.environment.fs, path, kMaxMessageBytes);
}

/// The message as the command line gives it; nothing when it gives none.
std::optional<std::string> MessageFromOptions(CommandContext& context,
                                              const std::optional<Commit>& replaced) {
  const Arguments& arguments = context.arguments;
  if (arguments.Has("message") && arguments.Has("file")) {
    FailUsage("commit", "-m and -F exclude each other");
  }
  if (arguments.Has("message")) {
    return CleanMessage(JoinParagraphs(arguments.Values("message")), CommentLines::kKeep);
  }
  if (const auto path = arguments.Value("file")) {
    return CleanMessage(ReadMessageFile(context, *path), CommentLines::kKeep);
  }
  if (arguments.Has("no-edit")) {
    if (!arguments.Has("amend")) FailUsage("commit", "--no-edit goes with --amend");
    if (replaced) return replaced->message;
  }
  return std::nullopt;
}

[[noreturn]] void FailEmptyMessage() {
  throw Error(ErrorKind::kInvalid, "the message is empty, nothing was committed")
      .AddHint("pvc commit -m MESSAGE");
}

[[noreturn]] void FailWithoutMessage(bool is_amending) {
  Error error(ErrorKind::kUsage, "no message, and no terminal to ask for one");
  if (is_amending) error.AddHint("keep the message:  pvc commit --amend --no-edit");
  throw error.AddHint("pvc commit -m MESSAGE");
}

/// Who wrote the commit and when, as far as options say; nothing when they do not.
std::optional<Signature> AuthorFromOptions(CommandContext& context, const Signature& actor,
                                           const std::optional<Commit>& replaced) {
  const auto author_text = context.arguments.Value("author");
  const auto date_text = context.arguments.Value("date");
  if (!author_text && !date_text) return std::nullopt;
  Signature author = replaced ? replaced->author : actor;
  if (author_text) {
    const Signature named = ParseAuthor(*author_text);
    author.name = named.name;
    author.email = named.email;
  }
  if (date_text) {
    const std::optional<Timestamp> when = ParseDateText(*date_text, actor.when);
    if (!when) {
      throw Error(ErrorKind::kUsage, fmt::format("--date is '{}', not a date", *date_text))
          .AddHint("pvc commit --date='2026-05-01 13:04' -m MESSAGE");
    }
    author.when = *when;
  }
  return author;
}

std::string DatabaseName(Repository& repository) {
  return EscapeName(repository.state().working_path);
}

int SayNothingToCommit(CommandContext& context, const CommitId& head,
                       const std::vector<std::string>& tables) {
  if (context.arguments.Has("quiet")) return kExitNo;
  if (tables.empty()) {
    context.out.Put(fmt::format("nothing to commit, {} is as in {}\n",
                                DatabaseName(context.repository()), head.Short()));
    return kExitNo;
  }
  std::string names;
  for (const std::string& table : tables) {
    names += fmt::format("{}'{}'", names.empty() ? "" : ", ", EscapeName(table));
  }
  context.out.Put(fmt::format("nothing to commit in {}\n", names));
  return kExitNo;
}

/// What the new commit changed.
DiffOverview ReadRecorded(CommandContext& context, const RecordCommitResult& result) {
  Repository& repository = context.repository();
  DiffSide before = EmptySide(repository);
  if (result.before) before.snapshot = repository.GetSnapshot(*result.before);
  DiffSide after = CommitSide(repository, result.commit, "HEAD");
  after.is_working = true;  // the file's own traits made no commit and are no part of it
  return ReadOverview(MakeDiffInput(context, std::move(before), std::move(after), {}),
                      DiffDetail::kCounts);
}

/// What `working` changes in the commit before the one that is to be made.
DiffOverview ReadUncommitted(CommandContext& context, const WorkingSnapshot& working,
                             const std::optional<Commit>& replaced) {
  Repository& repository = context.repository();
  DiffSide before = HeadSide(repository);
  if (replaced) {
    before = replaced->parents.empty() ? EmptySide(repository)
                                       : CommitSide(repository, replaced->parents.front(), "HEAD^");
  }
  return ReadOverview(MakeDiffInput(context, std::move(before), WorkingSideOf(working), {}),
                      DiffDetail::kCounts);
}

/// Has the message written beside a summary of what is about to be committed.
std::string MessageFromEditor(CommandContext& context, const DiffOverview& changes,
                              const std::string& draft, const std::vector<std::string>& tables) {
  const Repository& repository = context.repository();
  const std::string text =
      EditText(context.environment, JoinPath(repository.pvc_path(), "COMMIT_EDITMSG"),
               FormatCommitTemplate(draft, repository.state().head,
                                    changes, tables));
  return CleanMessage(text, CommentLines::kRemove);
}

int Run(CommandContext& context) {
  Repository& repository = context.repository();
  const Arguments& arguments = context.arguments;
  RecordCommitRequest request;
  request.actor = context.MakeActor();
  request.amend = arguments.Has("amend");
  request.allow_empty = arguments.Has("allow-empty");
  request.tables = TableArguments(arguments);

  const std::optional<CommitId> head = repository.HeadCommit();
  if (request.amend) request.replaced = head;
  std::optional<Commit> replaced;
  if (request.amend && head) replaced = repository.GetCommit(*head);
  request.author = AuthorFromOptions(context, request.actor.who, replaced);
  std::optional<std::string> message = MessageFromOptions(context, replaced);
  const std::optional<UnfinishedMerge> merge = FindUnfinishedMerge(repository.state());
  if (!message && merge && !CanEdit(context.environment)) message = merge->message;
  if (!message && !CanEdit(context.environment)) FailWithoutMessage(request.amend);
  if (message && message->empty()) FailEmptyMessage();

  WorkingSnapshot working = ReadWorking(context);
  if (!message) {
    const DiffOverview changes = ReadUncommitted(context, working, replaced);
    if (changes.empty() && head && !request.amend && !request.allow_empty && !merge) {
      return SayNothingToCommit(context, *head, request.tables);
    }
    const std::string draft = replaced ? replaced->message : merge ? merge->message : "";
    message = MessageFromEditor(context, changes, draft, request.tables);
    if (message->empty()) FailEmptyMessage();
  }
  request.message = *message;
  const RecordCommitResult result = RecordCommit(repository, working, request);
  if (!result.is_new) return SayNothingToCommit(context, result.commit, request.tables);
  if (arguments.Has("quiet")) return kExitYes;
  PrintCommit(context.out, result, ReadRecorded(context, result), arguments.Has("verbose"));
  context.HintGuessedIdentity();
  return kExitYes;
}

}  // namespace

extern const Command kCommitCommand;
const Command kCommitCommand{
    .name = "commit",
    .group = CommandGroup::kWorking,
    .summary = "record what the working database holds",
    .usage =
        "[-m MSG... | -F FILE] [OPTIONS] [TABLE...]\n"
        "--amend [--no-edit] [-m MSG... | -F FILE] [OPTIONS] [TABLE...]",
    .needs = Needs::kRepository,
    .min_arguments = 0,
    .max_arguments = kAnyNumber,
    .arguments = {ArgumentKind::kTable},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "Without -m and -F an editor opens on a terminal: $PVC_EDITOR, $VISUAL, $EDITOR or vi;\n"
        "lines that begin with '#' are left out, and an empty message ends the commit. With\n"
        "TABLE, only these tables are committed, with their indexes and triggers; all else\n"
        "stays uncommitted. The database is read in one transaction and never written; other\n"
        "programs may use it meanwhile. While a merge is unfinished, a commit ends it. Exit code 1:\n"
        "nothing to commit.",
    .run = Run,
};

}  // namespace pvc
