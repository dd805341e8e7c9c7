#pragma once

#include <string>
#include <string_view>

namespace pvc {

/// A word as it may stand in a command line: quoted where a shell would split or expand it.
std::string ShellWord(std::string_view word);

}  // namespace pvc
