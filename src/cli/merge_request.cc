#include "cli/merge_request.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "cli/checkout_request.h"
#include "cli/commit_message.h"
#include "cli/merge_report.h"
#include "cli/quantity_text.h"

namespace pvc {
namespace {

std::string Summary(Repository& repository, const CommitId& id) {
  const std::string message = repository.GetCommit(id).message;
  return EscapeName(message.substr(0, message.find('\n')));
}

int RunAbort(CommandContext& context, PendingKind kind) {
  ProgressLine progress(context.environment, "aborting");
  const CheckoutResult result = AbortUnfinished(context.repository(), kind, context.MakeActor(),
                                                MakeCheckoutOptions(context, progress, true, ""));
  progress.Clear();
  if (!context.arguments.Has("quiet")) ReportCheckout(context, result);
  return kExitYes;
}

}  // namespace

FavoredSide FavorOption(CommandContext& context) {
  if (!context.arguments.Has("strategy-option")) return FavoredSide::kNone;
  return context.arguments.Choice("strategy-option", kFavorChoices) == "ours"
             ? FavoredSide::kOurs
             : FavoredSide::kTheirs;
}

std::string MessageOption(CommandContext& context) {
  return CleanMessage(JoinParagraphs(context.arguments.Values("message")), CommentLines::kKeep);
}

std::optional<int> RunUnfinished(CommandContext& context, PendingKind kind) {
  const Arguments& arguments = context.arguments;
  const int ways = (arguments.Has("continue") ? 1 : 0) + (arguments.Has("abort") ? 1 : 0) +
                   (arguments.Has("skip") ? 1 : 0);
  if (ways == 0) return std::nullopt;
  const std::string_view name = PendingKindName(kind);
  if (ways > 1) FailUsage(name, "--continue, --skip and --abort exclude each other");
  if (arguments.argument_count() > 0) {
    FailUsage(name, "--continue, --skip and --abort take no revision");
  }
  if (arguments.Has("abort")) return RunAbort(context, kind);
  Repository& repository = context.repository();
  ProgressLine progress(context.environment, "merging");
  const CheckoutOptions options = MakeCheckoutOptions(context, progress, true, "");
  const std::string message = kind == PendingKind::kMerge ? MessageOption(context) : std::string();
  const SequenceResult result =
      arguments.Has("skip")
          ? SkipUnfinished(repository, kind, context.MakeActor(), options)
          : ContinueUnfinished(repository, kind, message, context.MakeActor(), options);
  progress.Clear();
  return ReportSequence(context, result);
}

int ReportSequence(CommandContext& context, const SequenceResult& result) {
  Repository& repository = context.repository();
  const bool is_quiet = context.arguments.Has("quiet");
  const bool is_rebase = result.kind == PendingKind::kRebase;
  const std::string branch = repository.state().head.branch;
  Painter& out = context.out;
  if (!is_quiet) {
    for (const CommitId& id : result.made) {
      out.Put("[");
      out.Put(Label::kRef, branch.empty() ? "detached HEAD" : EscapeName(branch));
      out.Put(" ");
      out.Put(Label::kCommitId, id.Short());
      out.Put("] " + Summary(repository, id) + "\n");
    }
    if (result.skipped) {
      out.Put(fmt::format("skipped {} {}\n", result.skipped->Short(),
                          Summary(repository, *result.skipped)));
    }
    for (const CommitId& id : result.dropped) {
      out.Put(fmt::format("dropped {} {}: it brings nothing new\n", id.Short(),
                          Summary(repository, id)));
    }
  }
  switch (result.outcome) {
    case SequenceResult::Outcome::kUpToDate:
      if (!is_quiet) out.Put("Current branch is up to date\n");
      return kExitYes;
    case SequenceResult::Outcome::kDone:
      if (is_quiet) return kExitYes;
      if (is_rebase) {
        out.Put(fmt::format("Rebased {}: {}\n",
                            branch.empty() ? "HEAD" : "'" + EscapeName(branch) + "'",
                            FormatCountOf(result.made.size(), "commit")));
      }
      out.writer().Flush();
      ReportCheckout(context, result.checkout);
      return kExitYes;
    case SequenceResult::Outcome::kReady:
      if (!is_quiet) {
        out.writer().Flush();
        ReportCheckout(context, result.checkout);
        context.err.Put(Label::kHint, "hint:");
        context.err.Put(
            fmt::format(" to commit it:  pvc {} --continue\n", PendingKindName(result.kind)));
      }
      return kExitYes;
    case SequenceResult::Outcome::kConflicts:
      break;
  }
  out.writer().Flush();
  const auto unfinished = FindUnfinishedMerge(repository.state());
  const TextEncoding encoding = repository.GetSnapshot(unfinished->ours).properties.encoding;
  ReportStopped(context,
                fmt::format("{} of {} '{}'", PendingKindName(result.kind),
                            result.stopped_at->Short(), Summary(repository, *result.stopped_at)),
                result.kind, repository.nodes(), encoding, result.conflicts, unfinished->ours_name,
                unfinished->theirs_name);
  return kExitNo;
}

std::vector<CommitId> ExpandCommits(CommandContext& context,
                                    const std::vector<std::string>& words) {
  Repository& repository = context.repository();
  std::vector<CommitId> commits;
  for (const std::string& word : words) {
    if (word.find("..") == std::string::npos) {
      commits.push_back(context.Resolve(word));
      continue;
    }
    const RevisionRange range = ResolveRange(repository, {word}, context.Now());
    const std::vector<CommitId> found = CommitsInOrder(repository, range.from, range.without);
    if (found.empty()) {
      throw Error(ErrorKind::kInvalid, fmt::format("'{}' has no commits", word))
          .AddHint("see what is where:  pvc log --graph --all");
    }
    commits.insert(commits.end(), found.begin(), found.end());
  }
  return commits;
}

}  // namespace pvc
