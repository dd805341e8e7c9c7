#include "vcs/text_conversion.h"

#include <cstdint>

namespace pvc {

namespace {

constexpr uint32_t kFirstSurrogate = 0xD800;
constexpr uint32_t kFirstLowSurrogate = 0xDC00;
constexpr uint32_t kPastSurrogates = 0xE000;
constexpr uint32_t kFirstSupplementary = 0x10000;
constexpr uint32_t kPastUnicode = 0x110000;

enum class Read { kCharacter, kIncomplete, kMalformed };

struct Character {
  Read result = Read::kMalformed;
  uint32_t code = 0;
  size_t bytes = 0;
};

Character ReadUtf8(ByteView text) {
  const auto first = static_cast<uint8_t>(text[0]);
  if (first < 0x80) return {Read::kCharacter, first, 1};
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return {};
  uint32_t code = first & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if (i == text.size()) return {Read::kIncomplete};
    const auto next = static_cast<uint8_t>(text[i]);
    if ((next & 0xC0U) != 0x80) return {};
    code = code << 6 | (next & 0x3FU);
  }
  const uint32_t least = length == 4 ? kFirstSupplementary : length == 3 ? 0x800 : 0x80;
  if (code < least || code >= kPastUnicode) return {};
  if (code >= kFirstSurrogate && code < kPastSurrogates) return {};
  return {Read::kCharacter, code, length};
}

uint32_t Unit(ByteView text, size_t at, TextEncoding encoding) {
  const uint32_t a = static_cast<uint8_t>(text[at]);
  const uint32_t b = static_cast<uint8_t>(text[at + 1]);
  return encoding == TextEncoding::kUtf16le ? a | b << 8 : a << 8 | b;
}

Character ReadUtf16(ByteView text, TextEncoding encoding) {
  if (text.size() < 2) return {Read::kIncomplete};
  const uint32_t high = Unit(text, 0, encoding);
  if (high < kFirstSurrogate || high >= kPastSurrogates) return {Read::kCharacter, high, 2};
  if (high >= kFirstLowSurrogate) return {};
  if (text.size() < 4) return {Read::kIncomplete};
  const uint32_t low = Unit(text, 2, encoding);
  if (low < kFirstLowSurrogate || low >= kPastSurrogates) return {};
  const uint32_t code =
      kFirstSupplementary + ((high - kFirstSurrogate) << 10) + (low - kFirstLowSurrogate);
  return {Read::kCharacter, code, 4};
}

void AppendUnit(Bytes& out, uint32_t unit, TextEncoding encoding) {
  const bool little = encoding == TextEncoding::kUtf16le;
  out.push_back(static_cast<char>(little ? unit & 0xFF : unit >> 8));
  out.push_back(static_cast<char>(little ? unit >> 8 : unit & 0xFF));
}

}  // namespace

void AppendUtf8(Bytes& out, uint32_t code) {
  const auto put = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
    return;
  }
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else {
    if (code < kFirstSupplementary) {
      put(0xE0 | code >> 12);
    } else {
      put(0xF0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3F));
    }
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

bool Utf8Converter::Add(ByteView piece, Bytes& out) {
  if (!is_valid_) return false;
  rest_.append(piece);
  size_t consumed = 0;
  while (consumed < rest_.size()) {
    const ByteView text = ByteView(rest_).substr(consumed);
    const Character character =
        encoding_ == TextEncoding::kUtf8 ? ReadUtf8(text) : ReadUtf16(text, encoding_);
    if (character.result == Read::kIncomplete) break;
    if (character.result == Read::kMalformed) return is_valid_ = false;
    AppendUtf8(out, character.code);
    consumed += character.bytes;
  }
  rest_.erase(0, consumed);
  return true;
}

bool AppendEncoded(Bytes& out, ByteView utf8, TextEncoding encoding) {
  while (!utf8.empty()) {
    const Character character = ReadUtf8(utf8);
    if (character.result != Read::kCharacter) return false;
    if (encoding == TextEncoding::kUtf8) {
      out.append(utf8.substr(0, character.bytes));
    } else if (character.code < kFirstSupplementary) {
      AppendUnit(out, character.code, encoding);
    } else {
      const uint32_t offset = character.code - kFirstSupplementary;
      AppendUnit(out, kFirstSurrogate + (offset >> 10), encoding);
      AppendUnit(out, kFirstLowSurrogate + (offset & 0x3FF), encoding);
    }
    utf8.remove_prefix(character.bytes);
  }
  return true;
}

}  // namespace pvc
