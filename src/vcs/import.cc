#include "vcs/import.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "engine/edit_batch.h"
#include "engine/external_sort.h"
#include "engine/similar_nodes.h"
#include "engine/tree_editor.h"
#include "engine/tree_writer.h"
#include "sqlite/affinity.h"
#include "sqlite/row_scanner.h"
#include "vcs/catalog.h"
#include "vcs/row_codec.h"
#include "vcs/text_conversion.h"

namespace pvc {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr uint64_t kRowsPerProgressCheck = 4096;
constexpr auto kProgressInterval = std::chrono::milliseconds(200);

// Ends a read transaction however the import ends.
class ReadTransaction {
 public:
  explicit ReadTransaction(Database& db) : db_(db) { db_.BeginRead(); }
  ~ReadTransaction() { db_.Rollback(); }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  Database& db_;
};

// Keys that came in an order other than the tree's: the table is scanned again, through a sort.
struct OutOfOrder {};

// True when a scan gives the rows in key order, as far as the layout tells.
bool ScansInKeyOrder(const TableInfo& table) {
  if (table.identity != RowIdentity::kPrimaryKey) return true;
  if (!table.without_rowid) return false;
  for (const Column& column : table.columns) {
    if (column.key_position == 0) continue;
    if (column.key_descending || column.collation == Collation::kOther) return false;
  }
  return true;
}

constexpr std::string_view kSequenceTable = "sqlite_sequence";

class Importer {
 public:
  Importer(Database& db, Repository& repository, WriteBatch& batch, const ImportOptions& options)
      : db_(db), repository_(repository), batch_(batch), options_(options) {}

  ImportResult Run() {
    const ReadTransaction transaction(db_);
    result_.version = db_.ReadFileVersion();
    Schema schema = ReadSchema(db_);
    if (options_.ignored != nullptr) LeaveOutIgnored(schema);
    encoding_ = schema.properties.encoding;
    if (const auto info = repository_.fs().Stat(db_.path()))
      progress_.source_bytes = info->size_bytes;
    progress_.table_count = schema.tables.size();
    if (options_.previous) {
      for (CatalogEntry& entry : ReadCatalog(repository_.nodes(), options_.previous->catalog)) {
        if (entry.table) previous_trees_.emplace(entry.object.name, entry.table->rows);
      }
    }

    std::unordered_map<std::string, Tree> trees;
    for (const TableInfo& table : schema.tables) {
      try {
        trees.emplace(table.name, ImportTable(table));
      } catch (Error& error) {
        if (error.message().find(table.name) == std::string::npos) {
          error.AddContext(fmt::format("table '{}'", table.name));
        }
        throw;
      }
    }

    Snapshot snapshot;
    snapshot.properties = schema.properties;
    snapshot.catalog = WriteCatalog(schema, trees);
    result_.snapshot = WriteSnapshot(batch_, snapshot);
    Report(SteadyClock::now());
    return std::move(result_);
  }

 private:
  bool IsIgnored(std::string_view table_name) const {
    return options_.ignored != nullptr && options_.ignored->Matches(table_name);
  }

  /// The table that a row of sqlite_sequence counts for.
  std::string SequenceName(const ScannedRow& row) const {
    if (row.values.empty() || row.values[0].storage_class != StorageClass::kText) return {};
    Bytes name;
    if (!Utf8Converter(encoding_).Add(row.values[0].bytes, name)) return {};
    return name;
  }

  void LeaveOutIgnored(Schema& schema) const {
    std::erase_if(schema.objects,
                  [this](const SchemaObject& object) { return IsIgnored(object.table_name); });
    std::erase_if(schema.tables, [this](const TableInfo& table) { return IsIgnored(table.name); });
  }

  Tree ImportTable(const TableInfo& table) {
    progress_.table = table.name;
    ++progress_.table_number;
    const auto begin = SteadyClock::now();
    const ImportProgress before = progress_;
    TableImport done;
    Tree tree;
    if (ScansInKeyOrder(table)) {
      try {
        tree = Scan(table, /*sorted=*/false, done);
      } catch (const OutOfOrder&) {
        progress_ = before;
        done = {};
        tree = Scan(table, /*sorted=*/true, done);
      }
    } else {
      tree = Scan(table, /*sorted=*/true, done);
    }
    done.name = table.name;
    done.row_count = tree.entry_count;
    done.encoded_bytes = progress_.bytes_done - before.bytes_done;
    done.seconds = std::chrono::duration<double>(SteadyClock::now() - begin).count();
    result_.row_count += done.row_count;
    result_.tables.push_back(std::move(done));
    return tree;
  }

  Tree Scan(const TableInfo& table, bool sorted, TableImport& done) {
    std::unique_ptr<RowScanner> scanner;
    if (!options_.avoid_page_scanner) scanner = MakePageScanner(db_, table);
    done.used_page_scanner = scanner != nullptr;
    if (scanner == nullptr) scanner = MakeSqlScanner(db_, table);

    affinities_.clear();
    for (const Column& column : table.columns) {
      if (!column.is_generated) affinities_.push_back(column.affinity);
    }
    RowCodec codec(table, encoding_, repository_.store().hash_kind(), &batch_);
    TreeWriter writer(batch_, SimilarFor(table));
    if (sorted) {
      done.was_sorted = true;
      ScanThroughSort(table, *scanner, codec, writer);
    } else {
      ScanInOrder(table, *scanner, codec, writer);
    }
    const Tree tree = writer.Finish();
    done.nodes_by_level = writer.nodes_by_level();
    return tree;
  }

