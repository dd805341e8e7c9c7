#include "cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/completion_scripts.h"
#include "tests/cli/fake_environment.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

/// A repository with tables `users` and `my table`, branches `main` and `feature/a`, and tag `v1`.
class CompletionTest : public testing::Test {
 protected:
  CompletionTest() {
    RawDatabase db(folder_ / "app.db");
    db.Run("CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE \"my table\"(a);");
    FakeEnvironment environment(folder_.path());
    environment.Run({"init", folder_.path()});
    environment.Run({"import", folder_ / "app.db"});
    environment.Run({"branch", "feature/a"});
    environment.Run({"tag", "v1"});
  }

  Completions Find(const std::vector<std::string>& words) {
    FakeEnvironment environment(folder_.path());
    return Complete(environment.environment(), words);
  }
  std::vector<std::string> Words(const std::vector<std::string>& words) {
    std::vector<std::string> found;
    for (const Candidate& candidate : Find(words).candidates) found.push_back(candidate.word);
    return found;
  }

  TempFolder folder_;
};

TEST_F(CompletionTest, FirstWordIsACommand) {
  EXPECT_THAT(Words({"bra"}), ElementsAre("branch"));
  EXPECT_THAT(Words({""}), IsSupersetOf({"init", "log", "diff"}));
  EXPECT_EQ(Words({}), Words({""}));
}

TEST_F(CompletionTest, PlumbingIsOfferedToThoseWhoBeginIt) {
  EXPECT_THAT(Words({""}), Not(Contains("ls-tree")));
  EXPECT_THAT(Words({"ls-"}), ElementsAre("ls-tree"));
}

TEST_F(CompletionTest, CommandsAreDescribed) {
  EXPECT_EQ(Find({"tag"}).candidates.at(0).description, "list, make and delete tags");
}

TEST_F(CompletionTest, OptionsThatTakeAValueEndWithAnEqualsSign) {
  EXPECT_THAT(Words({"diff", "--st"}), ElementsAre("--stat"));
  EXPECT_THAT(Words({"diff", "--fo"}), ElementsAre("--format="));
  EXPECT_THAT(Words({"--col"}), ElementsAre("--color="));
}

TEST_F(CompletionTest, LettersAreOfferedOnceTyped) {
  EXPECT_THAT(Words({"branch", "-D"}), ElementsAre("-D"));
  EXPECT_THAT(Words({"branch", "-m"}), ElementsAre("-m"));
  EXPECT_THAT(Words({"branch", "-"}), IsSupersetOf({"--move", "-D"}));
}

TEST_F(CompletionTest, HiddenOptionsAreNotOffered) {
  EXPECT_THAT(Words({"completion", "--wo"}), IsEmpty());
}

TEST_F(CompletionTest, ValueIsOneOfItsChoicesInBothForms) {
  EXPECT_THAT(Words({"tag", "--format="}), ElementsAre("--format=text", "--format=json"));
  EXPECT_THAT(Words({"tag", "--format", "j"}), ElementsAre("json"));
  EXPECT_THAT(Words({"--color", "al"}), ElementsAre("always"));
}

TEST_F(CompletionTest, ValueOfAnOptionMayBeARevision) {
  EXPECT_THAT(Words({"branch", "--contains", "f"}), ElementsAre("feature/a"));
  EXPECT_THAT(Words({"branch", "--contains=f"}), ElementsAre("--contains=feature/a"));
  EXPECT_THAT(Words({"sql", "-r", ""}), ElementsAre("HEAD", "feature/a", "main", "v1"));
  EXPECT_THAT(Words({"sql", "--revision=v"}), ElementsAre("--revision=v1"));
}

TEST_F(CompletionTest, RevisionsAreHeadBranchesAndTags) {
  EXPECT_THAT(Words({"show", ""}), ElementsAre("HEAD", "feature/a", "main", "v1"));
}

