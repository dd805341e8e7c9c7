// The real extension in programs that users have: the sqlite3 shell and Python.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/cli/run_binary.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

using testing::HasSubstr;

/// A repository of two commits in `shop`, beside which programs run.
class ExtensionTest : public testing::Test {
 protected:
  ExtensionTest() {
    Expect(
        "mkdir shop && cd shop && sqlite3 app.db \"CREATE TABLE users(id INTEGER PRIMARY KEY, "
        "name TEXT, score REAL); INSERT INTO users VALUES(1, 'ann', 3.5), (2, 'bob', 1.5)\" && "
        "$PVC init && $PVC import app.db -m first && sqlite3 app.db \"UPDATE users SET score = "
        "4 WHERE id = 1; DELETE FROM users WHERE id = 2\" && $PVC commit -m second");
  }

  /// Runs a command line that has to succeed.
  void Expect(const std::string& command) {
    const ProgramResult result = RunShell(folder_.path(), command);
    ASSERT_EQ(result.exit_code, 0) << command << "\n" << result.out << result.err;
  }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }

  /// What the sqlite3 shell prints, answers and errors alike, with the extension loaded.
  std::string Shell(const std::string& script) {
    Write("script.sql", ".load " PVC_EXTENSION "\n" + script);
    return RunShell(folder_.path(), "sqlite3 -batch :memory: < script.sql 2>&1").out;
  }

  /// What a Python program prints; `connect()` gives it a connection with the extension loaded and
  /// the repository open.
  std::string Python(const std::string& program) {
    Write("program.py",
          "import os, shutil, sqlite3, subprocess, sys, threading\n"
          "EXTENSION = '" PVC_EXTENSION
          "'\n"
          "def connect(path=':memory:'):\n"
          "    connection = sqlite3.connect(path, isolation_level=None)\n"
          "    connection.enable_load_extension(True)\n"
          "    connection.load_extension(EXTENSION)\n"
          "    connection.execute(\"SELECT pvc_open('shop')\").fetchall()\n"
          "    return connection\n"
          "def attempt(connection, sql):\n"
          "    try:\n"
          "        return connection.execute(sql).fetchall()\n"
          "    except sqlite3.Error as error:\n"
          "        return str(error)\n" +
              program);
    const ProgramResult result = RunShell(folder_.path(), Interpreter() + " program.py");
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.err, "");
    return result.out;
  }

  /// A Python whose sqlite3 module loads extensions, into a SQLite that is new enough; empty when
  /// there is none. The first one on PATH is often built without.
  static std::string Interpreter() {
    for (const char* candidate : {"python3", "/usr/bin/python3", "/usr/local/bin/python3"}) {
      const std::string check = fmt::format(
          "{} -c 'import sqlite3; sqlite3.Connection.enable_load_extension; assert "
          "sqlite3.sqlite_version_info >= (3, 38)'",
          candidate);
      if (RunShell("/", check).exit_code == 0) return candidate;
    }
    return "";
  }

  TempFolder folder_;
};

TEST_F(ExtensionTest, TheShellAsksAboutThePast) {
  const std::string folder = RunShell(folder_.path(), "cd shop && pwd -P").out;
  EXPECT_EQ(Shell("SELECT pvc_open('shop/app.db');\n"
                  "SELECT author, message FROM pvc_log;\n"
                  "SELECT * FROM pvc_at_users('HEAD~1');\n"
                  "SELECT diff_type, from_id, from_score, to_score FROM pvc_diff_users('HEAD~1');\n"
                  "SELECT name, is_head FROM pvc_branches;\n"
                  "CREATE VIRTUAL TABLE before USING pvc(shop, HEAD~1, users);\n"
                  "SELECT name, before.score, u.score FROM before LEFT JOIN pvc_at_users AS u "
                  "USING (id, name);\n"
                  "SELECT pvc_hash('HEAD', 'users') = hash FROM pvc_hash('HEAD', 'users');\n"),
            folder +
                "ann|second\nann|first\n"
                "1|ann|3.5\n2|bob|1.5\n"
                "modified|1|3.5|4.0\nremoved|2|1.5|\n"
                "main|1\n"
                "ann|3.5|4.0\nbob|1.5|\n"
                "1\n");
}

TEST_F(ExtensionTest, TheShellSaysWhatIsWrongAndGoesOn) {
  EXPECT_EQ(Shell("SELECT * FROM pvc_log;\n"
                  "SELECT pvc_open('/');\n"
                  "SELECT pvc_open('shop') IS NULL;\n"
                  "SELECT * FROM pvc_at_users('v7');\n"
                  "SELECT * FROM pvc_at_nothing;\n"
                  "DELETE FROM pvc_at_users;\n"
                  "CREATE VIRTUAL TABLE t USING pvc(shop, HEAD, nothing);\n"
                  "CREATE VIRTUAL TABLE t USING pvc(shop);\n"
                  "SELECT name FROM pvc_at_users;\n"),
            "Parse error near line 2: no such table: pvc_log\n"
            "Runtime error near line 3: no repository in '/' or a folder above it (hint: make one: "
            " pvc init)\n"
            "0\n"
            "Runtime error near line 5: no branch, tag or commit 'v7'\n"
            "Parse error near line 6: no such table: pvc_at_nothing\n"
            "Parse error near line 7: table pvc_at_users may not be modified\n"
            "Runtime error near line 8: no table 'nothing' in 'HEAD' (hint: all tables:  pvc ls)\n"
            "Runtime error near line 9: pvc takes 3 arguments, not 1: pvc(REPOSITORY, REVISION, "
            "TABLE)\n"
            "ann\n");
}

