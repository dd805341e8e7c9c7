#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace pvc {

void AssertionFailed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "pvc: bug: '%s' does not hold at %s:%d\n", expression, file, line);
  std::abort();
}

}  // namespace pvc
