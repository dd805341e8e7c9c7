#include "cli/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "cli/known_settings.h"
#include "tests/cli/fake_environment.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SettingsTest : public testing::Test {
 protected:
  SettingsTest() : fake_(folder_.path()) {
    fake_.environment().variables = {{"PVC_CONFIG_SYSTEM", folder_ / "system"},
                                     {"PVC_CONFIG_USER", folder_ / "user"}};
  }

  void Write(const std::string& name, const std::string& text) {
    ReplaceFile(fake_.environment().fs, folder_ / name, text);
  }
  Settings Read(const std::vector<std::string>& assignments = {}) {
    return ReadSettings(fake_.environment(), std::nullopt, assignments);
  }
  std::string ReadError(const std::vector<std::string>& assignments = {}) {
    try {
      Read(assignments);
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  }

  const TempFolder folder_;
  FakeEnvironment fake_;
};

TEST_F(SettingsTest, StrongerPlacesWin) {
  Write("system", "[a]\nk = system\nl = system\nm = system\n");
  Write("user", "[a]\nl = user\nm = user\n");
  const Settings settings = Read({"a.m=x=y"});
  EXPECT_EQ(settings.effective.Get("a.k"), "system");
  EXPECT_EQ(settings.effective.Get("a.l"), "user");
  EXPECT_EQ(settings.effective.Get("a.m"), "x=y");
  EXPECT_EQ(settings.OriginOf("A.L")->scope, SettingsScope::kUser);
  EXPECT_EQ(settings.OriginOf("a.n"), nullptr);
}

TEST_F(SettingsTest, RepositoryAddedLaterStandsBetweenUserAndCommandLine) {
  Write("user", "[a]\nk = user\nl = user\n");
  Settings settings = Read({"a.l=line"});
  Config own;
  own.Set("a.k", "repository");
  own.Set("a.l", "repository");
  settings.Add({SettingsScope::kRepository, "", own});
  EXPECT_EQ(settings.effective.Get("a.k"), "repository");
  EXPECT_EQ(settings.effective.Get("a.l"), "line");
}

TEST_F(SettingsTest, RepositoryIsDescribedByItsOwnFileAlone) {
  Write("user", "[repository]\ncompression = none\n");
  const Settings settings = Read({"repository.compression=none"});
  EXPECT_EQ(settings.effective.Get("repository.compression"), std::nullopt);
  EXPECT_EQ(settings.OriginOf("Repository.Compression"), nullptr);
}

TEST_F(SettingsTest, MissingFilesSetNothing) { EXPECT_TRUE(Read().effective.entries().empty()); }

TEST_F(SettingsTest, BrokenFileIsNamedWithItsLine) {
  Write("user", "[a]\nwhat\n");
  EXPECT_THAT(ReadError(), HasSubstr("user' line 2: neither"));
}

TEST_F(SettingsTest, FileThatCannotBeReadIsNamed) {
  fake_.environment().fs.MakeDirectory(folder_ / "user");
  EXPECT_THAT(ReadError(), HasSubstr(folder_ / "user"));
}

TEST_F(SettingsTest, FileOfMoreThanOneMebibyteIsRefused) {
  Write("user", std::string((1U << 20) + 1, '\n'));
  EXPECT_THAT(ReadError(), HasSubstr("too large"));
}

TEST_F(SettingsTest, NameWithoutValueIsTrue) {
  EXPECT_EQ(Read({"core.pager"}).effective.GetBool("core.pager"), true);
}

TEST_F(SettingsTest, WhatIsNoSettingIsRefusedOnTheCommandLine) {
  EXPECT_THAT(ReadError({"pager=x"}), HasSubstr("option -c: 'pager' is not the name"));
  EXPECT_THAT(ReadError({"a.k=x\ny"}), HasSubstr("line breaks"));
}

TEST_F(SettingsTest, PlacesFollowTheEnvironment) {
  Environment& environment = fake_.environment();
  const auto path = [&](SettingsScope scope) { return SettingsPath(environment, scope, "/r"); };
  environment.variables = {{"HOME", "/h"}};
  EXPECT_EQ(path(SettingsScope::kUser), "/h/.config/pvc/config");
  EXPECT_EQ(path(SettingsScope::kSystem), "/etc/pvc/config");
  EXPECT_EQ(path(SettingsScope::kRepository), "/r/.pvc/config");
  environment.variables["XDG_CONFIG_HOME"] = "/x";
  environment.variables["PVC_CONFIG_NOSYSTEM"] = "1";
  EXPECT_EQ(path(SettingsScope::kUser), "/x/pvc/config");
  EXPECT_EQ(path(SettingsScope::kSystem), std::nullopt);
  environment.variables = {{"PVC_CONFIG_NOSYSTEM", "0"}};
  EXPECT_EQ(path(SettingsScope::kUser), std::nullopt);
  EXPECT_EQ(path(SettingsScope::kSystem), "/etc/pvc/config");
}

TEST(KnownSettings, PartsInCapitalsStandForAnyText) {
  EXPECT_EQ(FindKnownSetting("Alias.st")->name, "alias.NAME");
  EXPECT_EQ(FindKnownSetting("table.a.b*.Ignore")->name, "table.GLOB.ignore");
  EXPECT_EQ(FindKnownSetting("table.a.json")->name, "table.GLOB.json");
  EXPECT_EQ(FindKnownSetting("table.ignore"), nullptr);
  EXPECT_EQ(FindKnownSetting("alias.a.b"), nullptr);
  EXPECT_EQ(FindKnownSetting("core.editor"), nullptr);
}

TEST(KnownSettings, NearestNamesKeepWhatWasTyped) {
  EXPECT_THAT(NearestSettings("user.emial"), ElementsAre("user.email"));
  EXPECT_EQ(NearestSettings("table.cache_*.ingore").at(0), "table.cache_*.ignore");
  EXPECT_EQ(NearestSettings("table.cache_*.jsno").at(0), "table.cache_*.json");
}

TEST(KnownSettings, ValuesAreChecked) {
  EXPECT_EQ(SettingValueProblem("color.ui", "never"), std::nullopt);
  EXPECT_NE(SettingValueProblem("color.ui", "Never"), std::nullopt);
  EXPECT_NE(SettingValueProblem("core.pager", "less"), std::nullopt);
  EXPECT_NE(SettingValueProblem("table.x.ignore", "maybe"), std::nullopt);
  EXPECT_NE(SettingValueProblem("repository.compression", "zstd:99"), std::nullopt);
  EXPECT_NE(SettingValueProblem("repository.version", "1"), std::nullopt);
  EXPECT_NE(SettingValueProblem("alias.x", "!sh"), std::nullopt);
  EXPECT_EQ(SettingValueProblem("unknown.x", "!sh"), std::nullopt);
}

}  // namespace
}  // namespace pvc
