#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "vcs/checkout.h"
#include "vcs/merge/conflict_list.h"

namespace pvc {

/// How open conflicts are settled.
enum class Resolution {
  kOurs,
  kTheirs,
  kBase,
  kDelete,          ///< the row goes
  kSet,             ///< the cells named get values
  kWorking,         ///< the row is as the working database has it
  kRenumberTheirs,  ///< both sides' new rows stay: theirs gets a new integer key
};

struct ResolveRequest {
  Actor actor;
  std::vector<ConflictSelector> selectors;  ///< empty: all
  Resolution resolution = Resolution::kOurs;
  /// kSet: column and value as typed (42, 'text', NULL, x'00', bare text).
  std::vector<std::pair<std::string, std::string>> values;
};

struct ResolveResult {
  uint64_t settled_objects = 0;        ///< schema objects and properties
  uint64_t settled_rows = 0;           ///< rows, in full or in part
  uint64_t renumbered_references = 0;  ///< foreign keys that follow a renumbered row
  uint64_t open_objects = 0;           ///< left
  uint64_t open_rows = 0;
  std::string kind;  ///< "merge": to be continued
  CheckoutResult checkout;
};

/// Settles conflicts of the unfinished merge: changes the working database and what is recorded as
/// open, in one operation.
///
/// A schema conflict is settled by merging its object again with the side chosen, which may bring
/// conflicts of its rows.
/// Throws: kNotFound when nothing is unfinished or a selector matches nothing; kInvalid for a
///         resolution that does not apply (no base row, a column that is not there, a table that
///         has changed since), and when SQLite refuses the rows; what WorkingTransaction throws.
///         Nothing has changed then.
ResolveResult ResolveConflicts(Repository& repository, const ResolveRequest& request,
                               const CheckoutOptions& options);

}  // namespace pvc
