#pragma once

#include <vector>

#include "cli/terminal_text.h"
#include "vcs/catalog.h"
#include "vcs/ids.h"

namespace pvc {

/// Schema objects of one commit, in the order of its schema.
struct LsListing {
  CommitId commit;
  std::vector<CatalogEntry> entries;
};

void PrintLsText(Painter& out, const LsListing& listing);
/// Format: docs/json.md, "pvc.ls/v1".
void PrintLsJson(TextWriter& out, const LsListing& listing);

}  // namespace pvc
