#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "tests/cli/run_binary.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Runs the real binary on a pseudo-terminal, which script(1) makes.
class TerminalTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::access("/usr/bin/script", X_OK) != 0) {
      GTEST_SKIP() << "script(1) is not installed: nothing on a terminal is tested";
    }
    ASSERT_EQ(Run("$PVC init").exit_code, 0);
  }

  void WriteScript(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << "#!/bin/sh\n" << text;
    ::chmod((folder_ / name).c_str(), 0700);
  }
  /// `command` with its streams on the terminal; its exit code is the result's.
  ProgramResult OnTerminal(const std::string& command) {
    std::ofstream(folder_ / "command") << command << "\n";
    return Run("TERM=xterm script -qec 'sh ./command' typescript < /dev/null");
  }
  ProgramResult Run(const std::string& command) { return RunShell(folder_.path(), command); }
  std::string Read(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
  }

  const TempFolder folder_;
};

TEST_F(TerminalTest, PagerGetsTheOutputInColours) {
  WriteScript("pager", "echo \"LESS=$LESS\" > seen; cat >> seen");
  EXPECT_EQ(OnTerminal("PVC_PAGER=./pager $PVC help").exit_code, 0);
  EXPECT_THAT(Read("seen"), HasSubstr("LESS=FRX\n"));
  EXPECT_THAT(Read("seen"), HasSubstr("\x1b["));
  EXPECT_THAT(Read("seen"), HasSubstr("pvc help -a"));
}

TEST_F(TerminalTest, PagerThatIsQuitEarlyEndsTheCommandQuietly) {
  WriteScript("pager", "exec <&-; sleep 0.2");
  const ProgramResult result = OnTerminal("PVC_PAGER=./pager $PVC help -a");
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_EQ(result.out, "");
}

TEST_F(TerminalTest, PagerThatIsQuitInTheMiddleEndsTheCommandQuietly) {
  RawDatabase(folder_ / "a.db").Run("CREATE TABLE t(a)");
  RawDatabase(folder_ / "b.db")
      .Run(
          "CREATE TABLE t(a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
          "i < "
          "20000) INSERT INTO t SELECT 'row number ' || i FROM n");
  WriteScript("pager", "head -n 1 > seen");
  const ProgramResult result = OnTerminal("PVC_PAGER=./pager $PVC diff --no-index a.db b.db");
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_EQ(result.out, "");
  EXPECT_NE(Read("seen"), "");
}

TEST_F(TerminalTest, MessageIsWrittenInAnEditor) {
  RawDatabase(folder_ / "a.db").Run("CREATE TABLE t(a)");
  ASSERT_EQ(Run("$PVC import a.db").exit_code, 0);
  RawDatabase(folder_ / "a.db").Run("INSERT INTO t VALUES (1)");
  WriteScript("my editor", "cp \"$2\" seen; echo \"by $1\" > \"$2\"; echo '# left out' >> \"$2\"");
  EXPECT_EQ(OnTerminal("PVC_EDITOR=\"'./my editor' hand\" $PVC commit").exit_code, 0);
  EXPECT_THAT(Read("seen"), HasSubstr("# "));
  EXPECT_EQ(Run("$PVC log --oneline -n 1").out.substr(13), "(HEAD -> main) by hand\n");
}

TEST_F(TerminalTest, NothingIsCommittedWithoutAMessage) {
  RawDatabase(folder_ / "a.db").Run("CREATE TABLE t(a)");
  ASSERT_EQ(Run("$PVC import a.db").exit_code, 0);
  RawDatabase(folder_ / "a.db").Run("INSERT INTO t VALUES (1)");
  ProgramResult result = OnTerminal("PVC_EDITOR=false $PVC commit");
  EXPECT_EQ(result.exit_code, 128);
  EXPECT_THAT(result.out, HasSubstr("the editor 'false' ended with exit code 1"));
  EXPECT_THAT(result.out, HasSubstr(".pvc/COMMIT_EDITMSG"));
  result = OnTerminal("PVC_EDITOR=true $PVC commit");
  EXPECT_EQ(result.exit_code, 128);
  EXPECT_THAT(result.out, HasSubstr("the message is empty"));
  result = OnTerminal("PVC_EDITOR=/none/such $PVC commit");
  EXPECT_THAT(result.out, HasSubstr("cannot run the editor '/none/such'"));
  EXPECT_EQ(Run("$PVC log --oneline | wc -l").out, "1\n");
}

