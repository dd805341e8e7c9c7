#include "vcs/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/decoder.h"
#include "base/error.h"
#include "engine/external_sort.h"
#include "engine/leaf_stream.h"
#include "sqlite/database.h"
#include "sqlite/write_behind_vfs.h"
#include "vcs/catalog.h"
#include "vcs/row_codec.h"
#include "vcs/row_key.h"
#include "vcs/table_writer.h"

namespace pvc {

namespace {

constexpr uint64_t kRowsPerProgressReport = 8192;
constexpr std::string_view kSequenceTable = "sqlite_sequence";
// SQLite's own cache while the file is written: enough for the rightmost pages and an index or two.
constexpr int kWriterCacheKib = 16384;
// Memory for bringing the rows of one table into rowid order.
constexpr size_t kSortBytes = 32U << 20;

// The file being built: removed unless it was finished.
class TemporaryFile {
 public:
  TemporaryFile(FileSystem& fs, const std::string& target) : fs_(fs) {
    for (unsigned number = 0;; ++number) {
      path_ = fmt::format("{}.pvc-tmp{}", target, number);
      try {
        fs_.Open(path_, OpenMode::kCreateNew);
        return;
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::kExists) throw;
      }
    }
  }
  ~TemporaryFile() {
    if (path_.empty()) return;
    for (const char* suffix : {"-journal", "-wal", "-shm", ""}) {
      try {
        fs_.Remove(path_ + suffix);
      } catch (const std::exception&) {  // most were never there
      }
    }
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

  void MoveTo(const std::string& target) {
    fs_.Open(path_, OpenMode::kReadWrite)->Sync();
    fs_.Rename(path_, target);
    path_.clear();
    fs_.SyncDirectory(ParentPath(target));
  }

 private:
  FileSystem& fs_;
  std::string path_;
};

class Exporter {
 public:
  Exporter(Repository& repository, const Snapshot& snapshot, Database& db,
           const ExportOptions& options)
      : repository_(repository),
        properties_(snapshot.properties),
        catalog_(ReadCatalog(repository.nodes(), snapshot.catalog)),
        db_(db),
        options_(options) {}

  ExportResult Run() {
    for (const CatalogEntry& entry : catalog_) {
      if (!entry.table) continue;
      ++result_.table_count;
      progress_.row_count += entry.table->rows.entry_count;
    }
    PrepareFile();
    db_.BeginWrite();
    CreateTables();
    {
      const ShadowWriteScope shadow_tables(db_);
      for (const CatalogEntry& entry : catalog_) {
        if (entry.table && entry.object.name != kSequenceTable) CopyRows(*entry.table);
      }
    }
    CopySequences();
    // Indexes are filled from the rows at once, and triggers must not see the rows arrive.
    for (const SchemaObjectKind kind :
         {SchemaObjectKind::kIndex, SchemaObjectKind::kView, SchemaObjectKind::kTrigger}) {
      for (const CatalogEntry& entry : catalog_) {
        if (entry.object.kind == kind) db_.CreateSchemaObject(entry.object);
      }
    }
    for (const CatalogEntry& entry : catalog_) {
      if (entry.object.is_virtual) db_.InsertSchemaRow(entry.object);
    }
    RestoreOrder();
    if (properties_.has_statistics) db_.Execute("ANALYZE main");
    db_.Commit();
    return result_;
  }

 private:
  void PrepareFile() {
    // What cannot be changed once there is a table comes first. The file is nobody's until it is
    // renamed, so it needs no journal, and one fsync at the end.
    db_.Execute(fmt::format("PRAGMA encoding='{}'", TextEncodingName(properties_.encoding)));
    db_.Execute(fmt::format("PRAGMA page_size={}", properties_.page_size));
    db_.Execute(fmt::format("PRAGMA auto_vacuum={}", properties_.auto_vacuum));
    db_.QueryText("PRAGMA locking_mode=EXCLUSIVE");
    db_.QueryText("PRAGMA journal_mode=OFF");
    db_.Execute("PRAGMA synchronous=OFF");
    db_.QueryText("PRAGMA secure_delete=OFF");
    db_.Execute("PRAGMA foreign_keys=OFF");
    db_.Execute("PRAGMA ignore_check_constraints=ON");
    db_.Execute(fmt::format("PRAGMA cache_size=-{}", kWriterCacheKib));
    db_.Execute(fmt::format("PRAGMA user_version={}", properties_.user_version));
    db_.Execute(fmt::format("PRAGMA application_id={}", properties_.application_id));
  }

