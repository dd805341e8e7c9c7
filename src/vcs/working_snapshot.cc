#include "vcs/working_snapshot.h"

#include <vector>

#include "base/error.h"
#include "vcs/catalog.h"
#include "vcs/diff.h"
#include "vcs/ignored_tables.h"
#include "vcs/snapshot_parts.h"
#include "vcs/working_database.h"
#include "vcs/working_stamp.h"

namespace pvc {
namespace {

/// Names of the tables and views that a snapshot has and settings ignore.
std::vector<std::string> IgnoredNames(NodeReader& nodes, const Snapshot& snapshot,
                                      const IgnoredTables& ignored) {
  std::vector<std::string> names;
  if (ignored.empty()) return names;
  for (const CatalogEntry& entry : ReadCatalog(nodes, snapshot.catalog)) {
    const bool is_table = entry.object.kind == SchemaObjectKind::kTable ||
                          entry.object.kind == SchemaObjectKind::kView;
    if (is_table && ignored.Matches(entry.object.name)) names.push_back(entry.object.name);
  }
  return names;
}

/// Ends a comparison early.
struct EnoughDifferences {};

/// Counts what differs, but for ignored tables, up to a limit.
class DifferenceCounter final : public DiffSink {
 public:
  DifferenceCounter(const IgnoredTables* ignored, uint64_t limit)
      : ignored_(ignored), limit_(limit) {}

  void OnProperty(const PropertyChange&) override { Count(); }
  void OnSchemaObject(const SchemaChange& change) override {
    if (!IsIgnored(change.table_name)) Count();
  }
  void BeginTable(const TableDiff& table) override { is_counting_ = !IsIgnored(table.name); }
  void OnRow(const TableDiff&, const RowChange&) override {
    if (is_counting_) Count();
  }
  void EndTable(const TableDiff&, const TableDiffCounts&) override {}

  uint64_t count() const { return count_; }

 private:
  bool IsIgnored(const std::string& table) const {
    return ignored_ != nullptr && ignored_->Matches(table);
  }
  void Count() {
    if (++count_ == limit_) throw EnoughDifferences{};
  }

  const IgnoredTables* ignored_;
  const uint64_t limit_;
  uint64_t count_ = 0;
  bool is_counting_ = true;
};

uint64_t CountUpTo(uint64_t limit, Repository& repository, NodeReader& nodes, const Snapshot& a,
                   const Snapshot& b, const IgnoredTables* ignored) {
  DiffOptions options;
  options.file_properties = false;
  options.nodes = &nodes;
  DifferenceCounter counter(ignored, limit);
  try {
    DiffSnapshots(repository, a, b, options, counter);
  } catch (const EnoughDifferences&) {  // as many as were asked for
  }
  return counter.count();
}

/// Takes the content that the file is known to have.   Returns: false when it has to be read.
bool TakeStamped(Repository& repository, Database& db, WorkingSnapshot& working) {
  db.BeginRead();
  const auto content = FindStampedContent(repository, db, working.path);
  if (content) {
    working.id = *content;
    working.version = db.ReadFileVersion();
    working.snapshot = repository.GetSnapshot(*content);
    working.nodes = std::make_unique<NodeReader>(*working.batch);
  }
  db.Rollback();
  return content.has_value();
}

}  // namespace

WorkingSnapshot ScanWorkingDatabase(Repository& repository, const ImportProgressSink& progress) {
  WorkingSnapshot working;
  working.path = WorkingDatabasePath(repository);
  if (!repository.fs().Stat(working.path)) throw WorkingDatabaseGone(repository);
  Database db(working.path, {});

  const IgnoredTables ignored(repository.config());
  working.batch = repository.store().BeginWrite(repository.write_options());
  // What ignored tables are taken to hold depends on HEAD.
  if (ignored.empty() && TakeStamped(repository, db, working)) return working;
  ImportOptions options;
  options.progress = progress;
  options.ignored = &ignored;
  if (const auto head = repository.HeadCommit()) {
    options.previous = repository.GetSnapshot(repository.GetCommit(*head).snapshot);
  }
  const ImportResult scanned = ImportDatabase(db, repository, *working.batch, options);
  working.id = scanned.snapshot;
  working.version = scanned.version;
  if (ignored.empty() && repository.store().Contains(working.id.id)) {
    StampContent(repository, working.path, working.version, working.id);
  }
  working.snapshot = ReadSnapshot(*working.batch, working.id);
  working.nodes = std::make_unique<NodeReader>(*working.batch);
  if (!options.previous) return working;
  working.snapshot = CarryIgnored(repository, *working.nodes, *working.batch, working.snapshot,
                                  *options.previous, ignored);
  working.id = WriteSnapshot(*working.batch, working.snapshot);
  return working;
}

WorkingSnapshot ReadWorkingSnapshot(Repository& repository, const ImportProgressSink& progress) {
  WorkingDatabasePath(repository);
  std::unique_ptr<FileLock> lock;
  try {
    lock = LockWorkingDatabase(repository, LockKind::kShared);
  } catch (const Error& error) {
    // Where nothing can be written, nobody changes anything either.
    if (error.kind() != ErrorKind::kIo) throw;
  }
  RefuseInterrupted(repository);
  repository.Refresh();
  WorkingSnapshot working = ScanWorkingDatabase(repository, progress);
  working.lock = std::move(lock);
  return working;
}

Snapshot CarryIgnored(Repository& repository, NodeReader& nodes, WriteBatch& batch,
                      const Snapshot& scanned, const Snapshot& committed,
                      const IgnoredTables& ignored) {
  const auto names = IgnoredNames(repository.nodes(), committed, ignored);
  if (names.empty()) return scanned;
  return TakeTables(repository, nodes, batch, scanned, committed, names);
}

bool HaveSameContent(Repository& repository, NodeReader& nodes, const Snapshot& a,
                     const Snapshot& b, const IgnoredTables* ignored) {
  return a == b || CountUpTo(1, repository, nodes, a, b, ignored) == 0;
}

uint64_t CountDifferences(Repository& repository, NodeReader& nodes, const Snapshot& a,
                          const Snapshot& b, const IgnoredTables* ignored) {
  return a == b ? 0 : CountUpTo(UINT64_MAX, repository, nodes, a, b, ignored);
}

}  // namespace pvc
