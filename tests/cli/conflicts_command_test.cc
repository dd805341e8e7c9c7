// `pvc conflicts`, `resolve`, `status` and what stopping commands print, on merges that stopped.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "cli/merge_report.h"
#include "cli/render/conflicts.h"
#include "tests/cli/fake_environment.h"
#include "tests/vcs/merge/merge_fixture.h"

namespace pvc {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kUsers =
    "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, score REAL, bio TEXT);"
    "INSERT INTO users VALUES(17,'bob',1.5,'b'),(42,'ann',3.5,'a')";

class ConflictsCommandTest : public MergeFixture {
 protected:
  struct Printed {
    int exit_code;
    std::string out;  ///< a line end in front, for a raw string
    std::string err;
  };
  /// Runs a command; ids are masked.
  Printed Pvc(const std::vector<std::string>& words) {
    FakeEnvironment environment(folder_.path());
    const int exit_code = environment.Run(words);
    const auto mask = [](std::string text) {
      text = std::regex_replace(text, std::regex("[0-9a-f]{64}"), "ID");
      return std::regex_replace(text, std::regex("\\b[0-9a-f]{12}\\b"), "id");
    };
    return {exit_code, "\n" + mask(environment.out()), mask(environment.err())};
  }

  std::string Conflicts(const std::vector<std::string>& words = {}) {
    std::vector<std::string> all = {"conflicts"};
    all.insert(all.end(), words.begin(), words.end());
    const Printed printed = Pvc(all);
    EXPECT_EQ(printed.exit_code, 1);
    EXPECT_EQ(printed.err, "");
    return printed.out;
  }

