#pragma once

#include <string>
#include <string_view>

#include "vcs/commit.h"

namespace pvc {

/// Text from a command line or a commit as it may stand in an error: printable ASCII, the rest as
/// "\xHH", cut after 80 bytes.
std::string ShownText(std::string_view text);

/// The first line of a message, as ShownText.
std::string ShownSummary(std::string_view message);

/// "2026-05-01".
std::string ShownDay(const Timestamp& when);

}  // namespace pvc
