#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cli/error_text.h"
#include "cli/line_editor.h"
#include "cli/sql_reader.h"
#include "tests/cli/fake_environment.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Result {
  int exit_code = 0;
  std::string out;
  std::string err;
};

/// `pvc sql` in this process, on a database of two users and one commit of it.
class SqlCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    RawDatabase(folder_ / "app.db")
        .Run(
            "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);"
            "INSERT INTO users VALUES(17, 'bob'), (42, 'ann')");
    FakeEnvironment fake(folder_.path());
    ASSERT_EQ(fake.Run({"init", folder_.path(), "--import", folder_ / "app.db"}), 0) << fake.err();
  }

  Result Run(std::vector<std::string> words, const std::string& input = "") {
    words.insert(words.begin(), "sql");
    FakeEnvironment fake(folder_.path());
    fake.environment().read_input_block = SourceOf(input);
    const int exit_code = fake.Run(words);
    return {exit_code, fake.out(), fake.err()};
  }
  std::string Output(const std::vector<std::string>& words) {
    const Result result = Run(words);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }

  const TempFolder folder_;
};

TEST_F(SqlCommandTest, QueryIsAnsweredAsATable) {
  EXPECT_EQ(Output({"SELECT * FROM users"}), "id  name\n--  ----\n17  bob\n42  ann\n");
  EXPECT_EQ(Output({"--no-header", "SELECT * FROM users"}), "17  bob\n42  ann\n");
  EXPECT_EQ(Output({"--format=csv", "--no-header", "--", "-- a comment\nSELECT 1"}), "1\n");
}

TEST_F(SqlCommandTest, WorkingDatabaseIsWritten) {
  EXPECT_EQ(Output({"UPDATE users SET name = 'Bob' WHERE id = 17"}), "");
  EXPECT_EQ(RawDatabase(folder_ / "app.db").Text("SELECT name FROM users"), "Bob");
}

TEST_F(SqlCommandTest, SeveralStatementsAnswerInTurn) {
  EXPECT_EQ(Output({"--format=csv", "SELECT 1 AS a; CREATE TABLE n(x); SELECT 2 AS b, 3 AS c;"}),
            "a\n1\nb,c\n2,3\n");
  EXPECT_EQ(Output({"--format=json", "CREATE TABLE m(x)"}),
            "{\n  \"format\": \"pvc.sql/v1\",\n  \"results\": []\n}\n");
  EXPECT_EQ(Output({""}), "");
  EXPECT_EQ(Output({"--", "-- nothing but a comment"}), "");
}

TEST_F(SqlCommandTest, ParametersHaveTheClassOfTheirLiterals) {
  EXPECT_EQ(Output({"--no-header", "--format=csv", "-p", "a=42", "-p", "b=1.5", "-p", "c='42'",
                    "-p", "d=x'00'", "-p", "e=NULL", "-p", "f=it's", "-p", "g=",
                    "SELECT typeof(:a), typeof(@b), typeof($c), typeof(:d), typeof(:e), :f, :g"}),
            "integer,real,text,blob,null,it's,\"\"\n");
}

TEST_F(SqlCommandTest, ParametersMayBeNumbered) {
  EXPECT_EQ(Output({"--no-header", "-p", "1=one", "-p", "2=two", "SELECT ?2, ?1"}), "two  one\n");
  EXPECT_EQ(Output({"--no-header", "-p", "1=one", "-p", "2=two", "SELECT ?, ?"}), "one  two\n");
  EXPECT_EQ(Output({"--no-header", "-p", ":id=42", "SELECT :id"}), "42\n");
}

TEST_F(SqlCommandTest, ParameterWithoutValueIsAnError) {
  const Result result = Run({"SELECT * FROM users WHERE id = :id"});
  EXPECT_EQ(result.exit_code, 128);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "error: parameter ':id' has no value\nhint: give it one:  -p id=VALUE\n");
  EXPECT_THAT(Run({"SELECT ?"}).err, HasSubstr("parameter '?1' has no value"));
}

