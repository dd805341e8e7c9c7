#include "cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "cli/command_table.h"

namespace pvc {
namespace {

using testing::ElementsAre;

Arguments Parse(std::string_view command, const std::vector<std::string>& words) {
  return ParseArguments(RequireCommand(command), words);
}

Error ParseError(std::string_view command, const std::vector<std::string>& words) {
  try {
    Parse(command, words);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_FALSE(error.hints().empty());
    return error;
  }
  ADD_FAILURE() << "was accepted";
  return {ErrorKind::kUsage, ""};
}

TEST(ParseArguments, OptionsMayFollowArguments) {
  const Arguments arguments = Parse("import", {"app.db", "-m", "first", "-v"});
  EXPECT_THAT(arguments.positional(), ElementsAre("app.db"));
  EXPECT_EQ(arguments.Value("message"), "first");
  EXPECT_TRUE(arguments.Has("verbose"));
}

TEST(ParseArguments, AllFormsOfAValueAreTheSame) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"-n", "5"}, {"-n5"}, {"--max-count", "5"}, {"--max-count=5"}}) {
    EXPECT_EQ(Parse("log", words).Number("max-count"), 5U);
  }
}

TEST(ParseArguments, DashesEndTheOptions) {
  const Arguments arguments = Parse("diff", {"A", "--stat", "--", "--stat", "t:1"});
  EXPECT_THAT(arguments.positional(), ElementsAre("A"));
  EXPECT_THAT(arguments.after_dashes(), ElementsAre("--stat", "t:1"));
}

TEST(ParseArguments, WordsOfAProgramAreItsOwn) {
  const Arguments arguments =
      Parse("bisect", {"--discard", "run", "sh", "-c", "exit", "--", "--color", "--help"});
  EXPECT_TRUE(arguments.Has("discard"));
  EXPECT_FALSE(arguments.Has("help"));
  EXPECT_THAT(arguments.positional(), ElementsAre("run"));
  EXPECT_THAT(arguments.after_dashes(), ElementsAre("sh", "-c", "exit", "--", "--color", "--help"));
  EXPECT_THAT(Parse("bisect", {"run", "--", "-odd", "-x"}).after_dashes(),
              ElementsAre("-odd", "-x"));
}

TEST(ParseArguments, OptionsBeforeAProgramAreTheCommands) {
  const Arguments query = Parse("bisect", {"run", "--sql", "SELECT 1", "--discard"});
  EXPECT_EQ(query.Value("sql"), "SELECT 1");
  EXPECT_TRUE(query.Has("discard"));
  EXPECT_THAT(query.after_dashes(), testing::IsEmpty());
  EXPECT_EQ(Parse("bisect", {"run", "--sql=SELECT 1", "sh", "-c"}).after_dashes().size(), 2U);
  EXPECT_TRUE(Parse("bisect", {"good", "HEAD", "--discard"}).Has("discard"));
}

TEST(ParseArguments, PrefixesAreNotGuessed) {
  const Error error = ParseError("diff", {"--sta"});
  EXPECT_EQ(error.hints().front(), "did you mean '--stat'?");
}

TEST(ParseArguments, UnknownLetterIsNamed) {
  EXPECT_EQ(ParseError("log", {"-z"}).message(), "'log' has no option '-z'");
}

TEST(ParseArguments, MissingValueIsNamed) {
  EXPECT_EQ(ParseError("log", {"-n"}).message(), "option -n (--max-count) needs a value: N");
}

TEST(ParseArguments, FlagsTakeNoValue) {
  EXPECT_EQ(ParseError("diff", {"--stat=3"}).message(), "option --stat takes no value");
}

TEST(ParseArguments, EmptyArgumentsAreKept) {
  EXPECT_EQ(Parse("import", {"a", "-m", ""}).Value("message"), "");
}

TEST(ParseArguments, TooFewAndTooManyArgumentsAreRefused) {
  EXPECT_EQ(ParseError("import", {}).message().substr(0, 25), "'import' needs 1 argument");
  EXPECT_EQ(ParseError("version", {"x"}).message(), "'version' takes no arguments, got 'x'");
}

TEST(Arguments, ByteSizesHaveUnits) {
  const auto size = [](const std::string& text) {
    return Parse("import", {"f", "--cache-size=" + text}).ByteSize("cache-size");
  };
  EXPECT_EQ(size("1048576"), 1U << 20);
  EXPECT_EQ(size("64k"), 64U << 10);
  EXPECT_EQ(size("64M"), 64U << 20);
  EXPECT_EQ(size("2GiB"), uint64_t{2} << 30);
  for (const char* wrong : {"", "-1", "x", "1x", "1kk", "99999999999T", "1.5M"}) {
    EXPECT_THROW(size(wrong), Error) << wrong;
  }
}

TEST(Arguments, NumbersAreWhole) {
  for (const char* wrong : {"", "-1", "1.5", "1x", "99999999999999999999"}) {
    EXPECT_THROW(Parse("log", {"--max-count=" + std::string(wrong)}).Number("max-count"), Error)
        << wrong;
  }
}

}  // namespace
}  // namespace pvc