  void CreateTables() {
    const SchemaObject* sequences = nullptr;
    for (const CatalogEntry& entry : catalog_) {
      const SchemaObject& object = entry.object;
      if (object.kind != SchemaObjectKind::kTable || object.is_virtual) continue;
      if (object.name == kSequenceTable) {
        sequences = &object;
      } else {
        db_.CreateSchemaObject(object);
      }
    }
    // Mostly there by now: it comes with the first AUTOINCREMENT table, and stays when that is
    // dropped.
    if (sequences != nullptr) db_.CreateSchemaObject(*sequences);
  }

  void CopyRows(const StoredTable& table) {
    progress_.table = table.info.name;
    TableWriter writer(db_, repository_.store(), table.info, properties_.encoding);
    RowCodec codec(table.info, properties_.encoding, repository_.store().hash_kind(), nullptr);
    LeafStream leaves(repository_.nodes(), table.rows);
    // Rows keyed by a tuple go back in the order of their rowids: that fills the pages from the
    // left as they were filled first, and keeps the order where columns hide the rowid from SQL.
    std::optional<ExternalSorter> by_rowid;
    if (table.info.identity == RowIdentity::kPrimaryKey && !table.info.without_rowid) {
      by_rowid.emplace(repository_.fs(), JoinPath(repository_.pvc_path(), "incoming"), kSortBytes);
    }
    // What a rowid-keyed row points to is in its leaf; other keys live until the next row only.
    std::vector<Row> batch(table.info.identity != RowIdentity::kPrimaryKey ? TableWriter::kBatchRows
                                                                           : 1);
    size_t batched = 0;
    Row row;
    Bytes sort_key;
    Bytes sort_value;
    while (const auto leaf = leaves.Next()) {
      for (size_t i = 0; i < leaf->count(); ++i) {
        if (!by_rowid) {
          codec.Decode(leaf->key(i), leaf->value(i), batch[batched++]);
          if (batched == batch.size() || i + 1 == leaf->count()) {
            writer.InsertAll({batch.data(), batched});
            batched = 0;
          }
          CountRow();
          continue;
        }
        codec.Decode(leaf->key(i), leaf->value(i), row);
        sort_key.clear();
        AppendRowidKey(sort_key, row.rowid);
        sort_value.clear();
        AppendString(sort_value, leaf->key(i));
        sort_value.append(leaf->value(i));
        by_rowid->Add(sort_key, sort_value);
      }
    }
    if (!by_rowid) return;
    ByteView rowid_key;
    ByteView entry;
    while (by_rowid->Next(rowid_key, entry)) {
      Decoder in(entry, "sorted row");
      const ByteView key = in.ReadString(kMaxKeyBytes);
      codec.Decode(key, in.ReadBytes(in.remaining()), row);
      writer.Insert(row);
      CountRow();
    }
  }

  void CountRow() {
    ++result_.row_count;
    if (++progress_.rows_done % kRowsPerProgressReport == 0 && options_.progress) {
      options_.progress(progress_);
    }
  }

  // Inserting rows with AUTOINCREMENT keys has left counters there: the stored ones take their
  // place.
  void CopySequences() {
    for (const CatalogEntry& entry : catalog_) {
      if (!entry.table || entry.object.name != kSequenceTable) continue;
      db_.Execute("DELETE FROM main.sqlite_sequence");
      CopyRows(*entry.table);
    }
  }

