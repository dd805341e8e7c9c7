#include "cli/terminal_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "cli/utf8.h"

namespace pvc {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};

/// Characters that move, hide or break what stands around them. Source: Unicode 15, categories Cc,
/// Cf, Zl, Zp.
constexpr auto kHidden = std::to_array<Range>({
    {0x00, 0x1f},
    {0x7f, 0x9f},
    {0xad, 0xad},
    {0x61c, 0x61c},
    {0x180e, 0x180e},
    {0x200b, 0x200f},
    {0x2028, 0x202e},
    {0x2060, 0x206f},
    {0xfeff, 0xfeff},
    {0xfff9, 0xfffb},
    {0x1d173, 0x1d17a},
    {0xe0000, 0xe0fff},
});

/// Characters drawn over the one before. Source: Unicode 15, categories Mn and Me, main blocks.
constexpr auto kCombining = std::to_array<Range>({
    {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},   {0x64b, 0x65f},
    {0x6d6, 0x6dc},   {0x900, 0x902},   {0x93c, 0x93c},   {0x941, 0x948},   {0xe31, 0xe31},
    {0xe34, 0xe3a},   {0xe47, 0xe4e},   {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff},
    {0x302a, 0x302d}, {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
});

/// Characters two columns wide. Source: Unicode 15, East_Asian_Width W and F.
constexpr auto kWide = std::to_array<Range>({
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x25fd, 0x25fe},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26aa, 0x26ab},
    {0x26bd, 0x26be},   {0x2705, 0x2705},   {0x270a, 0x270b},   {0x274c, 0x274c},
    {0x2753, 0x2755},   {0x2795, 0x2797},   {0x2b1b, 0x2b1c},   {0x2e80, 0x303e},
    {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4cf},
    {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
    {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1b000, 0x1b2ff}, {0x1f300, 0x1f64f},
    {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd},
});

bool Contains(std::span<const Range> ranges, uint32_t code_point) {
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), code_point,
                       [](uint32_t c, const Range& range) { return c < range.first; });
  return after != ranges.begin() && code_point <= (after - 1)->last;
}

std::string EscapeCharacter(uint32_t code_point) {
  switch (code_point) {
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    case '\r':
      return "\\r";
    default:
      break;
  }
  if (code_point < 0x80) return fmt::format("\\x{:02x}", code_point);
  if (code_point < 0x10000) return fmt::format("\\u{:04x}", code_point);
  return fmt::format("\\U{:08x}", code_point);
}

std::string Escape(std::string_view text, bool double_backslash) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Utf8Character character = DecodeUtf8(text);
    const size_t size = std::max<size_t>(character.bytes, 1);
    if (character.bytes == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    } else if (Contains(kHidden, character.code_point)) {
      out += EscapeCharacter(character.code_point);
    } else if (character.code_point == '\\' && double_backslash) {
      out += "\\\\";
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return out;
}

size_t CharacterWidth(uint32_t code_point) {
  if (code_point < 0x300) return 1;
  if (Contains(kCombining, code_point)) return 0;
  return Contains(kWide, code_point) ? 2 : 1;
}

std::string_view LabelSequence(Label label) {
  switch (label) {
    case Label::kPlain:
      return "";
    case Label::kHeading:
      return "\x1b[1m";
    case Label::kAdded:
      return "\x1b[32m";
    case Label::kRemoved:
      return "\x1b[31m";
    case Label::kChanged:
      return "\x1b[33m";
    case Label::kKey:
      return "\x1b[36m";
    case Label::kCommitId:
      return "\x1b[33m";
    case Label::kRef:
      return "\x1b[1;32m";
    case Label::kMuted:
      return "\x1b[2m";
    case Label::kError:
      return "\x1b[1;31m";
    case Label::kHint:
      return "\x1b[1;36m";
  }
  return "";
}

}  // namespace

std::string EscapeText(std::string_view text) { return Escape(text, true); }

std::string EscapeName(std::string_view text) { return Escape(text, false); }

std::string EscapeLines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of("\n\t"), text.size());
    out += Escape(text.substr(0, end), false);
    if (end < text.size()) out += text[end];
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

size_t DisplayWidth(std::string_view text) {
  size_t columns = 0;
  while (!text.empty()) {
    const Utf8Character character = DecodeUtf8(text);
    columns += character.bytes == 0 ? 1 : CharacterWidth(character.code_point);
    text.remove_prefix(std::max<size_t>(character.bytes, 1));
  }
  return columns;
}

std::string_view CutToWidth(std::string_view text, size_t columns) {
  size_t end = 0;
  size_t taken = 0;
  while (end < text.size()) {
    const Utf8Character character = DecodeUtf8(text.substr(end));
    taken += character.bytes == 0 ? 1 : CharacterWidth(character.code_point);
    if (taken > columns) break;
    end += std::max<size_t>(character.bytes, 1);
  }
  return text.substr(0, end);
}

std::string Ellipsize(std::string_view text, size_t columns) {
  if (CutToWidth(text, columns).size() == text.size()) return std::string(text);
  if (columns <= 3) return std::string(columns, '.');
  return std::string(CutToWidth(text, columns - 3)) + "...";
}

std::string PadRight(std::string_view text, size_t columns) {
  const size_t width = DisplayWidth(text);
  return std::string(text) + std::string(width < columns ? columns - width : 0, ' ');
}

std::string PadLeft(std::string_view text, size_t columns) {
  const size_t width = DisplayWidth(text);
  return std::string(width < columns ? columns - width : 0, ' ') + std::string(text);
}

void Painter::Put(Label label, std::string_view text) {
  const std::string_view sequence = LabelSequence(label);
  if (!use_colour_ || sequence.empty() || text.empty()) {
    writer_.Write(text);
    return;
  }
  writer_.Write(sequence);
  writer_.Write(text);
  writer_.Write("\x1b[m");
}

}  // namespace pvc
