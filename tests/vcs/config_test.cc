#include "vcs/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/vcs/vcs_fixture.h"

namespace pvc {
namespace {

using ::testing::HasSubstr;

Config Parse(std::string_view text) { return Config::Parse(text, "/r/.pvc/config"); }

TEST(Config, KeysStandInSections) {
  const Config config = Parse("[user]\nname = Ann B.\n[core]\n\tpager=\n[User]\nemail=a@x\n");
  EXPECT_EQ(config.Get("user.name"), "Ann B.");
  EXPECT_EQ(config.Get("USER.Email"), "a@x");
  EXPECT_EQ(config.Get("core.pager"), "");
  EXPECT_EQ(config.Get("core.editor"), std::nullopt);
  EXPECT_EQ(config.Get("user"), std::nullopt);
}

TEST(Config, CommentsBlankLinesByteOrderMarkAndCarriageReturnsAreLeftOut) {
  const Config config = Parse("\xef\xbb\xbf; one\r\n\r\n# two\r\n [ a.b ]\r\n k = v ; w # x \r\n");
  EXPECT_EQ(config.entries().size(), 1U);
  EXPECT_EQ(config.Get("a.b.k"), "v ; w # x");
}

TEST(Config, ValuesKeepTheirBytes) {
  EXPECT_EQ(Parse("[a]\nk = \xff=\"x\" [y]\\n").Get("a.k"), "\xff=\"x\" [y]\\n");
}

TEST(Config, LastLineNeedsNoLineBreak) { EXPECT_EQ(Parse("[a]\nk=v").Get("a.k"), "v"); }

TEST(Config, WhatIsNoIniIsRefusedWithItsLine) {
  for (const std::string_view text :
       {std::string_view("\n[a\n"), std::string_view("\n[]\n"), std::string_view("\n[a b]\n"),
        std::string_view("\n[a.]\n"), std::string_view("\n[a..b]\n"),
        std::string_view("\n[a.b \"c\"]\n"), std::string_view("\n[a \"b]\n"),
        std::string_view("\n[a \"\"]\n"), std::string_view("\n[a \"b\" c]\n"),
        std::string_view("\n[a \"b\"\n"), std::string_view("\n[a \"\\n\"]\n"),
        std::string_view("\n[\"b\"]\n"), std::string_view("\nk = v\n"),
        std::string_view("[a]\nk\n"), std::string_view("[a]\n= v\n"),
        std::string_view("[a]\nk k = v\n"), std::string_view("[a]\nk.l = v\n"),
        std::string_view("[a]\nk = v\0w\n", 12)}) {
    SCOPED_TRACE(text);
    const Error error = ThrownError([&] { Parse(text); });
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    EXPECT_THAT(error.message(), HasSubstr("'/r/.pvc/config' line 2"));
  }
}

TEST(Config, KeySetTwiceIsRefused) {
  EXPECT_THAT(ThrownError([] { Parse("[a]\nk = v\n[A]\nK = w\n"); }).message(),
              HasSubstr("line 4: 'a.k' is set a second time"));
}

TEST(Config, SubsectionsKeepTheirBytes) {
  const Config config = Parse("[Table \"A.*\\\"[x] \\\\\"]\nIgnore = true\n");
  EXPECT_EQ(config.Get("table.A.*\"[x] \\.ignore"), "true");
  EXPECT_EQ(config.Get("TABLE.A.*\"[x] \\.IGNORE"), "true");
  EXPECT_EQ(config.Get("table.a.*\"[x] \\.ignore"), std::nullopt);
}

TEST(Config, DottedSectionsAreSubsectionsInLowerCase) {
  EXPECT_EQ(Parse("[Remote.Origin.x]\nurl = u\n").Get("remote.origin.x.url"), "u");
  EXPECT_THAT(ThrownError([] { Parse("[a.b]\nk = 1\n[a \"b\"]\nk = 2\n"); }).message(),
              HasSubstr("line 4: 'a.b.k' is set a second time"));
}

TEST(Config, TruthValuesAreThoseOfGit) {
  Config config;
  for (const char* value : {"true", "YES", "on", "1"}) {
    config.Set("a.k", value);
    EXPECT_EQ(config.GetBool("a.k"), true) << value;
  }
  for (const char* value : {"false", "no", "Off", "0", ""}) {
    config.Set("a.k", value);
    EXPECT_EQ(config.GetBool("a.k"), false) << value;
  }
  EXPECT_EQ(config.GetBool("a.l"), std::nullopt);
  config.Set("a.k", "2");
  EXPECT_THAT(ThrownError([&] { (void)config.GetBool("a.k"); }).message(),
              HasSubstr("setting 'a.k' is '2'"));
}

TEST(Config, LaterLayerWins) {
  Config config = Parse("[a]\nk = 1\nl = 1\n");
  config.Overlay(Parse("[a]\nl = 2\nm = 2\n"));
  EXPECT_EQ(config.Get("a.k"), "1");
  EXPECT_EQ(config.Get("a.l"), "2");
  EXPECT_EQ(config.Get("a.m"), "2");
}

TEST(Config, WhatIsUnsetIsGone) {
  Config config = Parse("[a \"B\"]\nk = 1\n");
  config.Unset("a.b.k");
  EXPECT_EQ(config.entries().size(), 1U);
  config.Unset("A.B.K");
  EXPECT_TRUE(config.entries().empty());
}

TEST(Config, FormatIsReadBackAlike) {
  Config config;
  config.Set("b.k", "v");
  config.Set("a.b.c", "1");
  config.Set("a.a", "x = y # z");
  config.Set("A.C", "");
  EXPECT_EQ(config.Format(), "[a]\na = x = y # z\nc =\n\n[a \"b\"]\nc = 1\n\n[b]\nk = v\n");
  EXPECT_EQ(Parse(config.Format()).entries(), config.entries());
}

TEST(Config, WhatWouldNotBeReadBackIsNotSet) {
  Config config;
  for (const std::string& value :
       {std::string("a\nb"), std::string(" a"), std::string("a\t"), std::string("\0", 1)}) {
    EXPECT_EQ(ThrownKind([&] { config.Set("a.k", value); }), ErrorKind::kInvalid);
  }
  for (const char* name : {"", "a", "a.", ".a", "a b.c", "a.b]c", "a..b"}) {
    EXPECT_EQ(ThrownKind([&] { config.Set(name, "v"); }), ErrorKind::kInvalid) << name;
  }
  EXPECT_TRUE(config.entries().empty());
}

}  // namespace
}  // namespace pvc
