#pragma once

#include <string>
#include <string_view>

namespace pvc {

/// `sql` as a statement among others: with ";" and a line end. A comment at its end gets a line end
/// first, so that it does not swallow the semicolon.
std::string TerminateStatement(std::string_view sql);

}  // namespace pvc
