#include <fmt/format.h>

#include <array>

#include "base/shell_word.h"
#include "cli/bisect_report.h"
#include "cli/bisect_run.h"
#include "cli/checkout_request.h"
#include "vcs/branch.h"
#include "vcs/history.h"

namespace pvc {
namespace {

constexpr auto kVerbs =
    std::to_array<std::string_view>({"start", "good", "bad", "skip", "run", "log", "reset"});

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"sql", 0, "QUERY", "run: a commit is good when QUERY on the working database is true", false},
    {"discard", 0, "", "overwrite uncommitted changes; 'pvc undo' brings them back", false},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc bisect start HEAD v1", "HEAD is bad, v1 was good"},
    {"pvc bisect good", "this one is good: go on"},
    {"pvc bisect run ./check app.db", "let a program judge"},
    {"pvc bisect run --sql \"SELECT max(v)<9 FROM t\"", "or a query"},
    {"pvc bisect reset", "back to where it began"},
});

/// The arguments behind the verb.
std::vector<std::string> Words(const CommandContext& context) {
  std::vector<std::string> words;
  for (size_t i = 1; const auto word = context.arguments.Argument(i); ++i) words.push_back(*word);
  return words;
}

void AllowWords(const CommandContext& context, std::string_view verb, size_t most) {
  const std::vector<std::string> words = Words(context);
  if (words.size() <= most) return;
  FailUsage("bisect",
            fmt::format("'bisect {}' takes {}, got '{}'", verb,
                        most == 0 ? "no arguments" : "at most one argument", words[most]));
}

/// What to type for the same, with or without --discard.
std::string CommandText(const CommandContext& context, bool discard) {
  std::string text = "pvc bisect " + *context.arguments.Argument(0);
  if (discard) text += " --discard";
  if (const auto query = context.arguments.Value("sql")) text += " --sql " + ShellWord(*query);
  for (const std::string& word : Words(context)) text += " " + ShellWord(word);
  return text;
}

CheckoutOptions MakeOptions(CommandContext& context, ProgressLine& progress) {
  return MakeCheckoutOptions(context, progress, context.arguments.Has("discard"),
                             CommandText(context, true));
}

int RunStart(CommandContext& context) {
  std::optional<CommitId> bad;
  std::vector<CommitId> good;
  for (const std::string& word : Words(context)) {
    const CommitId id = context.Resolve(word);
    if (bad) {
      good.push_back(id);
    } else {
      bad = id;
    }
  }
  ProgressLine progress(context.environment, "switching");
  const BisectStep step = StartBisect(context.repository(), bad, good, context.MakeActor(),
                                      MakeOptions(context, progress));
  progress.Clear();
  return ReportBisectStep(context, step);
}

/// Commits that a word names: one, or those of a range.
void AddCommits(CommandContext& context, const std::string& word, std::vector<CommitId>& commits) {
  if (word.find("..") == std::string::npos) {
    commits.push_back(context.Resolve(word));
    return;
  }
  const RevisionRange range = ResolveRange(context.repository(), {word}, context.Now());
  HistoryWalk walk(context.repository(), range.from, range.without);
  while (const auto step = walk.Next()) commits.push_back(step->id);
}

int RunMark(CommandContext& context, BisectVerdict verdict) {
  if (verdict == BisectVerdict::kBad) AllowWords(context, "bad", 1);
  RequireBisect(context.repository());
  std::vector<CommitId> commits;
  for (const std::string& word : Words(context)) {
    if (verdict == BisectVerdict::kSkip) {
      AddCommits(context, word, commits);
    } else {
      commits.push_back(context.Resolve(word));
    }
  }
  if (Words(context).empty()) commits.push_back(context.Resolve("HEAD"));
  ProgressLine progress(context.environment, "switching");
  const BisectStep step = MarkBisect(context.repository(), verdict, commits, context.MakeActor(),
                                     MakeOptions(context, progress));
  progress.Clear();
  return ReportBisectStep(context, step);
}

int RunRun(CommandContext& context) {
  BisectJudge judge;
  judge.program = Words(context);
  judge.query = context.arguments.Value("sql");
  judge.command = CommandText(context, false);
  judge.discard_command = CommandText(context, true);
  judge.discard = context.arguments.Has("discard");
  if (judge.program.empty() == !judge.query) {
    FailUsage("bisect", "'bisect run' takes a program, or a query with --sql");
  }
  return RunBisection(context, judge);
}

