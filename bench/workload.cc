#include "workload.h"

#include <sqlite3.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace pvc::bench {

namespace {

constexpr std::array<std::string_view, 60> kWords = {"lorem",      "ipsum",
                                                     "dolor",      "sit",
                                                     "amet",       "consectetur",
                                                     "adipiscing", "elit",
                                                     "sed",        "do",
                                                     "eiusmod",    "tempor",
                                                     "ut",         "labore",
                                                     "et",         "dolore",
                                                     "magna",      "aliqua",
                                                     "enim",       "ad",
                                                     "minim",      "veniam",
                                                     "quis",       "nostrud",
                                                     "ullamco",    "laboris",
                                                     "nisi",       "aliquip",
                                                     "ex",         "ea",
                                                     "commodo",    "consequat",
                                                     "duis",       "aute",
                                                     "irure",      "in",
                                                     "velit",      "esse",
                                                     "cillum",     "eu",
                                                     "fugiat",     "nulla",
                                                     "sint",       "occaecat",
                                                     "non",        "proident",
                                                     "sunt",       "culpa",
                                                     "qui",        "officia",
                                                     "mollit",     "anim",
                                                     "id",         "est",
                                                     "laborum",    "at",
                                                     "voluptas",   "reprehenderit",
                                                     "cupidatat",  "pariatur"};

// splitmix64: the same numbers on every machine and library.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  uint64_t Between(uint64_t low, uint64_t high) { return low + Next() % (high - low + 1); }

 private:
  uint64_t state_;
};

struct CloseDatabase {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using DatabaseHandle = std::unique_ptr<sqlite3, CloseDatabase>;
using StatementHandle = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

[[noreturn]] void Fail(sqlite3* db) { throw std::runtime_error(sqlite3_errmsg(db)); }

DatabaseHandle Open(const std::string& path) {
  sqlite3* raw = nullptr;
  const int rc = sqlite3_open(path.c_str(), &raw);
  DatabaseHandle db(raw);
  if (rc != SQLITE_OK) Fail(raw);
  return db;
}

void Execute(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) Fail(db);
}

StatementHandle Prepare(sqlite3* db, const char* sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(db, sql, -1, &raw, nullptr) != SQLITE_OK) Fail(db);
  return StatementHandle(raw);
}

void Step(sqlite3* db, sqlite3_stmt* statement) {
  if (sqlite3_step(statement) != SQLITE_DONE) Fail(db);
  sqlite3_reset(statement);
}

void BindText(sqlite3_stmt* statement, int position, const std::string& text) {
  sqlite3_bind_text(statement, position, text.data(), static_cast<int>(text.size()),
                    SQLITE_TRANSIENT);
}

std::string Words(Random& random, uint64_t low, uint64_t high) {
  std::string text;
  for (uint64_t count = random.Between(low, high); count > 0; --count) {
    if (!text.empty()) text += ' ';
    text += kWords[random.Next() % kWords.size()];
  }
  return text;
}

std::string CreatedAt(Random& random) {
  const auto two = [](uint64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return "20" + two(random.Between(15, 24)) + '-' + two(random.Between(1, 12)) + '-' +
         two(random.Between(1, 28)) + ' ' + two(random.Between(0, 23)) + ':' +
         two(random.Between(0, 59)) + ':' + two(random.Between(0, 59));
}

}  // namespace

void CreateWorkload(const std::string& path, const WorkloadOptions& options) {
  const DatabaseHandle db = Open(path);
  Execute(db.get(), "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;");
  Execute(
      db.get(),
      "CREATE TABLE users(id INTEGER PRIMARY KEY, username TEXT NOT NULL, email TEXT NOT NULL,"
      " bio TEXT, age INTEGER, score REAL, created_at TEXT);"
      "CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users(id),"
      " title TEXT NOT NULL, body TEXT, views INTEGER, likes INTEGER, created_at TEXT);"
      "BEGIN");
  Random random(options.seed);
  const uint64_t user_count = options.row_count / 6;
  const StatementHandle user = Prepare(db.get(), "INSERT INTO users VALUES(?,?,?,?,?,?,?)");
  for (uint64_t id = 1; id <= user_count; ++id) {
    const std::string name =
        std::string(kWords[random.Next() % kWords.size()]) + std::to_string(id);
    sqlite3_bind_int64(user.get(), 1, static_cast<sqlite3_int64>(id));
    BindText(user.get(), 2, name);
    BindText(user.get(), 3, name + "@example.org");
    BindText(user.get(), 4, Words(random, 3, 25));
    sqlite3_bind_int64(user.get(), 5, static_cast<sqlite3_int64>(random.Between(18, 90)));
    sqlite3_bind_double(user.get(), 6, static_cast<double>(random.Between(0, 10000)) / 100.0);
    BindText(user.get(), 7, CreatedAt(random));
    Step(db.get(), user.get());
  }
  const StatementHandle post = Prepare(db.get(), "INSERT INTO posts VALUES(?,?,?,?,?,?,?)");
  for (uint64_t id = 1; id <= options.row_count - user_count; ++id) {
    sqlite3_bind_int64(post.get(), 1, static_cast<sqlite3_int64>(id));
    sqlite3_bind_int64(post.get(), 2, static_cast<sqlite3_int64>(random.Between(1, user_count)));
    BindText(post.get(), 3, Words(random, 3, 10));
    BindText(post.get(), 4, Words(random, 8, 60));
    sqlite3_bind_int64(post.get(), 5, static_cast<sqlite3_int64>(random.Between(0, 100000)));
    sqlite3_bind_int64(post.get(), 6, static_cast<sqlite3_int64>(random.Between(0, 5000)));
    BindText(post.get(), 7, CreatedAt(random));
    Step(db.get(), post.get());
  }
  Execute(db.get(), "COMMIT");
}

void EditWorkload(const std::string& path, uint64_t count, uint64_t seed) {
  const DatabaseHandle db = Open(path);
  Execute(db.get(), "BEGIN");
  const StatementHandle last = Prepare(db.get(), "SELECT max(id) FROM posts");
  if (sqlite3_step(last.get()) != SQLITE_ROW) Fail(db.get());
  const auto post_count = static_cast<uint64_t>(sqlite3_column_int64(last.get(), 0));
  sqlite3_reset(last.get());
  Random random(seed);
  const StatementHandle edit = Prepare(db.get(), "UPDATE posts SET views = views + ? WHERE id = ?");
  for (uint64_t i = 0; i < count; ++i) {
    sqlite3_bind_int64(edit.get(), 1, static_cast<sqlite3_int64>(random.Between(1, 1000)));
    sqlite3_bind_int64(edit.get(), 2, static_cast<sqlite3_int64>(1 + i * post_count / count));
    Step(db.get(), edit.get());
  }
  Execute(db.get(), "COMMIT");
}

}  // namespace pvc::bench