TEST_F(SqlCommandTest, ValueWithoutParameterIsAnErrorBeforeAnythingRuns) {
  const Result result = Run({"-p", "idd=1", "DELETE FROM users; SELECT ':idd'"});
  EXPECT_EQ(result.exit_code, 128);
  EXPECT_THAT(result.err, StartsWith("error: no statement has a parameter 'idd'\n"));
  EXPECT_EQ(RawDatabase(folder_ / "app.db").Integer("SELECT count(*) FROM users"), 2);
  EXPECT_EQ(Run({"-p", "id=1"}, "SELECT 1;").exit_code, 128);
  EXPECT_EQ(Run({"-p", "=1", "SELECT 1"}).exit_code, 129);
  EXPECT_EQ(Run({"-p", "id", "SELECT 1"}).exit_code, 129);
}

TEST_F(SqlCommandTest, StatementsComeFromAFileOrStandardInput) {
  std::ofstream(folder_ / "q.sql") << "SELECT 1 AS a;\n-- the end\nSELECT 2 AS b";
  EXPECT_EQ(Output({"--no-header", "-f", folder_ / "q.sql"}), "1\n\n2\n");
  EXPECT_EQ(Run({"--no-header", "-f", "-"}, "SELECT 3").out, "3\n");
  EXPECT_EQ(Run({"--no-header"}, "SELECT 4;").out, "4\n");
  EXPECT_EQ(Run({}, "").exit_code, 0);
  EXPECT_EQ(Run({"-f", folder_ / "none.sql"}).exit_code, 128);
}

TEST_F(SqlCommandTest, ErrorEndsTheStatements) {
  const Result result =
      Run({"--no-header", "SELECT 1; SELECT * FROM nowhere; UPDATE users SET name = 'x'"});
  EXPECT_EQ(result.exit_code, 128);
  EXPECT_EQ(result.out, "1\n");
  EXPECT_THAT(result.err, StartsWith("error: no such table: nowhere\n"));
  EXPECT_EQ(RawDatabase(folder_ / "app.db").Text("SELECT name FROM users"), "bob");
}

TEST_F(SqlCommandTest, ErrorInTheMiddleOfAnAnswerLeavesItsJsonOpen) {
  const Result result = Run({"--format=json",
                             "WITH n(i) AS (VALUES (1), (2)) SELECT iif(i = 1, 1, "
                             "abs(-9223372036854775807 - 1)) FROM n"});
  EXPECT_EQ(result.exit_code, 128);
  EXPECT_THAT(result.out, EndsWith("[1]"));
}

TEST_F(SqlCommandTest, TransactionThatIsLeftOpenIsAnError) {
  const Result result = Run({"BEGIN; DELETE FROM users"});
  EXPECT_EQ(result.exit_code, 128);
  EXPECT_THAT(result.err, HasSubstr("a transaction was begun and not ended"));
  EXPECT_EQ(RawDatabase(folder_ / "app.db").Integer("SELECT count(*) FROM users"), 2);
  EXPECT_EQ(Run({"BEGIN; DELETE FROM users; COMMIT"}).exit_code, 0);
}

TEST_F(SqlCommandTest, UsageIsChecked) {
  EXPECT_THAT(Run({"SELECT", "*", "FROM", "users"}).err, HasSubstr("put it in quotes"));
  EXPECT_EQ(Run({"SELECT", "1"}).exit_code, 129);
  EXPECT_EQ(Run({"-f", "x", "SELECT 1"}).exit_code, 129);
  EXPECT_EQ(Run({"--format=xml", "SELECT 1"}).exit_code, 129);
  EXPECT_EQ(Run({"--no-header", "--format=json", "SELECT 1"}).exit_code, 129);
  EXPECT_EQ(Run({"--attach", "x", "SELECT 1"}).exit_code, 129);
  EXPECT_EQ(Run({"-r", "nope", "SELECT 1"}).exit_code, 128);
}