int RunLog(CommandContext& context) {
  AllowWords(context, "log", 0);
  Repository& repository = context.repository();
  const BisectState state = RequireBisect(repository);
  const Head& start = state.start;
  context.out.Put(
      Label::kMuted,
      fmt::format("# started from {}\n",
                  start.branch.empty() ? start.detached.Short()
                                       : fmt::format("branch '{}'", EscapeName(start.branch))));
  context.out.Put("pvc bisect start\n");
  for (const BisectMark& mark : state.marks) {
    const std::string_view name = BisectVerdictName(mark.verdict);
    context.out.Put(Label::kMuted,
                    fmt::format("# {}: {}\n", name, BisectLine(repository, mark.commit)));
    context.out.Put(fmt::format("pvc bisect {} {}\n", name, mark.commit.Hex()));
  }
  const BisectStep step = ReadBisectStep(repository);
  if (step.stage == BisectStage::kFound) {
    context.out.Put(Label::kMuted,
                    fmt::format("# first bad commit: {}\n", BisectLine(repository, step.commit)));
  } else if (step.stage == BisectStage::kOnlySkippedLeft) {
    context.out.Put(Label::kMuted, "# only skipped commits left to test\n");
  }
  return kExitYes;
}

std::string Summary(Repository& repository, const CommitId& id) {
  const std::string message = repository.GetCommit(id).message;
  return EscapeName(message.substr(0, message.find('\n')));
}

int RunReset(CommandContext& context) {
  AllowWords(context, "reset", 1);
  Repository& repository = context.repository();
  if (!FindBisect(repository.state())) {
    context.out.Put("We are not bisecting.\n");
    return kExitYes;
  }
  std::optional<Head> to;
  if (const auto word = context.arguments.Argument(1)) {
    const bool is_branch = repository.FindRef(BranchRefName(*word)).has_value();
    to = is_branch ? Head{*word, {}} : Head{"", context.Resolve(*word)};
  }
  const Head before = repository.state().head;
  ProgressLine progress(context.environment, "switching");
  const CheckoutResult result =
      ResetBisect(repository, to, context.MakeActor(), MakeOptions(context, progress));
  progress.Clear();
  const Head& after = repository.state().head;
  if (before.branch.empty() && before != after) {
    context.err.Put(fmt::format("Previous HEAD position was {} {}\n", before.detached.Short(),
                                Summary(repository, before.detached)));
  }
  context.err.Put(after.branch.empty()
                      ? fmt::format("HEAD is now at {} {}\n", after.detached.Short(),
                                    Summary(repository, after.detached))
                      : fmt::format("{} '{}'\n",
                                    before == after ? "Already on" : "Switched to branch",
                                    EscapeName(after.branch)));
  ReportCheckout(context, result);
  return kExitYes;
}

int Run(CommandContext& context) {
  const std::string verb = *context.arguments.Argument(0);
  if (context.arguments.Has("sql") && verb != "run")
    FailUsage("bisect", "--sql is for 'bisect run'");
  if (verb == "start") return RunStart(context);
  if (verb == "good") return RunMark(context, BisectVerdict::kGood);
  if (verb == "bad") return RunMark(context, BisectVerdict::kBad);
  if (verb == "skip") return RunMark(context, BisectVerdict::kSkip);
  if (verb == "run") return RunRun(context);
  if (verb == "log") return RunLog(context);
  if (verb == "reset") return RunReset(context);
  FailUsage("bisect",
            fmt::format("'bisect {}' is none of: start, good, bad, skip, run, log, reset", verb));
}

}  // namespace

extern const Command kBisectCommand;
const Command kBisectCommand{
    .name = "bisect",
    .group = CommandGroup::kSafety,
    .summary = "find the commit that broke something",
    .usage =
        "start [BAD [GOOD...]]\n"
        "bad [REV]\n"
        "good|skip [REV...]\n"
        "run PROGRAM [ARGUMENT...]\n"
        "run --sql QUERY\n"
        "log\n"
        "reset [REV]",
    .needs = Needs::kRepository,
    .min_arguments = 1,
    .max_arguments = kAnyNumber,
    .arguments = {ArgumentKind::kRevision},
    .verbs = kVerbs,
    .program_verb = "run",
    .options = kOptions,
    .examples = kExamples,
    .help =
        "Told one commit that is bad and one before it that is good, bisect goes to the commit "
        "half-way between, working database included. Say whether that one is good or bad, and so "
        "on: of 1,000 commits about 10 are tested. REV is HEAD when left out. 'skip' leaves out a "
        "commit that cannot be tested; it takes ranges too. 'log' prints what was said as commands "
        "that can be run again. 'reset' ends it and goes back to where it began, or to REV. 'pvc "
        "undo' takes a single step back.\n"
        "run PROGRAM: exit code 0 means good, 125 skip, any other up to 127 bad; a higher one, or "
        "a signal, stops the run where it is. run --sql QUERY: a commit is good when the first "
        "column of the first row is a number other than 0. The query can only read.\n"
        "Exit code 1: only skipped commits are left.",
    .run = Run,
};

}  // namespace pvc
