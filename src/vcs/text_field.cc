#include "vcs/text_field.h"

#include <fmt/format.h>

#include "base/decoder.h"
#include "base/error.h"

namespace pvc {

void CheckFieldSize(std::string_view what, size_t size_bytes, size_t max_bytes) {
  if (size_bytes <= max_bytes) return;
  throw Error(ErrorKind::kTooLarge, fmt::format("{} of {} bytes is too long, the limit is {} bytes",
                                                what, size_bytes, max_bytes));
}

void AppendText(Bytes& out, std::string_view what, std::string_view text, size_t max_bytes) {
  CheckFieldSize(what, text.size(), max_bytes);
  if (text.find('\0') != std::string_view::npos) {
    throw Error(ErrorKind::kInvalid, fmt::format("{} cannot hold a NUL byte", what));
  }
  AppendString(out, text);
}

std::string ReadText(Decoder& in, size_t max_bytes) {
  const ByteView text = in.ReadString(max_bytes);
  if (text.find('\0') != ByteView::npos) in.Fail("NUL byte in a text");
  return std::string(text);
}

}  // namespace pvc
