#include "vcs/revision.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.h"
#include "base/shell_word.h"
#include "vcs/message_search.h"
#include "vcs/ref_log.h"
#include "vcs/ref_states.h"
#include "vcs/short_id.h"
#include "vcs/shown_text.h"
#include "vcs/stash_refs.h"
#include "vcs/tag.h"

namespace pvc {

namespace {

/// A ref name and a hundred steps. What is longer is a mistake or an attack.
constexpr size_t kMaxRevisionBytes = 1024;
constexpr std::string_view kHeadsPrefix = "refs/heads/";
constexpr std::string_view kTagsPrefix = "refs/tags/";
constexpr std::string_view kMessagePrefix = ":/";

bool IsHead(std::string_view name) { return name == "HEAD" || name == "@"; }

/// Finds the commit that one revision names, reading it from left to right.
class Resolver {
 public:
  Resolver(Repository& repository, std::string_view revision, const Timestamp& now)
      : repository_(repository), revision_(revision), now_(now) {}

  CommitId Resolve();

 private:
  /// A ref that a name stands for.
  struct Named {
    std::string full_name;
    ObjectId target;
  };

  [[noreturn]] void FailSyntax();
  [[noreturn]] void FailNotFound(std::string_view name);
  /// What has been read.
  std::string_view SoFar() const { return revision_.substr(0, at_); }
  /// Takes "{...}": what is in it.
  std::string_view TakeBraces();

  CommitId ResolveName(std::string_view name);
  CommitId ResolveHead();
  std::optional<Named> FindNamed(std::string_view name);
  void CheckName(std::string_view name);

  /// Resolves "NAME@{...}", at_ being at the '@'.
  CommitId ResolveState(std::string_view name);
  CommitId ResolveStateOf(std::string_view name, std::string_view selector);
  CommitId ResolvePrevious(const Head& head);
  std::optional<Head> FindPrevious(std::string_view selector);

  CommitId ResolveMessage(const std::vector<CommitId>& from, std::string_view text);
  std::vector<CommitId> AllTips();

  CommitId TakeStep(const CommitId& id);
  CommitId Peeled(const CommitId& id, std::string_view braces);
  CommitId Parent(const CommitId& id, uint64_t number);
  CommitId Ancestor(CommitId id, uint64_t steps);

