#include "cli/utf8.h"

#include "vcs/text_conversion.h"

namespace pvc {

Utf8Character DecodeUtf8(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};

  size_t size = 0;
  uint32_t value = 0;
  uint32_t smallest = 0;
  if ((first & 0xe0U) == 0xc0) {
    size = 2;
    value = first & 0x1fU;
    smallest = 0x80;
  } else if ((first & 0xf0U) == 0xe0) {
    size = 3;
    value = first & 0x0fU;
    smallest = 0x800;
  } else if ((first & 0xf8U) == 0xf0) {
    size = 4;
    value = first & 0x07U;
    smallest = 0x10000;
  }
  if (size == 0 || text.size() < size) return {};
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return {};
    value = value << 6U | (byte(i) & 0x3fU);
  }
  const bool is_surrogate = value >= 0xd800 && value < 0xe000;
  if (value < smallest || value > 0x10ffff || is_surrogate) return {};
  return {value, size};
}

bool IsValidUtf8(std::string_view text) {
  while (!text.empty()) {
    const Utf8Character character = DecodeUtf8(text);
    if (character.bytes == 0) return false;
    text.remove_prefix(character.bytes);
  }
  return true;
}

std::optional<std::string> CellTextToUtf8(ByteView text, TextEncoding encoding) {
  if (encoding == TextEncoding::kUtf8) {
    if (!IsValidUtf8(text)) return std::nullopt;
    return std::string(text);
  }
  if (text.size() % 2 != 0) return std::nullopt;
  const auto unit_at = [&](size_t i) -> uint32_t {
    const auto a = static_cast<unsigned char>(text[i]);
    const auto b = static_cast<unsigned char>(text[i + 1]);
    return encoding == TextEncoding::kUtf16le ? a | uint32_t{b} << 8U : b | uint32_t{a} << 8U;
  };
  std::string out;
  for (size_t i = 0; i < text.size(); i += 2) {
    uint32_t c = unit_at(i);
    if (c >= 0xdc00 && c < 0xe000) return std::nullopt;
    if (c >= 0xd800 && c < 0xdc00) {
      i += 2;
      if (i == text.size()) return std::nullopt;
      const uint32_t low = unit_at(i);
      if (low < 0xdc00 || low >= 0xe000) return std::nullopt;
      c = 0x10000 + ((c - 0xd800) << 10U) + (low - 0xdc00);
    }
    AppendUtf8(out, c);
  }
  return out;
}

}  // namespace pvc
