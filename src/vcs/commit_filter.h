#pragma once

#include <optional>
#include <string>

#include "vcs/commit.h"

namespace pvc {

/// What a log asks of each commit by itself.
struct CommitFilter {
  std::optional<Timestamp> since;  ///< committed then or later
  std::optional<Timestamp> until;  ///< committed then or before
  std::string author;              ///< in "NAME <EMAIL>"
  std::string message;             ///< anywhere in the message
  bool ignore_case = false;        ///< A and a are one in the two texts
  bool no_merges = false;          ///< one parent at most

  /// True when nothing is asked.
  bool empty() const;
  bool Matches(const Commit& commit) const;
};

}  // namespace pvc
