#include "cli/error_text.h"

namespace pvc {

void PrintError(Painter& err, const Error& error) {
  err.Put(Label::kError, "error:");
  err.Put(" " + EscapeName(error.message()) + "\n");
  for (const std::string& hint : error.hints()) {
    err.Put(Label::kHint, "hint:");
    err.Put(" " + EscapeName(hint) + "\n");
  }
  err.writer().Flush();
}

}  // namespace pvc
