#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/cli/run_binary.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using testing::HasSubstr;

/// Has a real bash complete a line: the script is sourced, and its function called as readline
/// does, with the line cut into words at blanks, '=' and ':'.
class BashCompletion : public testing::Test {
 protected:
  BashCompletion() {
    RawDatabase db(folder_ / "app.db");
    db.Run("CREATE TABLE users(id INTEGER PRIMARY KEY); CREATE TABLE \"my table\"(a);");
    EXPECT_EQ(RunPvc(folder_.path(), {"init"}).exit_code, 0);
    EXPECT_EQ(RunPvc(folder_.path(), {"import", "app.db"}).exit_code, 0);
    EXPECT_EQ(RunPvc(folder_.path(), {"branch", "feature/a"}).exit_code, 0);
  }

  /// The completions of `line`, one a line. `words`: as bash cuts it, a bash array's content.
  std::string Complete(const std::string& line, const std::string& words,
                       const std::string& point = "${#COMP_LINE}") {
    std::ofstream(folder_ / "complete.bash") << "source <(pvc completion bash)\n"
                                             << "COMP_LINE='" << line << "'\n"
                                             << "COMP_POINT=" << point << "\n"
                                             << "COMP_WORDS=(" << words << ")\n"
                                             << "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                                             << "COMP_WORDBREAKS=$' \\t\\n\"\\'><=;|&(:'\n"
                                             << "_pvc\n"
                                             << "printf '%s\\n' \"${COMPREPLY[@]}\"\n";
    const ProgramResult result = RunShell(folder_.path(), "bash --norc complete.bash");
    EXPECT_EQ(result.err, "");
    return result.out;
  }

  TempFolder folder_;
};

TEST_F(BashCompletion, Commands) { EXPECT_EQ(Complete("pvc bran", "pvc bran"), "branch\n"); }

TEST_F(BashCompletion, EmptyWord) {
  EXPECT_EQ(Complete("pvc branch -d ", "pvc branch -d ''"), "feature/a\nmain\n");
}

TEST_F(BashCompletion, Options) {
  EXPECT_EQ(Complete("pvc diff --sta", "pvc diff --sta"), "--stat\n");
}

TEST_F(BashCompletion, ValueBehindAnEqualsSignThatCutsTheWord) {
  EXPECT_EQ(Complete("pvc tag --format=j", "pvc tag --format = j"), "json\n");
  EXPECT_EQ(Complete("pvc tag --format=", "pvc tag --format ="), "text\njson\n");
}

TEST_F(BashCompletion, RefsAndRanges) {
  EXPECT_EQ(Complete("pvc log main..fe", "pvc log main..fe"), "main..feature/a\n");
}

TEST_F(BashCompletion, TableThatNeedsQuotes) {
  EXPECT_EQ(Complete("pvc diff -- m", "pvc diff -- m"), "my\\ table\n");
  EXPECT_EQ(Complete("pvc diff -- \"m", "pvc diff -- '\"m'"), "my table\n");
}

TEST_F(BashCompletion, OnlyWhatIsBeforeTheCursorCounts) {
  EXPECT_EQ(Complete("pvc branXXX", "pvc branXXX", "8"), "branch\n");
}

TEST_F(BashCompletion, OutsideARepositoryNothingIsPrinted) {
  EXPECT_EQ(Complete("pvc -C / show ", "pvc -C / show ''"), "\n");
}

/// Runs a command that reads `script` if there is such a shell.
void ExpectSyntax(const std::string& shell, const std::string& check) {
  const TempFolder folder;
  if (RunShell(folder.path(), "command -v " + shell).exit_code != 0) {
    GTEST_SKIP() << shell << " is not installed: its completion script was not looked at";
  }
  const ProgramResult result =
      RunShell(folder.path(), "pvc completion " + shell + " > script && " + check + " script");
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

TEST(CompletionScripts, ZshReadsIts) { ExpectSyntax("zsh", "zsh -n"); }

TEST(CompletionScripts, FishReadsIts) { ExpectSyntax("fish", "fish --no-execute"); }

TEST(ManPages, GroffFormatsEachWithoutAWarning) {
  const TempFolder folder;
  if (RunShell(folder.path(), "command -v groff").exit_code != 0) {
    GTEST_SKIP() << "groff is not installed: the manual was not looked at";
  }
  const ProgramResult result = RunShell(
      folder.path(),
      "pvc help --man > pvc.1 && for name in $(pvc help --names); do"
      " pvc help --man $name > pvc-$name.1 || exit 1; done; groff -man -Tutf8 -ww -z pvc*.1");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
}

}  // namespace
}  // namespace pvc
