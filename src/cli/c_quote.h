#pragma once

#include <string>
#include <string_view>

namespace pvc {

/// A name as one word of a line for scripts, by git's rule: as it is when it is made of visible
/// ASCII only, without quotes and backslashes; else in double quotes, with \a \b \t \n \v \f \r,
/// \" \\, and other bytes that are no visible ASCII as three octal digits. Blanks and the empty
/// name are quoted too, so that words can be split at blanks.
std::string CQuote(std::string_view name);

}  // namespace pvc
