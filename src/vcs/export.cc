#include "vcs/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "sqlite/database.h"
#include "sqlite/write_behind_vfs.h"
#include "vcs/catalog.h"
#include "vcs/fill_table.h"
#include "vcs/schema_builder.h"
#include "vcs/sequence_table.h"

namespace pvc {

namespace {

constexpr uint64_t kRowsPerProgressReport = 8192;
// SQLite's own cache while the file is written: enough for the rightmost pages and an index or two.
constexpr int kWriterCacheKib = 16384;

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

  void MoveTo(const std::string& target, bool replace) {
    fs_.Open(path_, OpenMode::kReadWrite)->Sync();
    if (replace) {
      fs_.Rename(path_, target);
    } else {
      fs_.RenameNew(path_, target);  // another program may have made it meanwhile
    }
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
    CatalogEntries entries;
    for (const CatalogEntry& entry : catalog_) entries.push_back(&entry);
    SchemaBuilder schema(db_);
    KeepEncoding(entries);
    schema.CreateTables(entries);
    const auto count_row = [this] { CountRow(); };
    {
      const ShadowWriteScope shadow_tables(db_);
      for (const CatalogEntry& entry : catalog_) {
        if (!entry.table || entry.object.name == kSequenceTable) continue;
        progress_.table = entry.object.name;
        FillTable(repository_, repository_.nodes(), db_, *entry.table, properties_.encoding,
                  count_row);
      }
    }
    // Inserting rows with AUTOINCREMENT keys has left counters there: the stored ones take their
    // place.
    for (const CatalogEntry& entry : catalog_) {
      if (!entry.table || entry.object.name != kSequenceTable) continue;
      WriteSequences(repository_, repository_.nodes(), db_, *entry.table, properties_.encoding,
                     /*ignored=*/nullptr, count_row);
    }
    schema.CreateDependents(entries);
    schema.RestoreOrder(entries);
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

  // SQLite notes the text encoding in the file with the first table.
  void KeepEncoding(const CatalogEntries& entries) {
    const bool has_table =
        std::any_of(entries.begin(), entries.end(),
                    [](const CatalogEntry* entry) { return entry->table.has_value(); });
    if (!has_table) db_.Execute("CREATE TABLE main.first(x); DROP TABLE main.first");
  }

  void CountRow() {
    ++result_.row_count;
    if (++progress_.rows_done % kRowsPerProgressReport == 0 && options_.progress) {
      options_.progress(progress_);
    }
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
  file.MoveTo(path, options.replace);
  return result;
}

}  // namespace pvc
