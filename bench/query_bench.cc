#include "query_bench.h"

#include <fmt/format.h>

#include <boost/filesystem.hpp>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>

#include "child_process.h"
#include "engine/tree_cursor.h"
#include "engine/tree_editor.h"
#include "vcs/catalog.h"
#include "vcs/record_import.h"
#include "vcs/repository.h"
#include "vcs/row_codec.h"

namespace pvc::bench {

namespace filesystem = boost::filesystem;

namespace {

constexpr int kEditCount = 500;
constexpr int kCommitCount = 1000;
constexpr int kEditsPerCommit = 5;
constexpr int kCommitsPerVersion = 10;
constexpr int64_t kWatchedId = 123'457;
/// Times a query is asked in one round: it takes milliseconds.
constexpr int kRepeats = 5;

constexpr size_t kUserIdCell = 1;
constexpr size_t kViewsCell = 4;

/// Records commits that change posts, without a working database: a scan of it for each of a
/// thousand commits would take minutes.
class PostWriter {
 public:
  explicit PostWriter(const std::string& folder)
      : fs_(MakePosixFileSystem()), repository_(pvc::Repository::Open(*fs_, folder)) {}

  uint64_t CountPosts() {
    return RequireTable(repository_->nodes(), HeadSnapshot().catalog, "posts")
        .table->rows.entry_count;
  }

  /// Sets a post's cells in one commit; `change` gets each row in turn.
  void Commit(const std::vector<int64_t>& ids, const std::function<void(Row&)>& change,
              const std::string& message) {
    const auto batch = repository_->store().BeginWrite(repository_->write_options());
    NodeReader nodes(*batch);
    Snapshot snapshot = HeadSnapshot();
    CatalogEntry entry = RequireTable(nodes, snapshot.catalog, "posts");
    RowCodec codec(entry.table->info, snapshot.properties.encoding,
                   repository_->store().hash_kind(), batch.get());
    EditBatch edits;
    for (const int64_t id : ids) {
      Bytes key;
      Bytes value;
      const Value wanted = Value::Integer(id);
      if (!codec.EncodeKey({&wanted, 1}, key) || !Lookup(nodes, entry.table->rows, key, value)) {
        throw std::runtime_error(fmt::format("no post {}", id));
      }
      Row row;
      row.cells.resize(codec.stored_columns().size());
      codec.Decode(key, value, row);
      change(row);
      codec.EncodeCells(row.rowid, row.cells, *batch);
      edits.Put(codec.key(), codec.value());
    }
    entry.table->rows = ApplyEdits(nodes, *batch, entry.table->rows, edits);
    EditBatch catalog;
    catalog.Put(CatalogKey(entry.object.kind, entry.object.name), EncodeCatalogEntry(entry));
    snapshot.catalog = ApplyEdits(nodes, *batch, snapshot.catalog, catalog);

    const CommitId parent = *repository_->HeadCommit();
    Signature who{"Bench", "bench@example.org", {}};
    who.when.unix_us = (1'700'000'000 + ++commit_count_) * 1'000'000;
    const CommitId commit = WriteCommit(
        *batch, MakeCommit(*repository_, WriteSnapshot(*batch, snapshot), {parent}, who, message));
    StateChange state;
    state.refs.push_back({*repository_->HeadRefName(), parent.id, commit.id});
    repository_->Publish(*batch, state, who, "commit");
  }

 private:
  Snapshot HeadSnapshot() {
    return repository_->GetSnapshot(repository_->GetCommit(*repository_->HeadCommit()).snapshot);
  }

  std::unique_ptr<FileSystem> fs_;
  std::unique_ptr<pvc::Repository> repository_;
  int64_t commit_count_ = 0;
};

std::vector<int64_t> ScatteredIds(int count, uint64_t post_count, uint64_t first) {
  std::vector<int64_t> ids;
  for (uint64_t i = 0; i < static_cast<uint64_t>(count); ++i) {
    const uint64_t step = post_count / static_cast<uint64_t>(count);
    ids.push_back(static_cast<int64_t>(1 + (first + i * step) % post_count));
  }
  return ids;
}

std::string Numbers(std::string_view between) {
  std::string text;
  for (int i = 0; i < 100; ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : between, 1000 + i * 4973);
  }
  return text;
}

}  // namespace

struct QueryBench::Query {
  std::string what;
  std::vector<std::string> arguments;  // behind `pvc`
  std::string live_sql;                // empty: SQLite has nothing like it
  std::optional<double> limit_ms;
};

std::vector<QueryBench::Query> QueryBench::Queries() {
  const auto ask = [](std::string what, const std::string& sql, std::optional<double> limit_ms) {
    return Query{std::move(what), {"sql", "-r", "start", sql}, sql, limit_ms};
  };
  const std::string row = fmt::format("SELECT * FROM posts WHERE id = {}", kWatchedId);
  const std::string by_key = fmt::format(" WHERE id = {}", kWatchedId);
  const auto ask_now = [](std::string what, const std::string& sql,
                          std::optional<double> limit_ms) {
    return Query{std::move(what), {"sql", "-r", "HEAD", sql}, "", limit_ms};
  };
  return {
      ask("one row by key of an old commit", row, 10),
      {"... of HEAD~1000", {"sql", "-r", "HEAD~1000", row}, row, std::nullopt},
      ask("sum(views) of 500,000 rows", "SELECT sum(views) FROM posts", 350),
      ask("100 rows by key, id IN (...)",
          "SELECT id, views FROM posts WHERE id IN (" + Numbers(", ") + ")", 15),
      ask("100 rows by key, joined with VALUES",
          "WITH wanted(id) AS (VALUES(" + Numbers("), (") +
              ")) SELECT posts.id, views FROM wanted JOIN posts ON posts.id = wanted.id",
          15),
      ask("count(*)", "SELECT count(*) FROM posts", std::nullopt),
      ask("ORDER BY id DESC LIMIT 10 OFFSET 250000",
          "SELECT id, title FROM posts ORDER BY id DESC LIMIT 10 OFFSET 250000", std::nullopt),
      {"500 changed rows, diff joined with both commits",
       {"sql", "-r", "start",
        "SELECT a.id, a.views, b.views FROM pvc_diff_posts('start', 'edited') d "
        "JOIN posts a ON a.id = d.to_id JOIN \"edited\".posts b ON b.id = d.to_id"},
       "ATTACH '../edited.db' AS edited; SELECT a.id, a.views, b.views FROM main.posts a "
       "JOIN edited.posts b ON b.id = a.id WHERE a.views <> b.views",
       30},
      ask_now("history of a row over 1,000 commits",
              "SELECT id, views FROM pvc_history_posts" + by_key, 50),
      {"... pvc log -- posts:N",
       {"log", "--oneline", "--", fmt::format("posts:{}", kWatchedId)},
       "",
       50},
      ask_now("blame of a row", "SELECT * FROM pvc_blame_posts" + by_key, std::nullopt),
  };
}

double QueryBench::Pvc(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {pvc_, "-C", Repository()});
  return RunChild(arguments, folder_).seconds;
}

