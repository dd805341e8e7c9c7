#pragma once

#include <array>
#include <string_view>

namespace pvc {

/// Shells that completion is written for.
inline constexpr std::array<std::string_view, 3> kCompletionShells = {"bash", "zsh", "fish"};

/// The script that makes a shell complete pvc's command lines. It asks `pvc completion --words`
/// for everything, so that it need not know any command.
///
/// Returns: "" for a shell that is none of kCompletionShells.
std::string_view CompletionScript(std::string_view shell);

}  // namespace pvc