  void ScanInOrder(const TableInfo& table, RowScanner& scanner, RowCodec& codec,
                   TreeWriter& writer) {
    Bytes last_key;
    const bool is_sequence = options_.ignored != nullptr && table.name == kSequenceTable;
    while (const ScannedRow* row = scanner.Next()) {
      if (is_sequence && IsIgnored(SequenceName(*row))) continue;
      CheckWritable(table, *row);
      codec.Encode(row->rowid, row->values);
      if (codec.key() <= last_key) {
        if (table.identity == RowIdentity::kPrimaryKey) throw OutOfOrder{};
        throw Error(ErrorKind::kCorrupt,
                    fmt::format("table '{}': rowids out of order", table.name));
      }
      writer.Add(codec.key(), codec.value());
      last_key.assign(codec.key());
      CountRow(codec);
    }
  }

  void ScanThroughSort(const TableInfo& table, RowScanner& scanner, RowCodec& codec,
                       TreeWriter& writer) {
    ExternalSorter sorter(repository_.fs(), JoinPath(repository_.pvc_path(), "incoming"),
                          options_.sort_bytes);
    while (const ScannedRow* row = scanner.Next()) {
      CheckWritable(table, *row);
      codec.Encode(row->rowid, row->values);
      sorter.Add(codec.key(), codec.value());
      CountRow(codec);
    }
    Bytes last_key;
    ByteView key;
    ByteView value;
    while (sorter.Next(key, value)) {
      if (key <= last_key) {
        throw Error(ErrorKind::kCorrupt,
                    fmt::format("table '{}': two rows have the same primary key", table.name))
            .AddHint("check the database: sqlite3 FILE 'PRAGMA integrity_check'");
      }
      writer.Add(key, value);
      last_key.assign(key);
    }
  }

  TreeWriter::FindSimilar SimilarFor(const TableInfo& table) {
    const auto found = previous_trees_.find(table.name);
    if (found == previous_trees_.end() || found->second.empty()) return nullptr;
    auto similar = std::make_shared<SimilarNodes>(repository_.nodes(), found->second);
    return [similar](uint8_t level, ByteView key) { return similar->Find(level, key); };
  }

  Tree WriteCatalog(const Schema& schema, const std::unordered_map<std::string, Tree>& trees) {
    std::unordered_map<std::string, const TableInfo*> infos;
    for (const TableInfo& table : schema.tables) infos.emplace(table.name, &table);
    EditBatch entries;
    uint64_t rank = 0;
    for (const SchemaObject& object : schema.objects) {
      CatalogEntry entry;
      entry.object = object;
      entry.rank = rank++;
      if (const auto found = infos.find(object.name);
          object.kind == SchemaObjectKind::kTable && found != infos.end()) {
        entry.table = StoredTable{*found->second, trees.at(object.name)};
      }
      entries.Put(CatalogKey(object.kind, object.name), EncodeCatalogEntry(entry));
    }
    NodeReader reader(batch_);
    return ApplyEdits(reader, batch_, {}, entries);
  }

  // A row that no statement could write again must not go into history, where it could never be got
  // out.
  void CheckWritable(const TableInfo& table, const ScannedRow& row) const {
    for (size_t i = 0; i < affinities_.size(); ++i) {
      const char* why = WhyNotWritable(affinities_[i], row.values[i], encoding_);
      if (why == nullptr) continue;
      size_t column = 0;
      for (size_t stored = 0;; ++column) {
        if (!table.columns[column].is_generated && stored++ == i) break;
      }
      throw Error(ErrorKind::kUnsupported,
                  fmt::format("table '{}', rowid {}, column '{}': {}", table.name, row.rowid,
                              table.columns[column].name, why))
          .AddHint(fmt::format("store it anew: UPDATE {} SET {} = {}", QuoteIdentifier(table.name),
                               QuoteIdentifier(table.columns[column].name),
                               QuoteIdentifier(table.columns[column].name)));
    }
  }

  void CountRow(const RowCodec& codec) {
    ++progress_.rows_done;
    progress_.bytes_done += codec.key().size() + codec.value().size();
    if (progress_.rows_done % kRowsPerProgressCheck != 0 || !options_.progress) return;
    const auto now = SteadyClock::now();
    if (now - last_report_ >= kProgressInterval) Report(now);
  }

  void Report(SteadyClock::time_point now) {
    last_report_ = now;
    if (options_.progress) options_.progress(progress_);
  }

  Database& db_;
  Repository& repository_;
  WriteBatch& batch_;
  const ImportOptions& options_;
  TextEncoding encoding_ = TextEncoding::kUtf8;
  std::vector<Affinity> affinities_;  // of the stored columns of the table being read
  std::unordered_map<std::string, Tree> previous_trees_;
  ImportProgress progress_;
  SteadyClock::time_point last_report_{};
  ImportResult result_;
};

}  // namespace

ImportResult ImportDatabase(Database& db, Repository& repository, WriteBatch& batch,
                            const ImportOptions& options) {
  return Importer(db, repository, batch, options).Run();
}

}  // namespace pvc
