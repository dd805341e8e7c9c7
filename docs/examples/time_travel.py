#!/usr/bin/env python3
"""Queries the past of a SQLite database from Python, through pvc's loadable extension.

    python3 time_travel.py /usr/lib/pvc_sqlite.so

makes a small repository in a temporary folder with the program `pvc` (which has to be on PATH, or named by the
environment variable PVC), then asks it what was, what changed, who did it, and when.

Python's own sqlite3 module is all that it takes. Some builds of Python have it without extensions; Debian's
/usr/bin/python3 has them.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile


def connect(extension, repository):
    """A connection that sees the history of a repository."""
    connection = sqlite3.connect(":memory:")
    connection.enable_load_extension(True)
    connection.load_extension(extension)
    # No SQL of the data that comes has a reason to load another one.
    connection.enable_load_extension(False)
    # Finds the repository as pvc does, from any path inside it, and returns its folder.
    connection.execute("SELECT pvc_open(?)", [repository])
    # Columns by name: row["score"].
    connection.row_factory = sqlite3.Row
    return connection


def show(title, rows):
    print(f"{title}:")
    for row in rows:
        print("   ", *(f"{name}={row[name]!r}" for name in row.keys()))


def ask(connection):
    show("commits, newest first",
         connection.execute("SELECT author, message FROM pvc_log"))

    # Every table has functions of its own: pvc_at_, pvc_diff_, pvc_history_ and pvc_blame_ with its name.
    # A revision is whatever pvc takes for one: HEAD~1, a branch, a tag, 'main@{yesterday}', an id.
    show("users as they were in the first commit",
         connection.execute("SELECT id, name, score FROM pvc_at_users('v1') ORDER BY id"))

    show("what the last commit changed",
         connection.execute("""
             SELECT diff_type, coalesce(from_id, to_id) AS id, from_score, to_score
             FROM pvc_diff_users('HEAD~1', 'HEAD') ORDER BY id"""))

    # The key is looked up in each commit: rows of other users are not read.
    show("every score that user 1 has had",
         connection.execute("SELECT score FROM pvc_history_users WHERE id = ?", [1]))

    # All of it is SQL: states join with each other, and with tables of your own.
    show("who gained since v1",
         connection.execute("""
             SELECT after.name, after.score - before.score AS gain
             FROM pvc_at_users('HEAD') AS after JOIN pvc_at_users('v1') AS before USING (id)
             WHERE gain > 0"""))

    # What is asked for often can have a name. The branch is looked up anew by each query.
    connection.execute("CREATE VIRTUAL TABLE temp.main_users USING pvc('.', main, users)")
    show("average on main",
         connection.execute("SELECT avg(score) AS average FROM main_users"))

    # What is wrong is an exception, with what to do about it.
    try:
        connection.execute("SELECT * FROM pvc_at_users('v2')").fetchall()
    except sqlite3.OperationalError as error:
        print("error:", error)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: time_travel.py EXTENSION")
    extension = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_history()
        connection = connect(extension, folder)
        ask(connection)

        # A connection that stays open sees what is committed meanwhile.
        change("UPDATE users SET score = 9 WHERE id = 3", "a good day for cid")
        show("the newest commit",
             connection.execute("SELECT message FROM pvc_log LIMIT 1"))
        connection.close()


def make_history():
    """Commits of a table that any program may have written."""
    run_sql("""
        CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, score REAL);
        INSERT INTO users VALUES (1, 'ann', 3.5), (2, 'bob', 1.5)""")
    pvc("init", "--import", "app.db", "-m", "first import")
    pvc("tag", "v1")
    change("UPDATE users SET score = 4 WHERE id = 1", "scores for May")
    change("UPDATE users SET score = 4.5 WHERE id = 1; DELETE FROM users WHERE id = 2;"
           "INSERT INTO users VALUES (3, 'cid', 2)", "scores for June")


def change(sql, message):
    run_sql(sql)
    pvc("commit", "-m", message)


def run_sql(sql):
    database = sqlite3.connect("app.db")
    database.executescript(sql)
    database.close()


def pvc(*words):
    environment = {"PVC_AUTHOR_NAME": "Ann", "PVC_AUTHOR_EMAIL": "ann@example.org", **os.environ}
    subprocess.run([os.environ.get("PVC", "pvc"), *words], env=environment, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
