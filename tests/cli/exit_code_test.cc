#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/cli/run_binary.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

/// A repository with two commits of app.db, which has changed again since.
class Repository : public testing::Test {
 protected:
  Repository() {
    RawDatabase db(folder() + "/app.db");
    db.Run(
        "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO users VALUES(1,'a');");
    EXPECT_EQ(RunPvc(folder(), {"init"}).exit_code, 0);
    EXPECT_EQ(RunPvc(folder(), {"import", "app.db"}).exit_code, 0);
    db.Run("INSERT INTO users VALUES(2,'b')");
    EXPECT_EQ(RunPvc(folder(), {"import", "app.db"}).exit_code, 0);
    db.Run("INSERT INTO users VALUES(3,'c')");
  }

  const std::string& folder() const { return scratch_.path(); }

 private:
  TempFolder scratch_;
};

struct ExitCase {
  std::vector<std::string> words;
  int exit_code;
};

TEST_F(Repository, ExitCodesAreThoseOfTheContract) {
  std::ofstream(folder() + "/text.db") << "this is no database, only text that is long enough";
  const std::vector<ExitCase> cases = {
      {{"log"}, 0},
      {{"diff"}, 0},
      {{"diff", "--exit-code"}, 1},
      {{"diff", "HEAD", "HEAD", "--exit-code"}, 0},
      {{"diff", "HEAD~1..HEAD", "--exit-code", "--format=jsonl"}, 1},
      {{"fsck"}, 0},
      {{"version"}, 0},
      {{"init"}, 128},
      {{"import", "missing.db"}, 128},
      {{"import", "text.db"}, 128},
      {{"import", ".pvc/ROOT"}, 128},
      {{"export", "HEAD", "app.db"}, 128},
      {{"export", "HEAD", ".pvc/copy.db"}, 128},
      {{"log", "nowhere"}, 128},
      {{"show", "HEAD~9"}, 128},
      {{"hash", "HEAD", "userz"}, 128},
      {{"ls-tree", "HEAD", "userz"}, 128},
      {{"schema", "HEAD", "userz"}, 128},
      {{"diff", "HEAD~1", "HEAD", "--", "userz"}, 128},
      {{"cat-object", "00000000"}, 128},
      {{"cat-object", "xyz"}, 128},
      {{"diff", "A...B"}, 128},
      {{"branch", "try", "HEAD~1"}, 0},
      {{"branch", "main"}, 128},
      {{"branch", "a b"}, 128},
      {{"branch", "-d", "main"}, 128},
      {{"branch", "-d", "nowhere"}, 128},
      {{"branch", "-m", "nowhere", "x"}, 128},
      {{"tag", "v1", "nowhere"}, 128},
      {{"tag", "-d", "v1"}, 128},
      {{"branch", "-d"}, 129},
      {{"branch", "--list", "-d", "x"}, 129},
      {{"tag", "-a", "v1"}, 129},
      {{"completion", "tcsh"}, 129},
      {{"completion", "--words", "--", "nonsense", ""}, 0},
      {{"-C", "/nowhere", "log"}, 128},
      {{"comit"}, 129},
      {{"log", "--onelin"}, 129},
      {{"log", "-n"}, 129},
      {{"log", "-n", "x"}, 129},
      {{"log", "--format=yaml"}, 129},
      {{"diff", "A", "B", "C"}, 129},
      {{"diff", "--stat", "--name-only"}, 129},
      {{"import"}, 129},
      {{"init", "--compression=zstd:99"}, 129},
      {{"--colour", "log"}, 129},
      {{"-C"}, 129},
  };
  for (const ExitCase& expected : cases) {
    std::string line;
    for (const std::string& word : expected.words) line += word + " ";
    const ProgramResult result = RunPvc(folder(), expected.words);
    EXPECT_EQ(result.exit_code, expected.exit_code) << line << result.err;
    if (expected.exit_code >= 128) {
      EXPECT_EQ(result.out, "") << line;
      EXPECT_THAT(result.err, testing::StartsWith("error: ")) << line;
      EXPECT_THAT(result.err, testing::HasSubstr("\nhint: ")) << line;
    }
  }
}

