#include "vcs/commit_filter.h"

#include "vcs/ascii_case.h"

namespace pvc {

bool CommitFilter::empty() const {
  return !since && !until && author.empty() && message.empty() && !no_merges;
}

bool CommitFilter::Matches(const Commit& commit) const {
  const auto contains = [this](const std::string& text, const std::string& part) {
    if (part.empty()) return true;
    return ignore_case ? FoldAsciiCase(text).find(FoldAsciiCase(part)) != std::string::npos
                       : text.find(part) != std::string::npos;
  };
  const int64_t committed = commit.committer.when.unix_us;
  return (!since || committed >= since->unix_us) && (!until || committed <= until->unix_us) &&
         (!no_merges || commit.parents.size() < 2) && contains(commit.message, message) &&
         contains(commit.author.name + " <" + commit.author.email + ">", author);
}

}  // namespace pvc