  // Rows of sqlite_schema in the order they were read. Tables were made before all else, so an
  // index that stood between two tables comes too late; automatic indexes follow their table.
  void RestoreOrder() {
    std::map<std::pair<std::string, std::string>, uint64_t> rank_of;
    for (const CatalogEntry& entry : catalog_) {
      rank_of.emplace(
          std::pair(std::string(SchemaObjectKindName(entry.object.kind)), entry.object.name),
          entry.rank);
    }
    struct Place {
      uint64_t rank;
      int64_t rowid;
    };
    std::vector<Place> places;
    {
      Statement rows(db_,
                     "SELECT rowid, type, name, tbl_name FROM main.sqlite_schema ORDER BY rowid");
      while (rows.Step()) {
        auto found = rank_of.find({rows.ColumnText(1), rows.ColumnText(2)});
        if (found == rank_of.end()) found = rank_of.find({"table", rows.ColumnText(3)});
        places.push_back(
            {found == rank_of.end() ? UINT64_MAX : found->second, rows.ColumnInteger(0)});
      }
    }
    const auto before = [](const Place& a, const Place& b) { return a.rank < b.rank; };
    if (std::is_sorted(places.begin(), places.end(), before)) return;
    std::stable_sort(places.begin(), places.end(), before);
    // Through negative rowids, which nothing uses, because rowids are unique at every moment. All
    // rows in one statement: after each, SQLite reads the whole schema again.
    std::string moves = "[";
    for (size_t i = 0; i < places.size(); ++i) {
      moves += fmt::format("{}[{},{}]", i == 0 ? "" : ",", places[i].rowid, i + 1);
    }
    moves += "]";
    db_.ExecuteOnSchema(R"(
        WITH move(old, new) AS MATERIALIZED (
          SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?1))
        UPDATE main.sqlite_master SET rowid = -move.new FROM move
        WHERE sqlite_master.rowid = move.old)",
                        {moves});
    db_.ExecuteOnSchema("UPDATE main.sqlite_master SET rowid = -rowid", {});
  }

  Repository& repository_;
  const DatabaseProperties& properties_;
  const std::vector<CatalogEntry> catalog_;
  Database& db_;
  const ExportOptions& options_;
  ExportProgress progress_;
  ExportResult result_;
};

// The same error with the file called by the name the user gave.
Error UnderName(const Error& error, const std::string& temporary, const std::string& path) {
  std::string message = error.message();
  if (const size_t at = message.find(temporary); at != std::string::npos) {
    message.replace(at, temporary.size(), path);
  }
  Error named(error.kind(), message);
  for (const std::string& hint : error.hints()) named.AddHint(hint);
  return named;
}

}  // namespace

ExportResult ExportSnapshot(Repository& repository, const Snapshot& snapshot,
                            const std::string& path, const ExportOptions& options) {
  FileSystem& fs = repository.fs();
  if (const auto info = fs.Stat(path)) {
    if (info->type == FileType::kDirectory) {
      throw Error(ErrorKind::kExists, fmt::format("'{}' is a folder", path));
    }
    if (!options.replace) {
      throw Error(ErrorKind::kExists, fmt::format("'{}' exists already", path))
          .AddHint("name another file, or replace it with --force");
    }
  }
  // A journal of another file under this name would be played into the new one.
  for (const char* suffix : {"-journal", "-wal"}) {
    if (const auto info = fs.Stat(path + suffix); info && info->size_bytes > 0) {
      throw Error(
          ErrorKind::kExists,
          fmt::format("'{}{}' is there: '{}' is in use, or was not closed", path, suffix, path))
          .AddHint("close the programs that use it, or name another file");
    }
  }
  TemporaryFile file(fs, path);
  ExportResult result;
  try {
    const WriteBehindVfs vfs;
    {
      Database db(file.path(), {.mode = Database::Mode::kCreate, .vfs_name = vfs.name()});
      result = Exporter(repository, snapshot, db, options).Run();
    }
    vfs.CheckClosedFiles();
  } catch (const Error& error) {
    throw UnderName(error, file.path(), path);
  }
  if (snapshot.properties.is_wal) {
    Database db(file.path(), {.mode = Database::Mode::kReadWrite});
    db.QueryText("PRAGMA main.journal_mode=WAL");
  }
  if (const auto info = fs.Stat(file.path())) result.file_bytes = info->size_bytes;
  file.MoveTo(path);
  return result;
}

}  // namespace pvc
