#include "vcs/shown_text.h"

#include <fmt/format.h>

namespace pvc {

namespace {

constexpr size_t kMaxShownBytes = 80;

}  // namespace

std::string ShownText(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, kMaxShownBytes)) {
    if (c >= 0x20 && c < 0x7F) {
      shown += c;
    } else {
      shown += fmt::format("\\x{:02x}", static_cast<uint8_t>(c));
    }
  }
  if (text.size() > kMaxShownBytes) shown += "...";
  return shown;
}

std::string ShownSummary(std::string_view message) {
  return ShownText(message.substr(0, message.find('\n')));
}

std::string ShownDay(const Timestamp& when) {
  const std::string text = FormatTimestamp(when);
  return text.substr(0, text.find(' '));
}

}  // namespace pvc
