#include "cli/bisect_run.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/shell_word.h"
#include "cli/bisect_report.h"
#include "cli/checkout_request.h"
#include "cli/programs.h"
#include "sqlite/condition.h"
#include "vcs/working_database.h"

namespace pvc {
namespace {

constexpr int kSkipExitCode = 125;
constexpr int kHighestExitCode = 127;  // of a program that was not ended by a signal, nor says so
constexpr int kEndedByInterrupt = 128 + 2;

/// Adds how to go on by hand, and again with the judge.
Error& AddWaysOn(Error& error, const BisectJudge& judge) {
  return error.AddHint("leave this commit out:  pvc bisect skip")
      .AddHint("judge it yourself:      pvc bisect good    (or bad)")
      .AddHint("run it again:           " + judge.command);
}

BisectVerdict AskProgram(CommandContext& context, const BisectJudge& judge) {
  Environment& environment = context.environment;
  if (environment.programs == nullptr) {
    throw Error(ErrorKind::kUnsupported, "no program may be started here");
  }
  std::string shown = "running";
  for (const std::string& word : judge.program) shown += " " + EscapeName(ShellWord(word));
  context.out.Put(shown + "\n");
  // The program writes to the same place.
  environment.out.writer.Flush();
  environment.err.writer.Flush();
  const int exit_code = environment.programs->Run(ShellWord(judge.program.front()),
                                                  {judge.program.begin() + 1, judge.program.end()});
  if (exit_code == 0) return BisectVerdict::kGood;
  if (exit_code == kSkipExitCode) return BisectVerdict::kSkip;
  if (exit_code > 0 && exit_code <= kHighestExitCode) return BisectVerdict::kBad;
  Error error =
      exit_code == kEndedByInterrupt
          ? Error(ErrorKind::kInterrupted, "interrupted; the bisection stays where it is")
          : Error(ErrorKind::kInvalid,
                  fmt::format("'{}' ended with exit code {}, the bisection stays where it is",
                              judge.program.front(), exit_code));
  throw AddWaysOn(error, judge);
}

BisectVerdict AskQuery(CommandContext& context, const BisectJudge& judge, const CommitId& commit) {
  const auto is_interrupted = [&] {
    return context.environment.interrupted.load(std::memory_order_relaxed);
  };
  try {
    Database db(WorkingDatabasePath(context.repository()), {});
    return QueryIsTrue(db, *judge.query, is_interrupted) ? BisectVerdict::kGood
                                                         : BisectVerdict::kBad;
  } catch (Error& error) {
    context.environment.CheckInterrupted();
    error.AddContext(fmt::format("the query failed at {}", commit.Short()));
    if (error.hints().empty()) AddWaysOn(error, judge);
    throw;
  }
}

/// Throws: kInvalid while nothing can be searched yet.
void RequireBoth(const BisectStep& step) {
  const bool needs_bad =
      step.stage == BisectStage::kNeedsBoth || step.stage == BisectStage::kNeedsBad;
  const bool needs_good =
      step.stage == BisectStage::kNeedsBoth || step.stage == BisectStage::kNeedsGood;
  if (!needs_bad && !needs_good) return;
  Error error(ErrorKind::kInvalid, "'bisect run' needs a bad and a good commit first");
  if (needs_bad) error.AddHint("say which is bad:   pvc bisect bad REV");
  if (needs_good) error.AddHint("say which is good:  pvc bisect good REV");
  throw error;
}

bool IsTest(const BisectStep& step) {
  return step.stage == BisectStage::kTest || step.stage == BisectStage::kTestMergeBase;
}

}  // namespace

int RunBisection(CommandContext& context, const BisectJudge& judge) {
  Repository& repository = context.repository();
  BisectStep step = ReadBisectStep(repository);
  RequireBoth(step);
  int exit_code = IsTest(step) ? kExitYes : ReportBisectStep(context, step);
  while (IsTest(step)) {
    context.environment.CheckInterrupted();
    const CommitId commit = context.Resolve("HEAD");
    const BisectVerdict verdict =
        judge.query ? AskQuery(context, judge, commit) : AskProgram(context, judge);
    const std::string_view name = BisectVerdictName(verdict);
    context.out.Put(fmt::format("{} is {}\n", commit.Short(),
                                verdict == BisectVerdict::kSkip ? "skipped" : name));
    repository.Refresh();  // the program may have used pvc
    ProgressLine progress(context.environment, "switching");
    step = MarkBisect(repository, verdict, {commit},
                      {context.Identity(), fmt::format("bisect {} {}", name, commit.Short())},
                      MakeCheckoutOptions(context, progress, judge.discard, judge.discard_command));
    progress.Clear();
    exit_code = ReportBisectStep(context, step);
  }
  return exit_code;
}

}  // namespace pvc
