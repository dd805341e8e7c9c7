#include "vcs/bisect.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/error.h"
#include "base/shell_word.h"
#include "vcs/bisect_refs.h"
#include "vcs/bisect_search.h"
#include "vcs/branch.h"
#include "vcs/commit_frontier.h"
#include "vcs/merge/unfinished_merge.h"
#include "vcs/merge_base.h"
#include "vcs/pending_kind.h"
#include "vcs/revision.h"

namespace pvc {

namespace {

/// The error for a bad commit without candidates: it is a good one, or an ancestor of one.
Error ContradictionError(Repository& repository, const CommitId& bad,
                         const std::vector<CommitId>& good) {
  const auto add_log = [&](Error error) {
    if (FindBisect(repository.state())) error.AddHint("see what was said:        pvc bisect log");
    return error;
  };
  if (std::find(good.begin(), good.end(), bad) != good.end()) {
    return add_log(Error(ErrorKind::kInvalid,
                         fmt::format("{} cannot be both bad and good", bad.Short())))
        .AddHint("begin anew:               pvc bisect start");
  }
  const auto after = std::find_if(good.begin(), good.end(), [&](const CommitId& id) {
    return IsAncestor(repository, bad, id);
  });
  const CommitId& mended = after == good.end() ? good.front() : *after;
  return add_log(
             Error(ErrorKind::kInvalid,
                   fmt::format("the bad commit {} is an ancestor of the good commit {}: what is "
                               "sought was there before, and was mended in between",
                               bad.Short(), mended.Short())))
      .AddHint(fmt::format("if they were mixed up:    pvc bisect start {} {}", mended.Short(),
                           bad.Short()));
}

/// The good commits that are no ancestors of `bad`.   Cost: one walk down to the oldest of them.
std::vector<CommitId> FindAside(Repository& repository, const CommitId& bad,
                                const std::vector<CommitId>& good) {
  uint64_t oldest = UINT64_MAX;
  for (const CommitId& id : good) {
    oldest = std::min(oldest, repository.GetCommit(id).generation);
  }
  std::unordered_set<CommitId> aside(good.begin(), good.end());
  CommitFrontier frontier(repository, 0);
  frontier.Add(bad, 0);
  while (!aside.empty() && !frontier.empty()) {
    const CommitFrontier::Entry entry = frontier.Take();
    if (entry.commit.generation < oldest) break;
    aside.erase(entry.id);
    for (const CommitId& parent : entry.commit.parents) frontier.AddParent(parent, 0, entry);
  }
  std::vector<CommitId> sorted(aside.begin(), aside.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

/// What a good commit that is no ancestor of the bad one takes.
struct MergeBaseCheck {
  std::optional<CommitId> to_test;
  std::vector<CommitId> skipped;
};

// A good commit says that its ancestors are good where the bad one descends from it. Elsewhere it
// might be that what is sought is older and was mended on its way: git has where they part tested.
MergeBaseCheck CheckMergeBases(Repository& repository, const CommitId& bad,
                               const std::vector<CommitId>& good,
                               const std::vector<CommitId>& skipped) {
  MergeBaseCheck check;
  const std::vector<CommitId> aside = FindAside(repository, bad, good);
  std::vector<CommitId> below;
  std::set_difference(good.begin(), good.end(), aside.begin(), aside.end(),
                      std::back_inserter(below));
  for (const CommitId& id : aside) {
    const std::vector<CommitId> bases = MergeBases(repository, bad, id);
    if (bases.empty()) {
      throw Error(ErrorKind::kInvalid,
                  fmt::format("the good commit {} and the bad commit {} have no history in common",
                              id.Short(), bad.Short()))
          .AddHint(fmt::format("look for a good one in:  pvc log {}", bad.Short()));
    }
    for (const CommitId& base : bases) {
      const bool is_good = std::any_of(below.begin(), below.end(), [&](const CommitId& known) {
        return IsAncestor(repository, base, known);
      });
      if (is_good) continue;
      if (!std::binary_search(skipped.begin(), skipped.end(), base)) {
        check.to_test = base;
        return check;
      }
      check.skipped.push_back(base);
    }
  }
  return check;
}

/// What is to be done; notes in `state` that the good commits were checked.
BisectStep NextStep(Repository& repository, BisectState& state) {
  BisectStep step;
  const auto bad = state.Bad();
  const std::vector<CommitId> good = state.Marked(BisectVerdict::kGood);
  step.good_count = good.size();
  if (!bad || good.empty()) {
    step.stage = bad             ? BisectStage::kNeedsGood
                 : !good.empty() ? BisectStage::kNeedsBad
                                 : BisectStage::kNeedsBoth;
    return step;
  }
  const std::vector<CommitId> skipped = state.Marked(BisectVerdict::kSkip);
  BisectSearch search = SearchBisection(repository, *bad, good, skipped);
  if (search.candidate_count == 0) throw ContradictionError(repository, *bad, good);
  if (!state.good_are_checked) {
    MergeBaseCheck check = CheckMergeBases(repository, *bad, good, skipped);
    if (check.to_test) {
      step.stage = BisectStage::kTestMergeBase;
      step.commit = *check.to_test;
      return step;
    }
    state.good_are_checked = true;
    step.skipped_merge_bases = std::move(check.skipped);
  }
  if (search.next) {
    step.stage = BisectStage::kTest;
    step.commit = *search.next;
    step.left_count = search.candidate_count - search.next_weight - 1;
    step.step_count = EstimateBisectSteps(search.candidate_count);
    return step;
  }
  step.stage = search.suspects.size() == 1 ? BisectStage::kFound : BisectStage::kOnlySkippedLeft;
  step.commit = *bad;
  step.suspects = std::move(search.suspects);
  return step;
}

SwitchTarget TargetAt(Repository& repository, const Head& head) {
  SwitchTarget target;
  target.head = head;
  if (head.branch.empty()) {
    target.commit = head.detached;
    target.name = head.detached.Short();
    return target;
  }
  target.name = head.branch;
  if (const auto tip = repository.FindRef(BranchRefName(head.branch)))
    target.commit = CommitId{*tip};
  return target;
}

/// Makes `state` the bisection under way, with HEAD at the commit to test, else at `otherwise`.
BisectStep Proceed(Repository& repository, BisectState& state, const Head& otherwise,
                   const Actor& actor, CheckoutOptions options) {
  BisectStep step = NextStep(repository, state);
  const bool is_test =
      step.stage == BisectStage::kTest || step.stage == BisectStage::kTestMergeBase;
  SwitchTarget target = TargetAt(repository, is_test ? Head{"", step.commit} : otherwise);
  target.refs = BisectRefUpdates(repository, &state);
  target.pending = EncodeBisectState(state);
  if (target.head == repository.state().head) options.discard = false;  // nothing is in the way
  step.checkout = SwitchHead(repository, target, actor, options);
  return step;
}

}  // namespace

BisectState RequireBisect(const Repository& repository) {
  if (auto state = FindBisect(repository.state())) return *std::move(state);
  throw Error(ErrorKind::kInvalid, "no bisection is under way")
      .AddHint("start one:  pvc bisect start");
}

BisectStep StartBisect(Repository& repository, const std::optional<CommitId>& bad,
                       const std::vector<CommitId>& good, const Actor& actor,
                       const CheckoutOptions& options) {
  RefuseUnfinished(repository.state(), "a bisection");
  const Head& head = repository.state().head;
  if (!repository.HeadCommit()) throw UnbornError(repository, head.branch);
  const auto before = FindBisect(repository.state());
  BisectState state;
  state.start = before ? before->start : head;
  if (bad) state.marks.push_back({BisectVerdict::kBad, *bad});
  for (const CommitId& id : good) state.marks.push_back({BisectVerdict::kGood, id});
  // As in git, a new beginning is at the old one; not where that branch is gone.
  const bool may_return = TargetAt(repository, state.start).commit.has_value();
  return Proceed(repository, state, may_return ? state.start : head, actor, options);
}

BisectStep MarkBisect(Repository& repository, BisectVerdict verdict,
                      const std::vector<CommitId>& commits, const Actor& actor,
                      const CheckoutOptions& options) {
  BisectState state = RequireBisect(repository);
  for (const CommitId& id : commits) {
    // What is said of candidates leaves the good commits as well placed as they were.
    const auto bad = state.Bad();
    if (verdict != BisectVerdict::kSkip && state.good_are_checked && bad) {
      state.good_are_checked = IsAncestor(repository, id, *bad);
    }
    state.marks.push_back({verdict, id});
  }
  return Proceed(repository, state, repository.state().head, actor, options);
}

BisectStep ReadBisectStep(Repository& repository) {
  BisectState state = RequireBisect(repository);
  return NextStep(repository, state);
}

CheckoutResult ResetBisect(Repository& repository, const std::optional<Head>& to,
                           const Actor& actor, const CheckoutOptions& options) {
  const BisectState state = RequireBisect(repository);
  SwitchTarget target = TargetAt(repository, to.value_or(state.start));
  if (!target.commit) {
    throw Error(ErrorKind::kNotFound,
                fmt::format("branch '{}' is gone, where the bisection began", target.name))
        .AddHint("end it here:           pvc bisect reset HEAD")
        .AddHint("make the branch here:  pvc branch " + ShellWord(target.name));
  }
  target.refs = BisectRefUpdates(repository, nullptr);
  target.pending = Bytes();
  return SwitchHead(repository, target, actor, options);
}

}  // namespace pvc
