#include "cli/bisect_report.h"

#include <fmt/format.h>

#include "cli/checkout_request.h"
#include "cli/diff_request.h"
#include "cli/quantity_text.h"
#include "cli/render/log.h"

namespace pvc {
namespace {

/// As `pvc show --stat` does.
void PrintFirstBad(CommandContext& context, const CommitId& id) {
  Repository& repository = context.repository();
  const Commit commit = repository.GetCommit(id);
  context.out.Put(fmt::format("{} is the first bad commit\n", id.Hex()));
  MakeLogText(context.out)->OnCommit({id, commit, ReadDecorations(repository).NamesOf(id)});
  context.out.Put("\n");
  DiffSide before = commit.parents.empty()
                        ? EmptySide(repository)
                        : CommitSide(repository, commit.parents.front(), id.Short() + "^");
  const DiffInput input =
      MakeDiffInput(context, std::move(before), CommitSide(repository, id, id.Short()), {});
  RenderDiffStat(context.out, context.environment.out.columns, input);
}

}  // namespace

std::string_view BisectVerdictName(BisectVerdict verdict) {
  switch (verdict) {
    case BisectVerdict::kBad:
      return "bad";
    case BisectVerdict::kGood:
      return "good";
    case BisectVerdict::kSkip:
      return "skip";
  }
  return "";
}

std::string BisectLine(Repository& repository, const CommitId& id) {
  const std::string message = repository.GetCommit(id).message;
  return fmt::format("[{}] {}", id.Short(), EscapeName(message.substr(0, message.find('\n'))));
}

int ReportBisectStep(CommandContext& context, const BisectStep& step) {
  Repository& repository = context.repository();
  Painter& out = context.out;
  ReportCheckout(context, step.checkout);
  for (const CommitId& id : step.skipped_merge_bases) {
    context.err.Put(Label::kError, "warning:");
    context.err.Put(
        fmt::format(" {} is skipped, where a good commit parts from the bad one: the "
                    "first bad commit may be older\n",
                    id.Short()));
  }
  switch (step.stage) {
    case BisectStage::kNeedsBoth:
      out.Put("status: waiting for both good and bad commits\n");
      return kExitYes;
    case BisectStage::kNeedsGood:
      out.Put("status: waiting for good commits, bad commit known\n");
      return kExitYes;
    case BisectStage::kNeedsBad:
      out.Put(fmt::format("status: waiting for bad commit, {} known\n",
                          FormatCountOf(step.good_count, "good commit")));
      return kExitYes;
    case BisectStage::kTestMergeBase:
      out.Put("Bisecting: a merge base must be tested\n");
      out.Put(BisectLine(repository, step.commit) + "\n");
      return kExitYes;
    case BisectStage::kTest:
      out.Put(fmt::format("Bisecting: {} left to test after this (roughly {})\n",
                          FormatCountOf(step.left_count, "commit"),
                          FormatCountOf(step.step_count, "step")));
      out.Put(BisectLine(repository, step.commit) + "\n");
      return kExitYes;
    case BisectStage::kFound:
      PrintFirstBad(context, step.commit);
      return kExitYes;
    case BisectStage::kOnlySkippedLeft:
      out.Put("There are only 'skip'ped commits left to test.\n");
      out.Put("The first bad commit could be any of:\n");
      for (const CommitId& id : step.suspects) out.Put(BisectLine(repository, id) + "\n");
      out.Put("We cannot bisect more!\n");
      return kExitNo;
  }
  return kExitYes;
}

}  // namespace pvc