TEST_F(SqlCommandTest, InterruptEndsIt) {
  FakeEnvironment fake(folder_.path());
  fake.Interrupt();
  EXPECT_EQ(fake.Run({"sql", "SELECT 1"}), 130);
  EXPECT_EQ(fake.out(), "");
}

/// A user who types the lines of a script. "^C" is Ctrl-C, a line that ends in "<TAB>" asks for
/// completion and is not entered; ends with Ctrl-D.
class ScriptedUser final : public LineEditor {
 public:
  struct Log {
    std::vector<std::string> prompts;
    std::vector<std::string> history;
    std::vector<std::vector<std::string>> completions;
  };
  ScriptedUser(std::vector<std::string> script, Log& log) : script_(std::move(script)), log_(log) {}

  void SetCompleter(Completer completer) override { completer_ = std::move(completer); }
  void AddHistory(const std::string& line) override { log_.history.push_back(line); }

  Outcome ReadLine(const std::string& prompt, std::string& line) override {
    log_.prompts.push_back(prompt);
    while (at_ < script_.size()) {
      line = script_[at_++];
      if (line == "^C") return Outcome::kInterrupted;
      if (!line.ends_with("<TAB>")) return Outcome::kLine;
      log_.completions.push_back(completer_(line.substr(0, line.size() - 5)).words);
    }
    return Outcome::kEnd;
  }

 private:
  std::vector<std::string> script_;
  Log& log_;
  size_t at_ = 0;
  Completer completer_;
};

class SqlShellTest : public SqlCommandTest {
 protected:
  Result Type(const std::vector<std::string>& script, std::vector<std::string> words = {}) {
    words.insert(words.begin(), "sql");
    FakeEnvironment fake(folder_.path());
    Environment& environment = fake.environment();
    environment.in_is_terminal = true;
    environment.out.is_terminal = true;
    environment.variables["HOME"] = folder_ / "home";
    environment.variables["NO_COLOR"] = "1";
    environment.make_line_editor = [&] { return std::make_unique<ScriptedUser>(script, log_); };
    environment.forget_interrupt = [&] { return !is_terminated_; };
    const int exit_code = fake.Run(words);
    const std::string out = fake.out();
    return {exit_code, out.substr(std::min(out.find('\n') + 1, out.size())), fake.err()};
  }

  ScriptedUser::Log log_;
  bool is_terminated_ = false;
};

