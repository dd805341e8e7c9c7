#pragma once

#include "cli/environment.h"

namespace pvc {

/// Lets the user read standard output through a pager when it is a terminal: $PVC_PAGER, else
/// $PAGER, else less (with LESS=FRX unless LESS is set). None when that is empty or `cat`, when
/// core.pager is false, on a terminal that can do nothing (TERM=dumb), or when it cannot be
/// started. While one runs, standard error is as if it were no terminal. A program that the user
/// named and that is not there is said on standard error.
///
/// Throws: kInvalid for a core.pager that is no truth value.
void StartPager(Environment& environment, const Config& settings);

}  // namespace pvc