TEST_F(ExtensionTest, ATableInADatabaseFileIsThereAgain) {
  Expect("sqlite3 other.db '.load " PVC_EXTENSION
         "' 'CREATE VIRTUAL TABLE before USING "
         "pvc(shop, HEAD~1, users)'");
  EXPECT_EQ(RunShell(folder_.path(),
                     "sqlite3 other.db '.load " PVC_EXTENSION "' 'SELECT name FROM before'")
                .out,
            "ann\nbob\n");
  EXPECT_THAT(RunShell(folder_.path(), "sqlite3 other.db 'SELECT name FROM before'").err,
              HasSubstr("no such module: pvc"));
}

TEST_F(ExtensionTest, LoadedAgainUnderItsNameAndUnderAnother) {
  Expect("cp " PVC_EXTENSION " copy.so");
  EXPECT_EQ(Shell("SELECT pvc_open('shop') IS NULL;\n"
                  ".load " PVC_EXTENSION "\n"
                  ".load ./copy\n"
                  "SELECT load_extension('./copy.so', 'sqlite3_extension_init');\n"
                  "SELECT message FROM pvc_log;\n"),
            "0\n\nsecond\nfirst\n");
}

TEST_F(ExtensionTest, TheExampleRunsAsItIs) {
  if (Interpreter().empty()) GTEST_SKIP() << "no Python here loads extensions";
  const ProgramResult result =
      RunShell(folder_.path(), Interpreter() + " " PVC_SOURCE_FOLDER
                                               "/docs/examples/time_travel.py " PVC_EXTENSION);
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.out,
            "commits, newest first:\n"
            "    author='Ann' message='scores for June'\n"
            "    author='Ann' message='scores for May'\n"
            "    author='Ann' message='first import'\n"
            "users as they were in the first commit:\n"
            "    id=1 name='ann' score=3.5\n"
            "    id=2 name='bob' score=1.5\n"
            "what the last commit changed:\n"
            "    diff_type='modified' id=1 from_score=4.0 to_score=4.5\n"
            "    diff_type='removed' id=2 from_score=1.5 to_score=None\n"
            "    diff_type='added' id=3 from_score=None to_score=2.0\n"
            "every score that user 1 has had:\n"
            "    score=4.5\n"
            "    score=4.0\n"
            "    score=3.5\n"
            "who gained since v1:\n"
            "    name='ann' gain=1.0\n"
            "average on main:\n"
            "    average=3.25\n"
            "error: no branch, tag or commit 'v2' (hint: did you mean 'v1'?)\n"
            "the newest commit:\n"
            "    message='a good day for cid'\n");
}

class PythonExtension : public ExtensionTest {
 protected:
  void SetUp() override {
    if (Interpreter().empty()) GTEST_SKIP() << "no Python here loads extensions";
  }
};

TEST_F(PythonExtension, ThreadsWithAConnectionEach) {
  const std::string out = Python(R"py(
def work(results):
    for i in range(20):
        connection = connect()
        results.append(connection.execute(
            "SELECT group_concat(name) FROM pvc_at_users('HEAD~1')")
                .fetchone()[0])
        connection.close()
results = []
threads = [threading.Thread(target=work, args=[results]) for i in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(results), set(results))
)py");
  EXPECT_EQ(out, "40 {'ann,bob'}\n");
}

TEST_F(PythonExtension, ConnectionsEndInAnyOrderOrNotAtAll) {
  const std::string out = Python(R"py(
first, second, third = connect(), connect(), connect()
cursor = second.execute('SELECT message FROM pvc_log')
print(cursor.fetchone())
first.close()
print(cursor.fetchone())
running = third.execute('SELECT message FROM pvc_log')
running.fetchone()
second.close()
print(third.execute('SELECT count(*) FROM pvc_log').fetchone())
)py");
  EXPECT_EQ(out, "('second',)\n('first',)\n(2,)\n");
}

TEST_F(PythonExtension, ARepositoryThatGoesAwayIsAnError) {
  const std::string out = Python(R"py(
connection = connect()
connection.execute("CREATE VIRTUAL TABLE t USING pvc(shop, HEAD, users)")
cursor = connection.execute('SELECT message FROM pvc_log')
print(cursor.fetchone())
shutil.rmtree('shop')
print(cursor.fetchall())
for sql in ['SELECT * FROM pvc_log', 'SELECT * FROM pvc_at_users', "SELECT pvc_hash('HEAD')",
            'SELECT * FROM t', 'SELECT * FROM pvc_status', "SELECT pvc_open('shop')"]:
    print(attempt(connection, sql).replace(os.getcwd(), ''))
)py");
  const std::string no_root = "cannot open '/shop/.pvc/ROOT': No such file or directory\n";
  EXPECT_EQ(out, "('second',)\n[('first',)]\n" + no_root + no_root + no_root + no_root + no_root +
                     "no repository in '/shop' or a folder above it (hint: make one:  pvc init)\n");
}