TEST_F(TerminalTest, ExitCodeAndErrorsAreThoseOfTheCommand) {
  WriteScript("pager", "cat > seen; echo paged; exit 7");
  const ProgramResult result = OnTerminal("PVC_PAGER=./pager $PVC help lgo");
  EXPECT_EQ(result.exit_code, 129);
  EXPECT_LT(result.out.find("paged"), result.out.find("'lgo' is not a pvc command"));
}

TEST_F(TerminalTest, MissingPagerIsReplacedByTheTerminal) {
  const ProgramResult result = OnTerminal("PVC_PAGER=/none/such $PVC help");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("cannot find the pager '/none/such'"));
  EXPECT_THAT(result.out, HasSubstr("pvc help -a"));
}

TEST_F(TerminalTest, OutputThatIsNoTerminalHasNoPager) {
  WriteScript("pager", "touch seen");
  EXPECT_EQ(OnTerminal("PVC_PAGER=./pager $PVC help > out").exit_code, 0);
  EXPECT_EQ(Run("test -e seen").exit_code, 1);
  EXPECT_THAT(Read("out"), Not(HasSubstr("\x1b[")));
}

/// Keys, with a pause behind each so that what they do is done; Ctrl-C reaches who has the terminal
/// then.
std::string Typed(const std::vector<std::string>& keys) {
  std::string command = "(sleep 0.7";
  for (const std::string& key : keys) command += "; printf '" + key + "'; sleep 0.4";
  return command + ")";
}

TEST_F(TerminalTest, SqlShellEditsCompletesAndGoesOnAfterErrors) {
  RawDatabase(folder_ / "a.db").Run("CREATE TABLE users(a); INSERT INTO users VALUES (1234)");
  ASSERT_EQ(Run("$PVC import a.db").exit_code, 0);
  std::ofstream(folder_ / "command") << "export HOME=$PWD/home; exec $PVC sql --format=csv\n";
  const ProgramResult result =
      Run(Typed({"SELECT a AS v FROM us\\t;\\n", "nonsense;\\n", "SELECT\\003",
                 "SELECT length(\\047zw\\303\\266lf\\047) AS n;\\n",
                 "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) "
                 "FROM n;\\n",
                 "\\003", "SELECT 40 + 2 AS n;\\n", "\\004"}) +
          " | TERM=xterm NO_COLOR=1 script -qec 'exec sh ./command' typescript");
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_THAT(result.out, HasSubstr("v\r\n1234\r\n"));
  EXPECT_THAT(result.out, HasSubstr("syntax error"));
  EXPECT_THAT(result.out, HasSubstr("n\r\n5\r\n"));
  EXPECT_THAT(result.out, HasSubstr("error: interrupted\r\n"));
  EXPECT_THAT(result.out, HasSubstr("n\r\n42\r\n"));
  const std::string history = Read("home/.local/state/pvc/sql_history");
  EXPECT_THAT(history, testing::StartsWith("SELECT a AS v FROM users ;\nnonsense;\n"));
  EXPECT_THAT(history, testing::EndsWith("\nSELECT 40 + 2 AS n;\n"));
}

TEST_F(TerminalTest, AnswersOfQueriesGoThroughThePager) {
  RawDatabase(folder_ / "a.db").Run("CREATE TABLE t(a)");
  ASSERT_EQ(Run("$PVC import a.db").exit_code, 0);
  WriteScript("pager", "cat >> seen");
  EXPECT_EQ(OnTerminal("PVC_PAGER=./pager $PVC sql 'INSERT INTO t VALUES (1)'").exit_code, 0);
  EXPECT_EQ(Run("test -e seen").exit_code, 1);
  EXPECT_EQ(OnTerminal("NO_COLOR=1 PVC_PAGER=./pager $PVC sql 'SELECT 7 AS n'").exit_code, 0);
  EXPECT_EQ(Read("seen"), "┌───┐\n│ n │\n├───┤\n│ 7 │\n└───┘\n");
}

}  // namespace
}  // namespace pvc