TEST_F(Repository, HintedCommandsAreCommands) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"init"},
                                             {"export", "HEAD", "app.db"},
                                             {"cat-object", "xyz"},
                                             {"hash", "HEAD", "userz"}}) {
    std::istringstream lines(RunPvc(folder(), words).err);
    for (std::string line; std::getline(lines, line);) {
      const size_t at = line.find("pvc ");
      if (line.compare(0, 5, "hint:") != 0 || at == std::string::npos) continue;
      std::istringstream command_line(line.substr(at + 4));
      std::string command;
      command_line >> command;
      EXPECT_EQ(RunPvc(folder(), {"help", command}).exit_code, 0) << line;
    }
  }
}

TEST_F(Repository, ImportWithoutChangesLeavesTheRepositoryAsItWas) {
  ASSERT_EQ(RunPvc(folder(), {"import", "app.db"}).exit_code, 0);
  const std::string before = RunShell(folder(), "cat .pvc/ROOT | od -x").out;
  const ProgramResult again = RunPvc(folder(), {"import", "app.db"});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.out, testing::StartsWith("nothing to commit: app.db is as in "));
  EXPECT_EQ(RunShell(folder(), "cat .pvc/ROOT | od -x").out, before);
}

TEST_F(Repository, ImportFromASubfolderBindsTheSameFile) {
  ASSERT_EQ(RunShell(folder(), "mkdir sub && cd sub && $PVC import ../app.db").exit_code, 0);
  EXPECT_EQ(RunShell(folder(), "$PVC -C sub diff --exit-code").exit_code, 0);
}

TEST_F(Repository, FullStandardOutputIsAnError) {
  const ProgramResult result = RunShell(folder(), "$PVC log > /dev/full");
  EXPECT_EQ(result.exit_code, 128);
  EXPECT_THAT(result.err, testing::HasSubstr("No space left on device"));
}

TEST_F(Repository, ClosedStandardOutputEndsQuietly) {
  // Longer than a pipe holds.
  {
    RawDatabase db(folder() + "/app.db");
    db.Run(
        "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i+1 FROM n WHERE i<20000) "
        "INSERT INTO users SELECT i, 'name of ' || i FROM n");
  }
  const ProgramResult result =
      RunShell(folder(), "{ $PVC diff; echo $? > code; } | head -1 > first; cat code first");
  EXPECT_EQ(result.out.substr(0, 4), "128\n");
  EXPECT_EQ(result.err, "");
}

TEST_F(Repository, OutsideARepositoryInitIsHinted) {
  const TempFolder elsewhere;
  const ProgramResult result = RunPvc(elsewhere.path(), {"log"});
  EXPECT_EQ(result.exit_code, 128);
  EXPECT_THAT(result.err, testing::HasSubstr("pvc init"));
}

TEST_F(Repository, InterruptedImportChangesNothing) {
  RunShell(folder(), "rm app.db");
  {
    RawDatabase db(folder() + "/app.db");
    db.Run(
        "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<2000000) "
        "INSERT INTO users SELECT i, hex(randomblob(40)) FROM n");
  }
  const std::string before = RunShell(folder(), "cat .pvc/ROOT | od -x; ls -R .pvc").out;
  const ProgramResult result =
      // In the foreground: else the signal comes a second time, to the group, which ends pvc at
      // once.
      RunShell(
          folder(),
          "timeout --foreground --preserve-status -s INT 0.5 $PVC import app.db; echo code $?");
  EXPECT_EQ(result.out, "code 130\n");
  EXPECT_EQ(RunShell(folder(), "cat .pvc/ROOT | od -x; ls -R .pvc").out, before);
}

}  // namespace
}  // namespace pvc