TEST_F(PythonExtension, TheLocksOfAProgramOnTheWorkingDatabaseStay) {
  const std::string out = Python(R"py(
connection = connect('shop/app.db')
print(connection.execute('SELECT count(*) FROM users').fetchone())
connection.execute('BEGIN IMMEDIATE')
connection.execute("INSERT INTO users VALUES(7, 'eve', 0)")
print(attempt(connection, 'SELECT name, rows_added FROM pvc_status'))
print(attempt(connection, "SELECT count(*) FROM pvc_at_users('WORKING')"))
other = subprocess.run(['sqlite3', 'shop/app.db', 'DELETE FROM users'], capture_output=True, text=True)
print(other.stderr.strip())
connection.execute('COMMIT')
print(attempt(connection, 'SELECT name, rows_added FROM pvc_status'))
print(attempt(connection, 'SELECT * FROM users EXCEPT SELECT * FROM pvc_at_users'))
)py");
  EXPECT_EQ(out,
            "(1,)\n"
            "[]\n"
            "[(1,)]\n"
            "Error: stepping, database is locked (5)\n"
            "[('users', 1)]\n"
            "[(7, 'eve', 0.0)]\n");
}

TEST_F(PythonExtension, WhatWasReadOfTheWorkingDatabaseKeepsNoLock) {
  const std::string out = Python(R"py(
connection = connect()
connection.execute("SELECT pvc_open('shop', 'WORKING')").fetchall()
connection.execute("CREATE VIRTUAL TABLE t USING pvc(shop, WORKING, users)")
print(attempt(connection, "SELECT count(*) FROM pvc_at_users('WORKING')"))
print(attempt(connection, "SELECT count(*) FROM pvc_diff_users('HEAD', 'WORKING')"))
print(attempt(connection, "SELECT count(*) FROM t"))
for words in [['switch', '-c', 'side'], ['reset', '--hard', 'HEAD~1']]:
    subprocess.run([os.environ['PVC'], *words], cwd='shop', check=True, capture_output=True)
print(attempt(connection, "SELECT count(*) FROM t"))
print(attempt(connection, "SELECT count(*) FROM pvc_at_users"))
)py");
  EXPECT_EQ(out, "[(1,)]\n[(0,)]\n[(1,)]\n[(2,)]\n[(2,)]\n");
}

// A copy that the loader takes for another library: its name inside is another.
TEST_F(PythonExtension, AProgramWithASqliteOfItsOwnAsksAboutCommits) {
  Expect("cp \"$(ldd " PVC_EXTENSION
         " | awk '/libsqlite3.so.0/ {print $3}')\" own.so && "
         "sed -i 's/libsqlite3\\.so\\.0/libsqlite3.so.9/' own.so");
  Write("program.py", R"py(
import ctypes
own = ctypes.CDLL('./own.so', mode=ctypes.RTLD_LOCAL)
connection = ctypes.c_void_p()
own.sqlite3_open(b':memory:', ctypes.byref(connection))
own.sqlite3_enable_load_extension(connection, 1)
text = ctypes.c_char_p()
@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_char_p),
                  ctypes.c_void_p)
def show(_, count, values, names):
    print(*(values[i].decode() for i in range(count)), sep='|')
    return 0
def run(sql):
    if own.sqlite3_exec(connection, sql.encode(), show, None, ctypes.byref(text)) != 0:
        print('error:', text.value.decode())
run(f"SELECT load_extension('{open('path').read()}') IS NULL")
run("SELECT pvc_open('shop') IS NULL")
run("SELECT message FROM pvc_log")
run("SELECT name, score FROM pvc_at_users('HEAD~1') WHERE id = 2")
run("SELECT length(pvc_hash('HEAD'))")
run("SELECT * FROM pvc_status")
run("SELECT count(*) FROM pvc_at_users('WORKING')")
run("SELECT pvc_open('/')")
print(sum('libsqlite3' in line or 'own.so' in line for line in
          {line.split()[-1] for line in open('/proc/self/maps')}))
own.sqlite3_close(connection)
)py");
  Write("path", PVC_EXTENSION);
  const ProgramResult result = RunShell(folder_.path(), Interpreter() + " program.py");
  EXPECT_EQ(result.err, "");
  const std::string refused =
      "error: this program has a SQLite of its own, beside which pvc cannot read the working "
      "database\n";
  EXPECT_EQ(result.out,
            "1\n0\nsecond\nfirst\nbob|1.5\n64\n" + refused + refused +
                "error: no repository in '/' or a folder above it (hint: make one:  pvc init)\n"
                "2\n");
}

}  // namespace
}  // namespace pvc
