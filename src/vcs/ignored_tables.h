#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vcs/config.h"

namespace pvc {

/// The tables that pvc leaves alone: those whose name matches a GLOB for which
/// `table.GLOB.ignore` is true. What is in history stays there, what is in the working database
/// stays there, and neither is compared with the other.
///
/// GLOB: `*` any characters, `?` one, `[a-z]` one of a set, `[!a-z]` one outside it, `\x` the
/// character x; ASCII letters without case, as SQLite compares names. Where several match, the
/// longest decides; among equally long ones `false`, so that nothing is left out by a tie.
class IgnoredTables {
 public:
  IgnoredTables() = default;
  /// Throws: kInvalid for a value of `ignore` that is not a truth value.
  explicit IgnoredTables(const Config& config);

  /// Cost: O(rules * length of the glob * length of the name).
  bool Matches(std::string_view table_name) const;
  bool empty() const { return rules_.empty(); }

 private:
  struct Rule {
    std::string glob;  // ASCII letters in lower case
    bool ignore = true;
  };
  std::vector<Rule> rules_;  // longest glob first
};

}  // namespace pvc
