#include "vcs/typed_literal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pvc {
namespace {

using testing::ElementsAre;
using Form = TypedLiteral::Form;

TEST(TypedLiteral, ReadsSqlLiterals) {
  const TypedLiteral text = ReadTypedLiteral(" 'it''s' ");
  EXPECT_EQ(text.form, Form::kQuoted);
  EXPECT_EQ(text.value.View().storage_class, StorageClass::kText);
  EXPECT_EQ(text.value.View().bytes, "it's");
  const TypedLiteral blob = ReadTypedLiteral("X'4aFF'");
  EXPECT_EQ(blob.value.View().storage_class, StorageClass::kBlob);
  EXPECT_EQ(blob.value.View().bytes, "\x4A\xFF");
  const TypedLiteral null = ReadTypedLiteral("null");
  EXPECT_EQ(null.form, Form::kQuoted);
  EXPECT_EQ(null.value.View().storage_class, StorageClass::kNull);
}

TEST(TypedLiteral, ReadsNumbers) {
  EXPECT_EQ(ReadTypedLiteral("-9223372036854775808").value.value.integer, INT64_MIN);
  EXPECT_EQ(ReadTypedLiteral("+7").value.value.integer, 7);
  EXPECT_EQ(ReadTypedLiteral("1.5e3").value.value.real, 1500.0);
  EXPECT_EQ(ReadTypedLiteral("9223372036854775808").value.value.storage_class, StorageClass::kReal);
}

TEST(TypedLiteral, WhatIsNoLiteralIsBare) {
  for (const char* text :
       {"", "abc", "'abc", "'a'b'", "x'0'", "x'zz'", "1a", "nan", "inf", "-", "0x10", "'"}) {
    const TypedLiteral literal = ReadTypedLiteral(text);
    EXPECT_EQ(literal.form, Form::kBare) << text;
    EXPECT_EQ(literal.text, text);
  }
}

TEST(TypedLiteral, SplitsAtCommasOutsideOfQuotes) {
  EXPECT_THAT(SplitAtCommas(""), ElementsAre(""));
  EXPECT_THAT(SplitAtCommas("a,,b"), ElementsAre("a", "", "b"));
  EXPECT_THAT(SplitAtCommas("'a,''b,',x'2c', 'c,d'"), ElementsAre("'a,''b,'", "x'2c'", " 'c,d'"));
  EXPECT_THAT(SplitAtCommas("O'Neil,O'Hara"), ElementsAre("O'Neil", "O'Hara"));
}

}  // namespace
}  // namespace pvc
