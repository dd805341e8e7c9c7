#pragma once

#include <string_view>

#include "vcs/commit.h"

namespace pvc {

/// Reads "A U Thor <author@example.org>", as --author gives it.
///
/// Returns: name and e-mail; the moment is not set.
/// Throws:  kUsage for another form, and for what no commit can hold.
Signature ParseAuthor(std::string_view text);

}  // namespace pvc
