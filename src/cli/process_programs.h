#pragma once

#include <memory>
#include <string>

#include "cli/programs.h"

namespace pvc {

/// Programs as processes of the operating system. One at a time, for main(): it redirects the
/// process's own standard output.
///
/// `search_path`: folders as in $PATH, where a pager is sought before it is started.
std::unique_ptr<Programs> MakeProcessPrograms(std::string search_path);

}  // namespace pvc