double QueryBench::AskLive(const std::string& sql) {
  return RunChild({"sqlite3", Database(), sql}, Repository()).seconds;
}

void QueryBench::Begin(const std::string& source) {
  filesystem::remove_all(Repository());
  filesystem::create_directory(Repository());
  filesystem::copy_file(source, Database());
  AskLive("CREATE INDEX posts_by_user ON posts(user_id)");
  Pvc({"init"});
  Pvc({"import", "app.db"});
  Pvc({"tag", "start"});

  const auto add_views = [](Row& row) { ++row.cells[kViewsCell].value.integer; };
  PostWriter writer(Repository());
  const uint64_t post_count = writer.CountPosts();
  writer.Commit(
      ScatteredIds(kEditCount, post_count, 7),
      [&](Row& row) {
        add_views(row);
        ++row.cells[kUserIdCell].value.integer;
      },
      "edits");
  Pvc({"tag", "edited"});
  filesystem::remove(folder_ + "/edited.db");
  Pvc({"export", "edited", folder_ + "/edited.db"});
  for (int i = 0; i < kCommitCount; ++i) {
    std::vector<int64_t> ids =
        ScatteredIds(kEditsPerCommit, post_count, static_cast<uint64_t>(i) * 7919);
    if (i % kCommitsPerVersion == 0) ids.back() = kWatchedId;
    writer.Commit(ids, add_views, fmt::format("commit {}", i));
  }
}

void QueryBench::MeasureIndex() {
  const std::string sql = "SELECT id, title FROM posts WHERE user_id = 777";
  filesystem::remove_all(Repository() + "/.pvc/cache");
  measured_.Add("index first", Pvc({"sql", "-r", "start", sql}));
  measured_.Add("index next", Pvc({"sql", "-r", "edited", sql}));
  for (int i = 0; i < kRepeats; ++i) {
    measured_.Add("index", Pvc({"sql", "-r", "start", sql}));
    measured_.Add("index live", AskLive(sql));
  }
  AskLive("DROP INDEX posts_by_user");
  measured_.Add("index first live", AskLive("CREATE INDEX posts_by_user ON posts(user_id)"));
}

void QueryBench::Run(const std::string& source, int runs) {
  Begin(source);
  for (int run = 0; run < runs; ++run) {
    for (const Query& query : Queries()) {
      for (int i = 0; i < kRepeats; ++i) {
        measured_.Add(query.what, Pvc(query.arguments));
        if (!query.live_sql.empty()) measured_.Add(query.what + " live", AskLive(query.live_sql));
      }
    }
    MeasureIndex();
  }
  filesystem::remove_all(Repository());
  filesystem::remove(folder_ + "/edited.db");
}

void QueryBench::Print(Table& table) const {
  const auto add = [&](const std::string& what, const std::string& measured,
                       const std::string& live, std::optional<double> limit_ms) {
    const double seconds = measured_.median(measured);
    const std::string yardstick = live.empty() ? "" : "sqlite3 " + Ms(measured_.median(live));
    if (limit_ms) {
      table.Row(what, Ms(seconds), yardstick, seconds * 1e3, *limit_ms, " ms");
    } else if (!live.empty()) {
      table.Note(what, Ms(seconds), yardstick, seconds / measured_.median(live), "x");
    } else {
      table.Note(what, Ms(seconds), "", seconds * 1e3, " ms");
    }
  };
  for (const Query& query : Queries()) {
    add(query.what, query.what, query.live_sql.empty() ? "" : query.what + " live", query.limit_ms);
  }
  add("a row by an index of an old commit, posts(user_id)", "index", "index live", 15);
  add("... the first time", "index first", "index first live", std::nullopt);
  add("... the first time in the next commit, 500 edits on", "index next", "", std::nullopt);
}

}  // namespace pvc::bench
