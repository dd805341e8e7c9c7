#pragma once

#include <optional>
#include <string_view>

#include "vcs/repository.h"

namespace pvc {

/// Hex digits of a whole id.
inline constexpr size_t kIdDigits = 2 * ObjectId::kBytes;

/// The commit that 4 to kIdDigits hex digits begin the id of, or the id of an annotated tag of it.
///
/// Returns: nothing for what is no such text, or when no object's id begins with it.
/// Throws:  kInvalid when several commits answer, with them as hints; kNotFound when only objects
///          of other kinds do.
std::optional<CommitId> ResolveShortId(Repository& repository, std::string_view digits);

}  // namespace pvc
