#include "cli/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "tests/cli/fake_environment.h"

namespace pvc {
namespace {

TEST(ParseDate, SecondsAndZone) {
  EXPECT_EQ(ParseDate("1767225600"), (Timestamp{1'767'225'600'000'000, 0}));
  EXPECT_EQ(ParseDate("1767225600 +0130"), (Timestamp{1'767'225'600'000'000, 90}));
  EXPECT_EQ(ParseDate("-1.25 -0500"), (Timestamp{-750'000, -300}));
}

TEST(ParseDate, AnythingElseIsRefusedWithAnExample) {
  for (const char* wrong : {"", "now", "1 2", "1 +1", "1 +2400", "1 +0160", "1 +0100x",
                            "99999999999999999999", "9999999999999999"}) {
    try {
      ParseDate(wrong);
      ADD_FAILURE() << wrong;
    } catch (const Error& error) {
      EXPECT_EQ(error.hints().size(), 1U);
    }
  }
}

TEST(MakeSignature, VariablesComeBeforeSettingsBeforeTheLogin) {
  FakeEnvironment fake("/");
  EXPECT_EQ(MakeSignature(fake.environment(), nullptr).email, "ann@box");
  Config config;
  config.Set("user.name", "Ann Config");
  EXPECT_EQ(MakeSignature(fake.environment(), &config).name, "Ann Config");
  fake.environment().variables["PVC_AUTHOR_NAME"] = "Ann Variable";
  EXPECT_EQ(MakeSignature(fake.environment(), &config).name, "Ann Variable");
}

TEST(MakeSignature, AddressThatNobodyGaveIsAGuess) {
  FakeEnvironment fake("/");
  Config config;
  config.Set("user.name", "Ann");
  EXPECT_TRUE(IsGuessedSignature(fake.environment(), &config));
  config.Set("user.email", "a@x");
  EXPECT_FALSE(IsGuessedSignature(fake.environment(), &config));
  fake.environment().variables["PVC_AUTHOR_EMAIL"] = "ann@x";
  EXPECT_FALSE(IsGuessedSignature(fake.environment(), nullptr));
}

TEST(MakeSignature, NeverRefuses) {
  FakeEnvironment fake("/");
  fake.environment().variables = {{"PVC_AUTHOR_NAME", "<>\n"}};
  fake.environment().host_name = "";
  const Signature who = MakeSignature(fake.environment(), nullptr);
  EXPECT_EQ(who.name, "unknown");
  EXPECT_EQ(who.email, "unknown@localhost");
}

TEST(Environment, CheckInterruptedThrowsWhenTheUserAskedToStop) {
  FakeEnvironment fake("/");
  EXPECT_NO_THROW(fake.environment().CheckInterrupted());
  fake.Interrupt();
  EXPECT_THROW(fake.environment().CheckInterrupted(), Error);
}

TEST(RunCommandLine, ErrorsGoToStandardErrorWithHints) {
  FakeEnvironment fake("/");
  EXPECT_EQ(fake.Run({"lgo"}), 129);
  EXPECT_EQ(fake.out(), "");
  EXPECT_EQ(fake.err(),
            "error: 'lgo' is not a pvc command\n"
            "hint: did you mean 'pvc log'?\n"
            "hint: all commands:  pvc help -a\n");
}

TEST(RunCommandLine, UntrustedTextInErrorsIsEscaped) {
  FakeEnvironment fake("/");
  EXPECT_EQ(fake.Run({"\x1b[31mx"}), 129);
  EXPECT_THAT(fake.err(), testing::HasSubstr("'\\x1b[31mx'"));
}

TEST(RunCommandLine, ColourIsAlwaysWrittenWhenAskedFor) {
  FakeEnvironment fake("/");
  EXPECT_EQ(fake.Run({"--color=always", "help"}), 0);
  EXPECT_THAT(fake.out(), testing::HasSubstr("\x1b[1m"));
}

TEST(RunCommandLine, NoArgumentsPrintTheOverview) {
  FakeEnvironment fake("/");
  EXPECT_EQ(fake.Run({}), 0);
  EXPECT_THAT(fake.out(), testing::StartsWith("usage: pvc"));
}

TEST(RunCommandLine, HelpIsTheSameFromAllSides) {
  FakeEnvironment a("/");
  FakeEnvironment b("/");
  FakeEnvironment c("/");
  EXPECT_EQ(a.Run({"help", "log"}), 0);
  EXPECT_EQ(b.Run({"log", "--help"}), 0);
  EXPECT_EQ(c.Run({"--help", "log"}), 0);
  EXPECT_EQ(a.out(), b.out());
  EXPECT_EQ(a.out(), c.out());
}

}  // namespace
}  // namespace pvc
