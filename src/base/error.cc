#include "base/error.h"

#include <fmt/format.h>

#include <utility>

namespace pvc {

Error::Error(ErrorKind kind, std::string message) : kind_(kind), message_(std::move(message)) {}

Error& Error::AddContext(std::string_view context) {
  message_ = fmt::format("{}: {}", context, message_);
  return *this;
}

Error& Error::AddHint(std::string hint) {
  hints_.push_back(std::move(hint));
  return *this;
}

}  // namespace pvc