  Repository& repository_;
  std::string_view revision_;
  Timestamp now_;
  size_t at_ = 0;
};

void Resolver::FailSyntax() {
  throw Error(ErrorKind::kInvalid,
              fmt::format("'{}' is no revision: behind the name come only '@{{...}}', '~', '^' and "
                          "a number, '^{{}}', '^{{commit}}' and '^{{/TEXT}}'",
                          ShownText(revision_)));
}

std::string_view Resolver::TakeBraces() {
  const size_t end = revision_.find('}', at_);
  if (end == std::string_view::npos) FailSyntax();
  const std::string_view inside = revision_.substr(at_ + 1, end - at_ - 1);
  at_ = end + 1;
  return inside;
}

CommitId Resolver::ResolveHead() {
  const auto commit = repository_.HeadCommit();
  if (!commit) throw UnbornError(repository_, repository_.state().head.branch);
  return PeelToCommit(repository_, commit->id, "HEAD");
}

// A branch, a tag or the stash may share a name as long as they agree: git picks one, which is the
// wrong one half of the time.
std::optional<Resolver::Named> Resolver::FindNamed(std::string_view name) {
  const auto find = [&](std::string full_name) -> std::optional<Named> {
    const auto target = repository_.FindRef(full_name);
    if (!target) return std::nullopt;
    return Named{std::move(full_name), *target};
  };
  const std::string text(name);
  if (name.starts_with("refs/")) return find(text);
  std::vector<Named> found;
  for (const std::string_view prefix : {kHeadsPrefix, kTagsPrefix}) {
    if (auto named = find(std::string(prefix) + text)) found.push_back(std::move(*named));
  }
  if (name == "stash") {
    std::vector<Ref> stash = ListStash(repository_);
    if (!stash.empty()) found.push_back({std::move(stash[0].name), stash[0].target});
  }
  if (found.empty()) return find("refs/" + text);
  for (const Named& other : found) {
    if (other.target == found.front().target) continue;
    Error error(ErrorKind::kInvalid, fmt::format("'{}' is ambiguous", name));
    for (const Named& one : found) error.AddHint("pvc show " + ShellWord(one.full_name));
    throw error;
  }
  return found.front();
}

void Resolver::FailNotFound(std::string_view name) {
  std::vector<std::string> names;
  for (const std::string_view prefix : {kHeadsPrefix, kTagsPrefix}) {
    for (Ref& ref : repository_.ListRefs(prefix)) names.push_back(ref.name.substr(prefix.size()));
  }
  names.emplace_back("HEAD");
  Error error(ErrorKind::kNotFound, fmt::format("no branch, tag or commit '{}'", name));
  for (const std::string& near : NearestNames(name, names)) {
    error.AddHint(fmt::format("did you mean '{}'?", near));
  }
  throw error;
}

void Resolver::CheckName(std::string_view name) {
  if (const auto problem = RefNameProblem(name)) {
    throw Error(ErrorKind::kInvalid, fmt::format("'{}' cannot be a branch, tag or commit: {}",
                                                 ShownText(name), *problem));
  }
}

CommitId Resolver::ResolveName(std::string_view name) {
  if (IsHead(name)) return ResolveHead();
  CheckName(name);
  // A full id means the commit whatever a branch is called.
  if (name.size() == kIdDigits) {
    if (const auto commit = ResolveShortId(repository_, name)) return *commit;
  }
  if (const auto named = FindNamed(name)) return PeelToCommit(repository_, named->target, name);
  if (const auto commit = ResolveShortId(repository_, name)) return *commit;
  const std::string& current = repository_.state().head.branch;
  if (!current.empty() && (name == current || name == std::string(kHeadsPrefix) + current)) {
    throw UnbornError(repository_, current);
  }
  FailNotFound(name);
}

CommitId Resolver::ResolveStateOf(std::string_view name, std::string_view selector) {
  const auto state = [&](const std::string& full_name) {
    return RefStateAt(repository_, full_name, selector, SoFar(), now_);
  };
  const std::string& current = repository_.state().head.branch;
  if (name.empty() || IsHead(name)) {
    const bool is_branch = name.empty() && !current.empty();
    const auto target = state(is_branch ? std::string(kHeadsPrefix) + current : "HEAD");
    if (!target) throw UnbornError(repository_, current);
    return PeelToCommit(repository_, *target, SoFar());
  }
  CheckName(name);
  const auto named = FindNamed(name);
  const bool is_stash = named && named->full_name.starts_with(kStashPrefix);
  if (is_stash || name == "refs/stash") {
    const auto entry = StashEntryAt(repository_, selector, now_);
    if (entry) return PeelToCommit(repository_, *entry, SoFar());
  }
  // The log knows refs that are gone.
  std::vector<std::string> full_names;
  if (named) {
    full_names = {named->full_name};
  } else if (name.starts_with("refs/")) {
    full_names = {std::string(name)};
  } else {
    for (const std::string_view prefix : {kHeadsPrefix, kTagsPrefix, std::string_view("refs/")}) {
      full_names.push_back(std::string(prefix) + std::string(name));
    }
  }
  for (const std::string& full_name : full_names) {
    if (const auto target = state(full_name)) return PeelToCommit(repository_, *target, SoFar());
  }
  if (name == current) throw UnbornError(repository_, current);
  FailNotFound(name);
}

std::optional<Head> Resolver::FindPrevious(std::string_view selector) {
  if (!selector.starts_with('-')) return std::nullopt;
  const char* const end = selector.data() + selector.size();
  uint64_t count = 0;
  const auto parsed = std::from_chars(selector.data() + 1, end, count);
  if (parsed.ec != std::errc() || parsed.ptr != end || count == 0) FailSyntax();
  auto head = PreviousHead(repository_, count);
  if (!head) {
    throw Error(ErrorKind::kNotFound,
                fmt::format("no revision '{}': HEAD was switched fewer times", ShownText(SoFar())))
        .AddHint("see the branches:  pvc branch");
  }
  return head;
}

CommitId Resolver::ResolvePrevious(const Head& head) {
  if (head.branch.empty()) return head.detached;
  const auto target = repository_.FindRef(std::string(kHeadsPrefix) + head.branch);
  if (target) return PeelToCommit(repository_, *target, head.branch);
  throw Error(ErrorKind::kNotFound,
              fmt::format("no revision '{}': branch '{}', where HEAD was, is gone",
                          ShownText(SoFar()), head.branch))
      .AddHint("where it was:  pvc log " + ShellWord(head.branch + "@{1}"));
}

CommitId Resolver::ResolveState(std::string_view name) {
  ++at_;
  const std::string_view selector = TakeBraces();
  const auto previous = name.empty() ? FindPrevious(selector) : std::nullopt;
  if (!previous) return ResolveStateOf(name, selector);
  if (!revision_.substr(at_).starts_with("@{")) return ResolvePrevious(*previous);
  // "@{-1}@{1}": what that branch was.
  if (previous->branch.empty()) FailSyntax();
  ++at_;
  return ResolveStateOf(previous->branch, TakeBraces());
}

std::vector<CommitId> Resolver::AllTips() {
  std::vector<CommitId> tips;
  for (const Ref& ref : repository_.ListRefs("refs/")) {
    tips.push_back(PeelToCommit(repository_, ref.target, ref.name));
  }
  if (repository_.HeadCommit()) tips.push_back(ResolveHead());
  return tips;
}

CommitId Resolver::ResolveMessage(const std::vector<CommitId>& from, std::string_view text) {
  const auto found = FindByMessage(repository_, from, text);
  if (found) return *found;
  throw Error(ErrorKind::kNotFound,
              fmt::format("no commit whose message contains '{}'", ShownText(text)))
      .AddHint("see all of them:  pvc log --all");
}

CommitId Resolver::Parent(const CommitId& id, uint64_t number) {
  const std::vector<CommitId> parents = repository_.GetCommit(id).parents;
  if (number <= parents.size()) return parents[number - 1];
  const std::string has = parents.empty()       ? "is the first"
                          : parents.size() == 1 ? "has one parent"
                                                : fmt::format("has {} parents", parents.size());
  throw Error(ErrorKind::kNotFound,
              fmt::format("no revision '{}': commit {} {}", ShownText(SoFar()), id.Short(), has));
}

CommitId Resolver::Ancestor(CommitId id, uint64_t steps) {
  // Each step goes at least one generation down, so a step too many is known before the first.
  if (steps == 0) return id;
  const uint64_t generation = repository_.GetCommit(id).generation;
  if (steps >= generation) {
    throw Error(ErrorKind::kNotFound, fmt::format("no revision '{}': commit {} has fewer ancestors",
                                                  ShownText(SoFar()), id.Short()));
  }
  for (; steps > 0; --steps) id = Parent(id, 1);
  return id;
}

CommitId Resolver::Peeled(const CommitId& id, std::string_view braces) {
  if (braces.starts_with('/')) return ResolveMessage({id}, braces.substr(1));
  if (!braces.empty() && braces != "commit") FailSyntax();
  return id;
}

CommitId Resolver::TakeStep(const CommitId& id) {
  const char kind = revision_[at_++];
  if (kind != '~' && kind != '^') FailSyntax();
  if (kind == '^' && revision_.substr(at_).starts_with('{')) return Peeled(id, TakeBraces());
  uint64_t number = 1;
  const char* const begin = revision_.data() + at_;
  const auto parsed = std::from_chars(begin, revision_.data() + revision_.size(), number);
  if (parsed.ec == std::errc::result_out_of_range) FailSyntax();
  at_ += static_cast<size_t>(parsed.ptr - begin);
  if (kind == '~') return Ancestor(id, number);
  return number == 0 ? id : Parent(id, number);
}

CommitId Resolver::Resolve() {
  if (revision_.size() > kMaxRevisionBytes) {
    throw Error(ErrorKind::kInvalid, fmt::format("'{}' is too long for a revision: {} bytes",
                                                 ShownText(revision_), revision_.size()));
  }
  if (revision_.starts_with(kMessagePrefix)) {
    return ResolveMessage(AllTips(), revision_.substr(kMessagePrefix.size()));
  }
  const size_t braces = std::min(revision_.find("@{"), revision_.size());
  at_ = std::min(revision_.find_first_of("~^"), braces);
  const std::string_view name = SoFar();
  const bool has_state = at_ == braces && at_ < revision_.size();
  CommitId id = has_state ? ResolveState(name) : ResolveName(name);
  while (at_ < revision_.size()) id = TakeStep(id);
  return id;
}

}  // namespace

Error UnbornError(const Repository& repository, std::string_view branch) {
  return Error(ErrorKind::kInvalid, fmt::format("branch '{}' has no commits yet", branch))
      .AddHint(repository.state().working_path.empty() ? "make one:  pvc import FILE"
                                                       : "make one:  pvc commit -m MESSAGE");
}

CommitId ResolveRevision(Repository& repository, std::string_view revision, const Timestamp& now) {
  return Resolver(repository, revision, now).Resolve();
}

}  // namespace pvc