TEST_F(SqlShellTest, StatementRunsWhenItIsComplete) {
  const Result result = Type({"SELECT id", "", "  FROM users", "-- ;", "WHERE id = 42;"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "┌────┐\n│ id │\n├────┤\n│ 42 │\n└────┘\n\n");
  EXPECT_THAT(log_.prompts, ElementsAre("pvc> ", "...> ", "...> ", "...> ", "...> ", "pvc> "));
}

TEST_F(SqlShellTest, CommentsAndEmptyLinesBeginNoStatement) {
  Type({"", "-- hello", "/* a", "b */", "  "});
  EXPECT_THAT(log_.prompts, ElementsAre("pvc> ", "pvc> ", "pvc> ", "...> ", "pvc> ", "pvc> "));
}

TEST_F(SqlShellTest, ErrorIsPrintedAndTheShellGoesOn) {
  const Result result = Type({"SELEKT 1;", "SELECT 2;"}, {"--format=csv"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, StartsWith("error: near \"SELEKT\": syntax error\n"));
  EXPECT_EQ(result.out, "2\n2\n\n");
}

TEST_F(SqlShellTest, DotCommandsShowWhatThereIs) {
  const Result result = Type({".tables", ".schema users", ".mode", ".mode json", ".mode"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "users\n"
            "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);\n"
            "box\n"
            "json\n"
            "\n");
  EXPECT_THAT(Type({".help"}).out, HasSubstr(".at [REV]"));
}

TEST_F(SqlShellTest, MistakesAreHelped) {
  EXPECT_EQ(
      Type({".table"}).err,
      "error: '.table' is no command\nhint: did you mean '.tables'?\nhint: .help lists them\n");
  EXPECT_THAT(Type({".mode jsn"}).err, HasSubstr("did you mean 'json'?"));
  EXPECT_THAT(Type({".schema usres"}).err, HasSubstr("did you mean 'users'?"));
}

TEST_F(SqlShellTest, AtGoesToACommitAndBack) {
  const Result result = Type({".at HEAD", "SELECT 1", ";", ".at nope", ".at"}, {"--format=csv"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("nope"));
  EXPECT_THAT(log_.prompts, ElementsAre("pvc> ", "pvc HEAD> ", "     ...> ", "pvc HEAD> ",
                                        "pvc HEAD> ", "pvc> "));
}

TEST_F(SqlShellTest, OpenTransactionIsNotLeftInSilence) {
  const Result result = Type({"BEGIN;", "DELETE FROM users;", ".at HEAD"});
  EXPECT_EQ(result.exit_code, 128);
  EXPECT_THAT(result.err, HasSubstr("error: a transaction is open\n"));
  EXPECT_THAT(result.err, HasSubstr("error: a transaction was begun and not ended"));
  EXPECT_EQ(Type({"BEGIN;", "DELETE FROM users;", "ROLLBACK;"}).exit_code, 0);
}

TEST_F(SqlShellTest, QuitEndsIt) {
  for (const char* word : {".quit", ".exit", "quit", "exit"}) {
    log_ = {};
    EXPECT_EQ(Type({word, "SELECT 1;"}).out, "") << word;
    EXPECT_EQ(log_.prompts.size(), 1U);
  }
}

TEST_F(SqlShellTest, InterruptForgetsTheStatement) {
  const Result result = Type({"SELECT", "^C", "SELECT 5;"}, {"--format=csv"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "\n5\n5\n\n");
  is_terminated_ = true;
  EXPECT_EQ(Type({"^C", "SELECT 5;"}).exit_code, 130);
}

TEST_F(SqlShellTest, ParametersHoldForAllStatements) {
  const Result result =
      Type({"SELECT :a;", "SELECT 1;", "SELECT :b;"}, {"-p", "a=9", "--format=csv"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, ":a\n9\n1\n1\n\n");
  EXPECT_THAT(result.err, HasSubstr("parameter ':b' has no value"));
}

TEST_F(SqlShellTest, HistoryIsKept) {
  Type({"SELECT 1;", "", ".tables"});
  EXPECT_THAT(log_.history, ElementsAre("SELECT 1;", ".tables"));
  log_ = {};
  Type({});
  EXPECT_THAT(log_.history, ElementsAre("SELECT 1;", ".tables"));
}

TEST_F(SqlShellTest, TabCompletes) {
  Type({"SELECT * FROM us<TAB>", "SELECT * FROM users WHERE na<TAB>", "SELECT * FROM pvc_l<TAB>",
        ".sch<TAB>", ".schema u<TAB>", ".mode js<TAB>", ".at ma<TAB>", ".x y<TAB>"});
  EXPECT_THAT(log_.completions,
              ElementsAre(ElementsAre("users"), ElementsAre("name", "natural"),
                          ElementsAre("pvc_log"), ElementsAre(".schema"), ElementsAre("users"),
                          ElementsAre("json", "jsonl"), ElementsAre("main"), ElementsAre()));
}

TEST_F(SqlShellTest, OutputThatIsNoTerminalHasNoShell) {
  FakeEnvironment fake(folder_.path());
  fake.environment().in_is_terminal = true;
  fake.environment().make_line_editor = []() -> std::unique_ptr<LineEditor> {
    ADD_FAILURE();
    return nullptr;
  };
  fake.environment().read_input_block = SourceOf("SELECT 1 AS n");
  EXPECT_EQ(fake.Run({"sql"}), 0) << fake.err();
  EXPECT_EQ(fake.out(), "n\n-\n1\n");
}

}  // namespace
}  // namespace pvc
