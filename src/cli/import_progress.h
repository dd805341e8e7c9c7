#pragma once

#include <algorithm>

#include "cli/progress.h"
#include "vcs/import.h"

namespace pvc {

/// How far an import is, as a progress line shows it. Lifetime: refers to `progress`.
inline ProgressLine::Status ToStatus(const ImportProgress& progress) {
  ProgressLine::Status status;
  status.subject = progress.table;
  status.done = progress.rows_done;
  status.done_bytes = progress.bytes_done;
  if (progress.source_bytes != 0) {
    // Rows as encoded are about as long as rows in the file; indexes make the file larger.
    status.share_done = std::min(0.99, static_cast<double>(progress.bytes_done) /
                                           static_cast<double>(progress.source_bytes));
  }
  return status;
}

}  // namespace pvc
