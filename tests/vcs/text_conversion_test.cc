#include "vcs/text_conversion.h"

#include <gtest/gtest.h>

#include <optional>

namespace pvc {
namespace {

// Converts in pieces of `piece_bytes`.
std::optional<Bytes> ToUtf8(ByteView text, TextEncoding encoding, size_t piece_bytes) {
  Utf8Converter converter(encoding);
  Bytes out;
  for (size_t at = 0; at < text.size(); at += piece_bytes) {
    if (!converter.Add(text.substr(at, piece_bytes), out)) return std::nullopt;
  }
  if (!converter.Finish()) return std::nullopt;
  return out;
}

TEST(TextConversion, RoundTripsInPiecesOfAnySize) {
  const Bytes text("a\0\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBF", 14);
  for (const TextEncoding encoding :
       {TextEncoding::kUtf8, TextEncoding::kUtf16le, TextEncoding::kUtf16be}) {
    Bytes encoded;
    ASSERT_TRUE(AppendEncoded(encoded, text, encoding));
    for (size_t piece_bytes = 1; piece_bytes <= encoded.size(); ++piece_bytes) {
      EXPECT_EQ(ToUtf8(encoded, encoding, piece_bytes), text);
    }
  }
}

TEST(TextConversion, EncodesInTheByteOrderAsked) {
  Bytes little;
  Bytes big;
  ASSERT_TRUE(AppendEncoded(little, "\xF0\x9F\x98\x80", TextEncoding::kUtf16le));
  ASSERT_TRUE(AppendEncoded(big, "\xF0\x9F\x98\x80", TextEncoding::kUtf16be));
  EXPECT_EQ(little, Bytes("\x3D\xD8\x00\xDE", 4));
  EXPECT_EQ(big, Bytes("\xD8\x3D\xDE\x00", 4));
}

TEST(TextConversion, MalformedUtf8IsRefused) {
  for (const char* text : {"\x80", "\xC0\x80", "\xC3", "\xC3(", "\xE0\x80\x80", "\xED\xA0\x80",
                           "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82"}) {
    EXPECT_EQ(ToUtf8(text, TextEncoding::kUtf8, 1), std::nullopt);
    Bytes out;
    EXPECT_FALSE(AppendEncoded(out, text, TextEncoding::kUtf16le));
  }
}

TEST(TextConversion, MalformedUtf16IsRefused) {
  for (const ByteView text : {ByteView("a"), ByteView("\x3D\xD8", 2), ByteView("\x00\xDE", 2),
                              ByteView("\x3D\xD8\x41\x00", 4)}) {
    EXPECT_EQ(ToUtf8(text, TextEncoding::kUtf16le, 2), std::nullopt);
  }
}

}  // namespace
}  // namespace pvc