  /// What a function that reports prints, on standard output and standard error.
  template <typename Report>
  std::string Reported(const Report& report) {
    FakeEnvironment outside(folder_.path());
    Environment& environment = outside.environment();
    const Arguments arguments;
    Painter out(environment.out.writer, false);
    Painter err(environment.err.writer, false);
    Settings settings;
    CommandContext context{environment, arguments,          out, err, "merge try",
                           settings,    settings.effective, {},  {}};
    context.OpenRepository();
    report(context);
    return "\n" + outside.out() + outside.err();
  }
};

TEST_F(ConflictsCommandTest, ALineAColumnAlignedAsInDiff) {
  MergeWithConflicts(kUsers,
                     "UPDATE users SET score=4.0 WHERE id=42; UPDATE users SET name='B', score=2 "
                     "WHERE id=17; INSERT INTO users VALUES(100001,'x',1,NULL)",
                     "UPDATE users SET score=4.5 WHERE id=42; UPDATE users SET name=NULL, score=3 "
                     "WHERE id=17; INSERT INTO users VALUES(100001,'y',1,NULL)");
  EXPECT_EQ(Conflicts(), R"(
users      2 both changed, 1 both added
  ! id=17      name: base 'bob', main 'B', try NULL
               score: base 1.5, main 2.0, try 3.0
  ! id=42      score: base 3.5, main 4.0, try 4.5
  ! id=100001  added by both
               name: main 'x', try 'y'
)");
  EXPECT_EQ(Conflicts({"users:42"}), R"(
users      1 both changed
  ! id=42  score: base 3.5, main 4.0, try 4.5
)");
  EXPECT_EQ(Conflicts({"-s"}), R"(
users      2 both changed, 1 both added
)");
}

TEST_F(ConflictsCommandTest, WhoDeletedAndWhoChangedIsSaid) {
  MergeWithConflicts(kUsers, "DELETE FROM users WHERE id=42; UPDATE users SET bio='c' WHERE id=17",
                     "UPDATE users SET score=4.5, name='ANN' WHERE id=42; DELETE FROM users WHERE "
                     "id=17");
  EXPECT_EQ(Conflicts(), R"(
users      2 deleted and changed
  ! id=17  deleted in try, changed in main: bio: 'b' -> 'c'
  ! id=42  deleted in main, changed in try: name: 'ann' -> 'ANN',
           score: 3.5 -> 4.5
)");
}

TEST_F(ConflictsCommandTest, LongTextsShowWhatEachSideChanged) {
  const std::string lorem = "Lorem ipsum is what everybody writes, dolor sit amet and so on";
  const auto set = [](const std::string& bio) {
    return "UPDATE users SET bio='" + bio + "' WHERE id=42";
  };
  std::string ours = lorem;
  ours.replace(ours.find("ipsum"), 5, "IPSUM");
  std::string theirs = lorem;
  theirs.replace(theirs.find("ipsum"), 5, "opus");
  MergeWithConflicts(std::string(kUsers) + ";" + set(lorem), set(ours), set(theirs));
  EXPECT_EQ(Conflicts(), R"(
users      1 both changed
  ! id=42  bio: base -> main: 'Lorem [-ipsum-]{+IPSUM+} is what everybo...'
           bio: base -> try: 'Lorem [-ipsum-]{+opus+} is what everybo...'
)");
}

TEST_F(ConflictsCommandTest, TextsOfSeveralLinesAreComparedByLines) {
  const auto set = [](const std::string& bio) {
    return "UPDATE users SET bio='" + bio + "' WHERE id=42";
  };
  MergeWithConflicts(std::string(kUsers) + ";" + set("one\ntwo\nthree\nfour\n4\n5\nsix"),
                     set("one\nTWO\nthree\nfour\n4\n5\nSIX"),
                     set("one\nzwei\x1b[31m\nthree\nfour\n4\n5\nsix"));
  EXPECT_EQ(Conflicts(), R"(
users      1 both changed
  ! id=42  bio: base -> main:
             one
           - two
           + TWO
             three
             ... 2 lines
             5
           - six
           + SIX
           bio: base -> try:
             one
           - two
           + zwei\x1b[31m
             three
)");
}

TEST_F(ConflictsCommandTest, ValuesOutsideTheirRowAreReadToBeCompared) {
  const auto set = [](const std::string& word) {
    return "UPDATE users SET bio=printf('%.5000c " + word + " %.5000c','a','b') WHERE id=42";
  };
  MergeWithConflicts(std::string(kUsers) + ";" + set("zero"), set("one"), set("two"));
  EXPECT_EQ(Conflicts(), R"(
users      1 both changed
  ! id=42  bio: base -> main: '...aaaaaaaaaaaaaaa [-zero-]{+one+} bbbbbbbbbbbbbbb...'
           bio: base -> try: '...aaaaaaaaaaaaaaa [-zero-]{+two+} bbbbbbbbbbbbbbb...'
)");
}

TEST_F(ConflictsCommandTest, WhereBaseHasNoTextTheSidesAreCompared) {
  const auto set = [](const std::string& word) {
    return "UPDATE users SET bio='what both wrote is long and differs in " + word +
           " word only' WHERE id=42";
  };
  MergeWithConflicts(std::string(kUsers) + "; UPDATE users SET bio=NULL", set("one"), set("a"));
  EXPECT_EQ(Conflicts(), R"(
users      1 both changed
  ! id=42  bio: base NULL
           bio: main -> try: '... and differs in [-one-]{+a+} word only'
)");
}

TEST_F(ConflictsCommandTest, TheOtherRowOfATextKeyIsNamedByItsKey) {
  MergeWithConflicts(
      "CREATE TABLE p(a TEXT COLLATE NOCASE, b INTEGER, e UNIQUE, PRIMARY KEY(b, a)) WITHOUT ROWID",
      "INSERT INTO p VALUES('One',1,'same')", "INSERT INTO p VALUES('two''s',2,'same')");
  EXPECT_EQ(Conflicts(), R"(
p          1 against constraints
  ! b=2,a='two''s'  UNIQUE(e): b=1,a='one' has the same
                    try: e='same'
)");
}

TEST_F(ConflictsCommandTest, NamesAreEscaped) {
  MergeWithConflicts(
      "CREATE TABLE \"t\x1b\"(id INTEGER PRIMARY KEY, \"c\x1b\");"
      "INSERT INTO \"t\x1b\" VALUES(1,0)",
      "UPDATE \"t\x1b\" SET \"c\x1b\"=1; PRAGMA user_version=1",
      "UPDATE \"t\x1b\" SET \"c\x1b\"=char(27); PRAGMA user_version=2");
  EXPECT_EQ(Conflicts(), R"(
schema     1 conflict
  ! user_version: base 0, main 1, try 2
t\x1b      1 both changed
  ! id=1  c\x1b: base 0, main 1, try '\x1b'
)");
}

TEST_F(ConflictsCommandTest, BrokenConstraintsNameTheOtherRow) {
  MergeWithConflicts(
      "CREATE TABLE u(id INTEGER PRIMARY KEY, email TEXT UNIQUE);"
      "CREATE TABLE o(id INTEGER PRIMARY KEY, u INTEGER REFERENCES u(id));"
      "INSERT INTO u VALUES(1,'a')",
      "INSERT INTO u VALUES(7,'same'); DELETE FROM u WHERE id=1",
      "INSERT INTO u VALUES(8,'same'); INSERT INTO o VALUES(5,1)");
  EXPECT_EQ(Conflicts(), R"(
o          1 against constraints
  ! id=5  FOREIGN KEY u -> u(id): no such row
          try: u=1
u          1 against constraints
  ! id=8  UNIQUE(email): id=7 has the same
          try: email='same'
)");
}

TEST_F(ConflictsCommandTest, TheSchemaComesFirst) {
  MergeWithConflicts(
      "PRAGMA user_version=1; CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX i ON "
      "t(v)",
      "PRAGMA user_version=2; DROP INDEX i; CREATE INDEX i ON t(v DESC);"
      "CREATE VIEW w AS SELECT 1",
      "PRAGMA user_version=3; DROP INDEX i; CREATE INDEX i ON t(lower(v));"
      "CREATE VIEW w AS SELECT 2\n  AS two");
  EXPECT_EQ(Conflicts(), R"(
schema     3 conflicts
  ! user_version: base 1, main 2, try 3
  ! index i: both changed it
      base  CREATE INDEX i ON t(v)
      main  CREATE INDEX i ON t(v DESC)
      try   CREATE INDEX i ON t(lower(v))
  ! view w: both created it, differently
      main -> try:
      - CREATE VIEW w AS SELECT 1
      + CREATE VIEW w AS SELECT 2
      +   AS two
)");
}

TEST_F(ConflictsCommandTest, ColumnsOfTheSchemaShowTheirDefinition) {
  MergeWithConflicts("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)",
                     "ALTER TABLE t ADD COLUMN w INTEGER DEFAULT 1",
                     "ALTER TABLE t ADD COLUMN w TEXT");
  EXPECT_EQ(Conflicts(), R"(
schema     1 conflict
  ! table t, column w: both added it, differently
      base  (none)
      main  w INTEGER DEFAULT 1
      try   w TEXT
)");
}

TEST_F(ConflictsCommandTest, JsonHasExactCellsAndTheKeyAsTyped) {
  MergeWithConflicts(
      "CREATE TABLE p(a TEXT, b INTEGER, v, PRIMARY KEY(a, b)) WITHOUT ROWID;"
      "INSERT INTO p VALUES('x y',1,0),('z',2,0)",
      "UPDATE p SET v=1 WHERE b=1; DELETE FROM p WHERE b=2",
      "UPDATE p SET v=1.0 WHERE b=1; UPDATE p SET v=x'00' WHERE b=2");
  EXPECT_EQ(Conflicts({"--format=json"}), R"(
{
  "format": "pvc.conflicts/v1",
  "merge": {
    "kind": "merge",
    "commit": "ID",
    "base": {"name": "base", "snapshot": "ID"},
    "ours": {"name": "main", "snapshot": "ID"},
    "theirs": {"name": "try", "snapshot": "ID"}
  },
  "schema": [],
  "tables": [
    {"name": "p", "open": 2, "keyColumns": ["a", "b"], "conflicts": [
        {"key": {"a": "x y", "b": 1}, "typedKey": "'x y',1", "kind": "both-changed", "openColumns": ["v"], "base": {"a": "x y", "b": 1, "v": 0}, "ours": {"a": "x y", "b": 1, "v": 1}, "theirs": {"a": "x y", "b": 1, "v": 1.0}, "violations": []},
        {"key": {"a": "z", "b": 2}, "typedKey": "z,2", "kind": "deleted-changed", "openColumns": [], "base": {"a": "z", "b": 2, "v": 0}, "ours": null, "theirs": {"a": "z", "b": 2, "v": {"blob": "00"}}, "violations": []}
      ]}
  ]
}
)");
}

TEST_F(ConflictsCommandTest, JsonlHasAConflictALine) {
  MergeWithConflicts(
      "CREATE TABLE u(id INTEGER PRIMARY KEY, email TEXT UNIQUE);"
      "CREATE TABLE t(v); INSERT INTO t VALUES(1)",
      "INSERT INTO u VALUES(7,'same'); UPDATE t SET v=2; PRAGMA user_version=1",
      "INSERT INTO u VALUES(8,'same'); UPDATE t SET v=3; PRAGMA user_version=2");
  EXPECT_EQ(Conflicts({"--format=jsonl"}), R"(
{"event":"conflicts","format":"pvc.conflict-event/v1","merge":{"kind":"merge","commit":"ID","base":{"name":"base","snapshot":"ID"},"ours":{"name":"main","snapshot":"ID"},"theirs":{"name":"try","snapshot":"ID"}}}
{"event":"schema","object":"property","name":"user_version","column":null,"reason":"both changed it","base":"0","ours":"1","theirs":"2"}
{"event":"table","name":"t","open":1,"keyColumns":[]}
{"event":"row","table":"t","key":null,"rowid":1,"typedKey":"1","kind":"both-changed","openColumns":["v"],"base":{"v":1},"ours":{"v":2},"theirs":{"v":3},"violations":[]}
{"event":"table","name":"u","open":1,"keyColumns":["id"]}
{"event":"row","table":"u","key":{"id":8},"typedKey":"8","kind":"constraint","openColumns":[],"base":null,"ours":null,"theirs":{"id":8,"email":"same"},"violations":[{"kind":"unique","constraint":"email","otherTypedKey":"7"}]}
{"event":"end"}
)");
}

TEST_F(ConflictsCommandTest, WithoutAMergeThereAreNone) {
  Begin(kUsers);
  const Printed text = Pvc({"conflicts"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_EQ(text.out, "\nno conflicts: nothing is being merged\n");
  const Printed json = Pvc({"conflicts", "--format=json"});
  EXPECT_EQ(json.exit_code, 0);
  EXPECT_EQ(json.out, R"(
{
  "format": "pvc.conflicts/v1",
  "merge": null,
  "schema": [],
  "tables": []
}
)");
  EXPECT_EQ(Pvc({"conflicts", "nope"}).exit_code, 0);
}

TEST_F(ConflictsCommandTest, ResolveSaysWhatIsLeftAndWhatIsNext) {
  MergeWithConflicts(kUsers, "UPDATE users SET score=4.0, name=name||1",
                     "UPDATE users SET score=4.5, name=name||2");
  const Printed column = Pvc({"resolve", "users:42:score", "--theirs"});
  EXPECT_EQ(column.exit_code, 0) << column.err;
  EXPECT_EQ(column.out, "\nSettled 1 row of users; 2 conflicts left in 1 table\n");
  EXPECT_THAT(column.err, HasSubstr("hint: see what is left:  pvc conflicts\n"));
  EXPECT_EQ(Conflicts({"users:42"}), R"(
users      1 both changed
  ! id=42  name: base 'ann', main 'ann1', try 'ann2'
)");
  const Printed set = Pvc({"resolve", "users:42", "--set", "name=both"});
  EXPECT_EQ(set.out, "\nSettled 1 row of users; 1 conflict left in 1 table\n") << set.err;
  const Printed all = Pvc({"resolve", "--all", "--ours"});
  EXPECT_EQ(all.out, "\nSettled 1 row of users; no conflicts left\n") << all.err;
  EXPECT_THAT(all.err, HasSubstr("hint: finish it:  pvc merge --continue\n"));
  EXPECT_EQ(Text("SELECT group_concat(name||score) FROM users"), "bob14.0,both4.5");

  const Printed none = Pvc({"conflicts"});
  EXPECT_EQ(none.exit_code, 0);
  EXPECT_EQ(none.out, "\nAll conflicts are settled.\n");
  EXPECT_EQ(none.err, "hint: finish it:  pvc merge --continue\n");
}

TEST_F(ConflictsCommandTest, ResolveWantsOneWayAndSomethingToSettle) {
  MergeWithConflicts(kUsers, "UPDATE users SET score=4.0", "UPDATE users SET score=4.5");
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"resolve", "users"},
                                             {"resolve", "--ours"},
                                             {"resolve", "--ours", "--theirs", "users"},
                                             {"resolve", "--all", "--ours", "users"},
                                             {"resolve", "users:42", "--set", "score"},
                                             {"resolve", "users:42", "--renumber=ours"}}) {
    const Printed printed = Pvc(words);
    EXPECT_EQ(printed.exit_code, 129) << printed.err;
    EXPECT_THAT(printed.err, HasSubstr("hint: ")) << printed.err;
  }
  EXPECT_EQ(Open().size(), 2U);
}

TEST_F(ConflictsCommandTest, StatusSaysWhatIsBeingMergedAndHowToGoOn) {
  MergeWithConflicts(kUsers, "UPDATE users SET score=4.0", "UPDATE users SET score=4.5");
  EXPECT_THAT(Pvc({"status"}).out, StartsWith(R"(
On branch main
You are merging 'try' into 'main': 2 conflicts are open.

see them:       pvc conflicts
take one side:  pvc resolve users --theirs
then finish:    pvc merge --continue
give it up:     pvc merge --abort

Working database: app.db
)"));
  EXPECT_THAT(Pvc({"status", "--porcelain"}).out,
              HasSubstr("# pending merge\n# conflicts 2\n# commit ID\n"));
  EXPECT_THAT(Pvc({"status", "--format=json"}).out, HasSubstr(R"(
  "pending": "merge",
  "merge": {
    "ours": "main",
    "theirs": "try",
    "commit": "ID",
    "conflicts": 2,
    "commitsToCome": 0
  },
)"));
  Resolve({}, Resolution::kTheirs);
  const std::string settled = Pvc({"status"}).out;
  EXPECT_THAT(settled, StartsWith(R"(
On branch main
You are merging 'try' into 'main'. All conflicts are settled.

then finish:    pvc merge --continue
give it up:     pvc merge --abort

Working database: app.db
)"));
  EXPECT_THAT(settled, Not(HasSubstr("pvc commit")));
}

TEST_F(ConflictsCommandTest, StatusOfARebaseNamesTheCommitAndCountsThoseToCome) {
  Begin(kUsers);
  SwitchToNew("try");
  Run("UPDATE users SET score=9");
  Commit("first");
  Run("UPDATE users SET name='x'");
  Commit("second");
  SwitchTo("main");
  Run("UPDATE users SET score=8");
  Commit("ours");
  SwitchTo("try");
  SequenceRequest request;
  request.actor = Act("rebase main");
  request.kind = PendingKind::kRebase;
  request.onto = CommitId{*repository_->FindRef("refs/heads/main")};
  request.commits = CommitsToRebase(*repository_, request.onto,
                                    CommitId{*repository_->FindRef("refs/heads/try")});
  ASSERT_EQ(RunSequence(*repository_, request, {}).outcome, SequenceResult::Outcome::kConflicts);
  EXPECT_THAT(Pvc({"status"}).out, HasSubstr(R"(
You are rebasing 'try', at id (first): 2 conflicts are open. 1 commit to come.

see them:       pvc conflicts
take one side:  pvc resolve users --theirs
then finish:    pvc rebase --continue
leave it out:   pvc rebase --skip
give it up:     pvc rebase --abort

)"));
  EXPECT_THAT(Pvc({"status", "--porcelain"}).out, HasSubstr("# to-come 1\n"));
}

TEST_F(ConflictsCommandTest, CommandsThatStopNameOneConflictAndTheWaysOut) {
  BeginBranches(kUsers, "UPDATE users SET score=4.0", "UPDATE users SET score=4.5, name='x'");
  const MergeResult result = Merge();
  const auto report = [&](const char* what, PendingKind kind) {
    return Reported([&](CommandContext& context) {
      ReportStopped(context, what, kind, context.repository().nodes(), result.conflicts.encoding,
                    result.conflicts.conflicts, "main", "try");
    });
  };
  EXPECT_EQ(report("merge of 'try' into 'main'", PendingKind::kMerge), R"(
error: merge of 'try' into 'main' stopped: 2 conflicts in 1 table
  users  id=17  score: base 1.5, main 4.0, try 4.5
hint: see all:        pvc conflicts
hint: take one side:  pvc resolve users:17 --theirs
hint: then finish:    pvc merge --continue      (or give up: pvc merge --abort)
)");
  EXPECT_THAT(report("rebase of 'try'", PendingKind::kRebase),
              HasSubstr("hint: then finish:    pvc rebase --continue      (or leave it out: pvc "
                        "rebase --skip   give up: pvc rebase --abort)\n"));
}

TEST_F(ConflictsCommandTest, RowsThatBothAddedUnderAnIntegerKeyMayBothBeKept) {
  BeginBranches("CREATE TABLE p(id INTEGER PRIMARY KEY, v); CREATE TABLE q(k TEXT PRIMARY KEY, v)",
                "INSERT INTO p VALUES(1, 'o')", "INSERT INTO p VALUES(1, 't')");
  const MergeResult result = Merge();
  EXPECT_THAT(Reported([&](CommandContext& context) {
                ReportStopped(context, "merge of 'try' into 'main'", PendingKind::kMerge,
                              context.repository().nodes(), result.conflicts.encoding,
                              result.conflicts.conflicts, "main", "try");
              }),
              HasSubstr("hint: keep both:      pvc resolve p:1 --renumber=theirs\n"));
  EXPECT_EQ(Pvc({"resolve", "p:1", "--renumber=theirs"}).exit_code, 0);
  EXPECT_EQ(Text("SELECT group_concat(id || v) FROM p"), "1o,2t");
}

TEST_F(ConflictsCommandTest, AMergeThatWouldStopIsListedInBrief) {
  BeginBranches(
      "CREATE TABLE t(id INTEGER PRIMARY KEY, v); CREATE TABLE longer(id INTEGER PRIMARY KEY, v);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12)"
      "INSERT INTO t SELECT i, i FROM n; INSERT INTO longer VALUES(1,1)",
      "UPDATE t SET v=-v; DELETE FROM longer", "UPDATE t SET v=v*100; UPDATE longer SET v=2");
  MergeRequest request = Request();
  request.is_dry_run = true;
  const MergeResult result = MergeRevision(*repository_, request, {});
  EXPECT_EQ(Reported([&](CommandContext& context) {
              ReportWouldConflict(context, "merge of 'try' into 'main'", *result.conflicts.nodes,
                                  result.conflicts.encoding, result.conflicts.conflicts, "main",
                                  "try");
            }),
            R"(
merge of 'try' into 'main' would stop: 13 conflicts in 2 tables
  longer  1 conflict
  t       12 conflicts

the first 10:
  longer  id=1  deleted in main, changed in try: v: 1 -> 2
  t  id=1  v: base 1, main -1, try 100
  t  id=2  v: base 2, main -2, try 200
  t  id=3  v: base 3, main -3, try 300
  t  id=4  v: base 4, main -4, try 400
  t  id=5  v: base 5, main -5, try 500
  t  id=6  v: base 6, main -6, try 600
  t  id=7  v: base 7, main -7, try 700
  t  id=8  v: base 8, main -8, try 800
  t  id=9  v: base 9, main -9, try 900
)");
}

}  // namespace
}  // namespace pvc
