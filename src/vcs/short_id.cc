#include "vcs/short_id.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "vcs/shown_text.h"
#include "vcs/tag.h"

namespace pvc {

namespace {

constexpr size_t kMinShortIdDigits = 4;
/// Objects of all types that a short id is looked for among.
constexpr size_t kMaxObjectsOfPrefix = 1U << 14;
constexpr size_t kMaxCandidateHints = 8;

/// An object that a short id may mean.
struct Candidate {
  ObjectId id;
  ObjectType type;
  CommitId commit;
};

bool IsHex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

/// "pvc show 1f3a09bc77d2    (2026-05-01, prices for May)"
std::string Hint(Repository& repository, const Candidate& candidate, size_t digit_count) {
  const std::string id = candidate.id.Hex().substr(0, std::max<size_t>(12, digit_count + 4));
  if (candidate.type == ObjectType::kTag) {
    const Tag tag = ReadTag(repository.store(), {candidate.id});
    return fmt::format("pvc show {}    ({}, tag {})", id, ShownDay(tag.tagger.when),
                       ShownText(tag.name));
  }
  const Commit commit = repository.GetCommit(candidate.commit);
  return fmt::format("pvc show {}    ({}, {})", id, ShownDay(commit.committer.when),
                     ShownSummary(commit.message));
}

Error AmbiguousError(Repository& repository, std::string_view digits,
                     const std::vector<Candidate>& candidates) {
  const bool has_tags = std::any_of(candidates.begin(), candidates.end(),
                                    [](const auto& one) { return one.type == ObjectType::kTag; });
  Error error(ErrorKind::kInvalid,
              fmt::format("short id '{}' is ambiguous: {} {} begin with it", digits,
                          candidates.size(), has_tags ? "commits and tags" : "commits"));
  for (size_t i = 0; i < std::min(candidates.size(), kMaxCandidateHints); ++i) {
    error.AddHint(Hint(repository, candidates[i], digits.size()));
  }
  return error;
}

}  // namespace

std::optional<CommitId> ResolveShortId(Repository& repository, std::string_view digits) {
  if (digits.size() < kMinShortIdDigits || digits.size() > kIdDigits || !IsHex(digits)) {
    return std::nullopt;
  }
  const auto found = repository.store().FindByPrefix(digits, kMaxObjectsOfPrefix);
  if (found.empty()) return std::nullopt;
  std::vector<Candidate> candidates;
  for (const auto& object : found) {
    if (object.type == ObjectType::kCommit) {
      candidates.push_back({object.id, object.type, {object.id}});
    } else if (object.type == ObjectType::kTag) {
      candidates.push_back(
          {object.id, object.type, PeelToCommit(repository, object.id, object.id.Short())});
    }
  }
  if (candidates.empty()) return PeelToCommit(repository, found.front().id, digits);
  const CommitId commit = candidates.front().commit;
  const bool agree = std::all_of(candidates.begin(), candidates.end(),
                                 [&](const auto& one) { return one.commit == commit; });
  if (!agree) throw AmbiguousError(repository, digits, candidates);
  return commit;
}

}  // namespace pvc
