#pragma once

namespace pvc {

/// Ends the process after naming a broken invariant. Reached only through a bug in pvc, never through
/// input or disk bytes (those throw Error).
[[noreturn]] void AssertionFailed(const char* expression, const char* file, int line) noexcept;

}  // namespace pvc

/// Checks an invariant in every build.
#define PVC_ASSERT(expression) \
  ((expression) ? (void)0 : ::pvc::AssertionFailed(#expression, __FILE__, __LINE__))