TEST_F(CompletionTest, AVerbIsFollowedByRevisions) {
  EXPECT_THAT(Words({"bisect", "s"}), ElementsAre("start", "skip"));
  EXPECT_THAT(Words({"bisect", "m"}), IsEmpty());
  EXPECT_THAT(Words({"bisect", "start", "m"}), ElementsAre("main"));
}

TEST_F(CompletionTest, BothEndsOfARangeAreCompleted) {
  EXPECT_THAT(Words({"log", "main..fe"}), ElementsAre("main..feature/a"));
  EXPECT_THAT(Words({"log", "main...v"}), ElementsAre("main...v1"));
  EXPECT_THAT(Words({"log", "^m"}), ElementsAre("^main"));
}

TEST_F(CompletionTest, ArgumentsHaveTheirOwnKinds) {
  EXPECT_THAT(Words({"ls-tree", "HEAD", "u"}), ElementsAre("users"));
  EXPECT_THAT(Words({"tag", "-d", ""}), ElementsAre("v1"));
  EXPECT_THAT(Words({"branch", "-d", "f"}), ElementsAre("feature/a"));
  EXPECT_THAT(Words({"switch", "f"}), ElementsAre("feature/a"));
  EXPECT_THAT(Words({"restore", "users", "u"}), ElementsAre("users"));
  EXPECT_THAT(Words({"blame", "users", "u"}), IsEmpty());
  EXPECT_THAT(Words({"help", "sta"}), Contains("stats"));
}

TEST_F(CompletionTest, FirstArgumentMayBeAVerb) {
  EXPECT_THAT(Words({"stash", "p"}), ElementsAre("push", "pop"));
  EXPECT_THAT(Words({"stash", "pop", "p"}), IsEmpty());
  EXPECT_THAT(Words({"completion", "z"}), ElementsAre("zsh"));
}

TEST_F(CompletionTest, TablesStandBehindDashes) {
  EXPECT_THAT(Words({"diff", "HEAD", "--", ""}), ElementsAre("users", "my table"));
  EXPECT_THAT(Words({"diff", "--", "--st"}), IsEmpty());
}

TEST_F(CompletionTest, FilesAreLeftToTheShell) {
  EXPECT_EQ(Find({"import", ""}).paths, PathCompletion::kFiles);
  EXPECT_EQ(Find({"-C", ""}).paths, PathCompletion::kFolders);
  EXPECT_EQ(Find({"export", "HEAD", ""}).paths, PathCompletion::kFiles);
}

TEST_F(CompletionTest, NothingTypedIsAnError) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"nonsense", ""},
                                             {"-C", "/nowhere", "show", ""},
                                             {"diff", "--nonsense=", "--", "--", "x"},
                                             {"log", "--format=yaml", "--=", "\x01\xff"},
                                             {"--", ""},
                                             {"-", "-"},
                                             {"=", "-=", "--="}}) {
    EXPECT_NO_THROW(Find(words));
  }
}

TEST_F(CompletionTest, OutsideARepositoryThereAreCommandsOnly) {
  const TempFolder elsewhere;
  FakeEnvironment environment(elsewhere.path());
  EXPECT_THAT(Complete(environment.environment(), {"show", ""}).candidates, IsEmpty());
  EXPECT_THAT(Complete(environment.environment(), {"sho"}).candidates, Not(IsEmpty()));
}

TEST(PrintCompletions, WritesALineForEachAndLeavesOutWhatWouldBreakLines) {
  StringWriter out;
  PrintCompletions(out, {{{"a", "first\nline"}, {"b\tc", ""}, {"d", ""}}, PathCompletion::kFiles});
  EXPECT_EQ(out.text(), "a\tfirst line\nd\n\tfiles\n");
}

TEST(CompletionScript, EveryShellHasOne) {
  for (const std::string_view shell : kCompletionShells) {
    EXPECT_THAT(std::string(CompletionScript(shell)), testing::HasSubstr("completion --words -- "));
  }
  EXPECT_EQ(CompletionScript("tcsh"), "");
}

}  // namespace
}  // namespace pvc
