#include "vcs/ref_states.h"

#include <fmt/format.h>

#include <charconv>

#include "base/date_text.h"
#include "base/error.h"
#include "vcs/ref_log.h"
#include "vcs/shown_text.h"
#include "vcs/stash_refs.h"

namespace pvc {

namespace {

/// A greater number is a date, in seconds since 1970, as in git.
constexpr uint64_t kMaxStateNumber = 99'999'999;

/// Exactly one of the two.
struct Selector {
  std::optional<uint64_t> number;
  std::optional<Timestamp> date;
};

Selector ParseSelector(std::string_view text, std::string_view revision, const Timestamp& now) {
  Selector selector;
  const char* const end = text.data() + text.size();
  uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec == std::errc() && parsed.ptr == end && number <= kMaxStateNumber) {
    selector.number = number;
    return selector;
  }
  selector.date = ParseDateText(text, now);
  if (!selector.date) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("'{}' is no revision: '{}' is neither a number nor a date",
                            ShownText(revision), ShownText(text)))
        .AddHint("pvc log 'HEAD@{1}'              (one change ago)")
        .AddHint("pvc log 'HEAD@{2 hours ago}'    (also 'yesterday', '2026-05-01 13:04')");
  }
  return selector;
}

Error AbsentError(std::string_view revision) {
  return Error(ErrorKind::kNotFound,
               fmt::format("no revision '{}': there was no commit then", ShownText(revision)))
      .AddHint("see what happened:  pvc op log");
}

}  // namespace

std::optional<ObjectId> RefStateAt(Repository& repository, const std::string& full_name,
                                   std::string_view selector_text, std::string_view revision,
                                   const Timestamp& now) {
  const Selector selector = ParseSelector(selector_text, revision, now);
  RefLog log(repository, full_name);
  std::optional<RefLogEntry> oldest;
  uint64_t state_count = 0;
  while (auto entry = log.Next()) {
    const bool is_it = selector.number ? state_count == *selector.number
                                       : entry->who.when.unix_us <= selector.date->unix_us;
    if (is_it) {
      if (entry->target.IsZero()) throw AbsentError(revision);
      return entry->target;
    }
    ++state_count;
    oldest = std::move(entry);
  }
  if (!oldest) return std::nullopt;
  if (selector.date) return oldest->target;
  throw Error(ErrorKind::kNotFound,
              fmt::format("no revision '{}': the operation log knows {} {} of it, from @{{0}} on",
                          ShownText(revision), state_count, state_count == 1 ? "state" : "states"))
      .AddHint("see what happened:  pvc op log");
}

std::optional<ObjectId> StashEntryAt(Repository& repository, std::string_view selector_text,
                                     const Timestamp& now) {
  const std::string revision = fmt::format("stash@{{{}}}", selector_text);
  const Selector selector = ParseSelector(selector_text, revision, now);
  const std::vector<Ref> stash = ListStash(repository);
  if (stash.empty()) return std::nullopt;
  if (selector.number) {
    if (*selector.number < stash.size()) return stash[*selector.number].target;
    throw Error(ErrorKind::kNotFound,
                fmt::format("no '{}': the stash has {} {}", ShownText(revision), stash.size(),
                            stash.size() == 1 ? "entry" : "entries"))
        .AddHint("see them:  pvc stash list");
  }
  for (const Ref& entry : stash) {
    const Commit commit = repository.GetCommit({entry.target});
    if (commit.committer.when.unix_us <= selector.date->unix_us) return entry.target;
  }
  return stash.back().target;
}

}  // namespace pvc
