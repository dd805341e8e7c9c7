#include "cli/json_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using testing::HasSubstr;

/// The tokens of a document: keys as "k:", strings in quotes, numbers as they are.
std::string Tokens(const std::string& text) {
  const TempFolder folder;
  std::ofstream(folder / "j", std::ios::binary) << text;
  const auto fs = MakePosixFileSystem();
  const auto file = fs->Open(folder / "j", OpenMode::kRead);
  BlockReader blocks(*file);
  JsonReader json(blocks);
  std::string tokens;
  for (;;) {
    switch (json.Next()) {
      case JsonToken::kBeginObject:
        tokens += "{";
        break;
      case JsonToken::kEndObject:
        tokens += "}";
        break;
      case JsonToken::kBeginArray:
        tokens += "[";
        break;
      case JsonToken::kEndArray:
        tokens += "]";
        break;
      case JsonToken::kKey:
        tokens += json.text() + ":";
        break;
      case JsonToken::kString:
        tokens += "'" + json.text() + "'";
        break;
      case JsonToken::kNumber:
        tokens += json.text() + " ";
        break;
      case JsonToken::kTrue:
        tokens += "T";
        break;
      case JsonToken::kFalse:
        tokens += "F";
        break;
      case JsonToken::kNull:
        tokens += "N";
        break;
      case JsonToken::kEnd:
        return tokens;
    }
  }
}

TEST(JsonReader, GivesTheTokensOfADocument) {
  EXPECT_EQ(Tokens(R"( {"a": [1, -2.5e+3, "x", true, false, null], "b": {}, "c": []} )"),
            "{a:[1 -2.5e+3 'x'TFN]b:{}c:[]}");
  EXPECT_EQ(Tokens("7"), "7 ");
}

TEST(JsonReader, EscapesStandForTheirCharacters) {
  EXPECT_EQ(Tokens(R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00")"),
            "'\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80'");
  EXPECT_EQ(Tokens(R"("a\u0000b")"), std::string("'a\0b'", 5));
}

TEST(JsonReader, TokensMayCrossBlocks) {
  const std::string text(3 * BlockReader::kBlockBytes + 5, 'x');
  EXPECT_EQ(Tokens("\"" + text + "\""), "'" + text + "'");
  const std::string blanks(BlockReader::kBlockBytes - 2, ' ');
  EXPECT_EQ(Tokens(blanks + "12345678"), "12345678 ");
  EXPECT_EQ(Tokens(blanks + R"("\u00e9")"), "'\xc3\xa9'");
}

TEST(JsonReader, WhatIsNoJsonIsRefusedWithItsPlace) {
  for (const char* text : {"",
                           "{",
                           "[",
                           "[1",
                           "[1,]",
                           "[,1]",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{a:1}",
                           "[1 2]",
                           "]",
                           "[}",
                           "{\"a\":1]",
                           "01",
                           "1.",
                           ".5",
                           "+1",
                           "1e",
                           "-",
                           "0x1",
                           "tru",
                           "nul",
                           "truex",
                           "\"a",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\ud800\"",
                           "\"\\udc00\"",
                           "\"\\ud800\\u0041\"",
                           "\"\n\"",
                           "\"\xff\"",
                           "\"\xc0\x80\"",
                           "1 1",
                           "{} x",
                           "NaN",
                           "'a'",
                           "[1]]"}) {
    try {
      ADD_FAILURE() << text << " gave " << Tokens(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalid) << text;
      EXPECT_THAT(error.message(), HasSubstr("at byte")) << text;
    }
  }
}

TEST(JsonReader, NestingHasALimit) {
  const std::string deep(JsonReader::kMaxDepth, '[');
  EXPECT_EQ(Tokens(deep + std::string(JsonReader::kMaxDepth, ']')).size(),
            2 * JsonReader::kMaxDepth);
  EXPECT_THROW(Tokens(deep + "["), Error);
}

TEST(JsonReader, SkippedValuesAreReadToTheirEnd) {
  const TempFolder folder;
  std::ofstream(folder / "j", std::ios::binary) << R"({"a": {"b": [1, {"c": 2}]}, "d": 3})";
  const auto fs = MakePosixFileSystem();
  const auto file = fs->Open(folder / "j", OpenMode::kRead);
  BlockReader blocks(*file);
  JsonReader json(blocks);
  json.Next();
  json.Next();
  json.SkipValue();
  EXPECT_EQ(json.Next(), JsonToken::kKey);
  EXPECT_EQ(json.text(), "d");
  json.SkipValue();
  EXPECT_EQ(json.Next(), JsonToken::kEndObject);
  EXPECT_EQ(json.Next(), JsonToken::kEnd);
}

}  // namespace
}  // namespace pvc
