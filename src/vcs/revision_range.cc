#include <fmt/format.h>

#include "base/error.h"
#include "vcs/merge_base.h"
#include "vcs/revision.h"
#include "vcs/shown_text.h"

namespace pvc {

namespace {

/// "A..B" or "A...B" with its ends as typed, "HEAD" for an absent one.
struct Dots {
  std::string before;
  std::string after;
  bool is_symmetric = false;  // three dots
};

/// Returns: nothing for a word without dots outside of braces, and for ":/TEXT".
std::optional<Dots> SplitDots(std::string_view word) {
  if (word.starts_with(":/")) return std::nullopt;
  bool in_braces = false;
  for (size_t i = 0; i + 1 < word.size(); ++i) {
    if (word[i] == '{') in_braces = true;
    if (word[i] == '}') in_braces = false;
    if (in_braces || word.substr(i, 2) != "..") continue;
    const auto end = [](std::string_view text) {
      return std::string(text.empty() ? "HEAD" : text);
    };
    const bool is_symmetric = word.substr(i, 3) == "...";
    return Dots{end(word.substr(0, i)), end(word.substr(i + (is_symmetric ? 3 : 2))), is_symmetric};
  }
  return std::nullopt;
}

}  // namespace

RevisionRange ResolveRange(Repository& repository, const std::vector<std::string>& words,
                           const Timestamp& now) {
  const auto resolve = [&](std::string_view revision) {
    return ResolveRevision(repository, revision, now);
  };
  RevisionRange range;
  if (words.empty()) range.from.push_back(resolve("HEAD"));
  for (const std::string_view word : words) {
    if (word.starts_with('^')) {
      range.without.push_back(resolve(word.substr(1)));
      continue;
    }
    const auto dots = SplitDots(word);
    if (!dots) {
      range.from.push_back(resolve(word));
      continue;
    }
    const CommitId before = resolve(dots->before);
    const CommitId after = resolve(dots->after);
    range.from.push_back(after);
    if (!dots->is_symmetric) {
      range.without.push_back(before);
      continue;
    }
    range.from.push_back(before);
    for (const CommitId& base : MergeBases(repository, before, after)) {
      range.without.push_back(base);
    }
  }
  return range;
}

std::optional<RevisionPair> ResolvePair(Repository& repository, std::string_view word,
                                        const Timestamp& now) {
  auto dots = SplitDots(word);
  if (!dots) return std::nullopt;
  RevisionPair pair;
  pair.before = ResolveRevision(repository, dots->before, now);
  pair.after = ResolveRevision(repository, dots->after, now);
  pair.before_name = std::move(dots->before);
  pair.after_name = std::move(dots->after);
  if (!dots->is_symmetric) return pair;

  const std::vector<CommitId> bases = MergeBases(repository, pair.before, pair.after);
  if (bases.empty()) {
    throw Error(ErrorKind::kNotFound,
                fmt::format("'{}' and '{}' have no commit in common", ShownText(pair.before_name),
                            ShownText(pair.after_name)))
        .AddHint(fmt::format("compare them directly:  pvc diff {} {}", pair.before.Short(),
                             pair.after.Short()));
  }
  if (bases.size() > 1) {
    Error error(ErrorKind::kUnsupported,
                fmt::format("'{}' and '{}' have {} merge bases, and none of them is the one",
                            ShownText(pair.before_name), ShownText(pair.after_name), bases.size()));
    for (const CommitId& base : bases) {
      error.AddHint(fmt::format("pvc diff {} {}", base.Short(), pair.after.Short()));
    }
    throw error;
  }
  pair.before = bases.front();
  pair.before_name = bases.front().Short();
  return pair;
}

}  // namespace pvc
