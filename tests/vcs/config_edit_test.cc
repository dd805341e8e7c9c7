#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "tests/vcs/vcs_fixture.h"
#include "vcs/config.h"

namespace pvc {
namespace {

TEST(SetInConfigText, EmptyTextGetsItsSection) {
  EXPECT_EQ(SetInConfigText("", "user.name", "Ann"), "[user]\nname = Ann\n");
  EXPECT_EQ(SetInConfigText("", "Table.A\"*.Ignore", "true"),
            "[table \"A\\\"*\"]\nignore = true\n");
}

TEST(SetInConfigText, ChangedValueKeepsKeyIndentAndComments) {
  const std::string text = "# mine\n[User]\n  ; who\n\tName=Ann\n\temail = a@x\n# end";
  EXPECT_EQ(SetInConfigText(text, "user.name", "Bob"),
            "# mine\n[User]\n  ; who\n\tName = Bob\n\temail = a@x\n# end\n");
}

TEST(SetInConfigText, NewKeyFollowsTheLastOneOfItsSection) {
  const std::string text = "[a]\n\tk = 1\n\n# about b\n[b]\nk = 2\n";
  EXPECT_EQ(SetInConfigText(text, "a.l", ""), "[a]\n\tk = 1\n\tl =\n\n# about b\n[b]\nk = 2\n");
  EXPECT_EQ(SetInConfigText("  [a]\n", "a.l", "1"), "  [a]\nl = 1\n");
}

TEST(SetInConfigText, NewSectionComesLast) {
  EXPECT_EQ(SetInConfigText("[a]\nk = 1", "a.B.k", "2"), "[a]\nk = 1\n\n[a \"B\"]\nk = 2\n");
}

TEST(SetInConfigText, ValueWithoutOneRemovesTheLineAlone) {
  EXPECT_EQ(SetInConfigText("[a]\n# k\nk = 1\nl = 2\n", "A.K", std::nullopt), "[a]\n# k\nl = 2\n");
  EXPECT_EQ(SetInConfigText("[a]\nk = 1\n", "a.l", std::nullopt), "[a]\nk = 1\n");
}

TEST(SetInConfigText, CarriageReturnsAndByteOrderMarkStay) {
  EXPECT_EQ(SetInConfigText("\xef\xbb\xbf[a]\r\nk = 1\r\n", "a.l", "2"),
            "\xef\xbb\xbf[a]\r\nk = 1\r\nl = 2\r\n");
  EXPECT_EQ(SetInConfigText("[a]\r\nk = 1\r\n", "a.k", "2"), "[a]\r\nk = 2\r\n");
}

TEST(SetInConfigText, WhatWouldNotBeReadBackIsRefused) {
  EXPECT_EQ(ThrownKind([] { SetInConfigText("", "a.k", "x\n[b]"); }), ErrorKind::kInvalid);
  EXPECT_EQ(ThrownKind([] { SetInConfigText("", "a.b\n.k", "x"); }), ErrorKind::kInvalid);
  EXPECT_EQ(ThrownKind([] { SetInConfigText("", "k", "x"); }), ErrorKind::kInvalid);
}

TEST(SetInConfigText, RandomEditsGiveWhatAConfigGives) {
  const char* given = std::getenv("PVC_TEST_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20260101;
  SCOPED_TRACE(testing::Message() << "PVC_TEST_SEED=" << seed);
  std::mt19937_64 random(seed);
  const std::vector<std::string> names = {"a.k",   "a.l",     "A.K", "a.s.k",
                                          "a.S.k", "a.x.y.k", "b.k", "table.c\"\\*].ignore"};
  const std::vector<std::string> values = {"", "1", "x = y", "# no comment", "\"q\"", "[z]"};
  const std::vector<std::string> comments = {"", "# c\n", "\n", "; d", "\t[a]\n"};
  for (int round = 0; round < 200; ++round) {
    Config config;
    std::string text = comments[random() % comments.size()];
    for (int edit = 0; edit < 12; ++edit) {
      const std::string& name = names[random() % names.size()];
      if (random() % 4 == 0) {
        config.Unset(name);
        text = SetInConfigText(text, name, std::nullopt);
      } else {
        const std::string& value = values[random() % values.size()];
        config.Set(name, value);
        text = SetInConfigText(text, name, value);
      }
      ASSERT_EQ(Config::Parse(text, "config").entries(), config.entries()) << text;
    }
  }
}

}  // namespace
}  // namespace pvc
