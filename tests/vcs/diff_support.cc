#include "tests/vcs/diff_support.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "sqlite/database.h"
#include "vcs/import.h"

namespace pvc {

namespace {

std::string RowText(const Row& row, TextEncoding encoding) {
  std::string text;
  for (const Cell& cell : row.cells) {
    if (!text.empty()) text += ", ";
    text += cell.is_large ? fmt::format("<{} bytes>", cell.large.size_bytes)
                          : SqlLiteral(cell.value, encoding);
  }
  return "(" + text + ")";
}

char Sign(ChangeKind kind) {
  return kind == ChangeKind::kAdded ? '+' : kind == ChangeKind::kRemoved ? '-' : '~';
}

Signature Somebody() {
  Signature who;
  who.name = "somebody";
  who.email = "s@x.org";
  return who;
}

}  // namespace

void DiffRecorder::OnProperty(const PropertyChange& change) {
  lines.push_back(fmt::format("property {}: {} -> {}", change.name, change.before, change.after));
}

void DiffRecorder::OnSchemaObject(const SchemaChange& change) {
  schema.push_back(change);
  lines.push_back(fmt::format("schema {} {} {}", Sign(change.kind),
                              SchemaObjectKindName(change.object_kind), change.name));
}

void DiffRecorder::BeginTable(const TableDiff&) {
  PVC_ASSERT(!is_open_);
  is_open_ = true;
}

void DiffRecorder::OnRow(const TableDiff& table, const RowChange& change) {
  PVC_ASSERT(is_open_);
  PVC_ASSERT((change.before == nullptr) == (change.kind == ChangeKind::kAdded));
  PVC_ASSERT((change.after == nullptr) == (change.kind == ChangeKind::kRemoved));
  PVC_ASSERT((change.column_map != nullptr) == (change.kind == ChangeKind::kChanged));
  if (change.column_map != nullptr) column_map = *change.column_map;
  if (counts_only_) return;
  std::string text;
  if (change.before != nullptr) text += RowText(*change.before, table.encoding_before);
  if (change.before != nullptr && change.after != nullptr) text += " -> ";
  if (change.after != nullptr) text += RowText(*change.after, table.encoding_after);
  lines.push_back(fmt::format("{} {} {}", table.name, Sign(change.kind), text));
}

void DiffRecorder::EndTable(const TableDiff& table, const TableDiffCounts& count) {
  PVC_ASSERT(is_open_);
  is_open_ = false;
  counts[table.name] = count;
  lines.push_back(fmt::format("{}: {} added, {} removed, {} changed", table.name, count.added,
                              count.removed, count.changed));
}

DiffWorkshop::DiffWorkshop() : fs_(MakePosixFileSystem()) {
  Repository::Init(*fs_, folder_.path(), {}, ObjectId{}, Somebody());
  repository_ = Repository::Open(*fs_, folder_.path());
  StartOver();
}

void DiffWorkshop::StartOver() {
  db_.reset();
  database_path_ = folder_ / fmt::format("{}.db", database_number_++);
}

RawDatabase& DiffWorkshop::db() {
  if (db_ == nullptr) {
    db_ = std::make_unique<RawDatabase>(database_path_);
    db_->Run("PRAGMA synchronous=OFF");
  }
  return *db_;
}

Snapshot DiffWorkshop::Take() {
  db();
  Database database(database_path_, {});
  const auto batch = repository_->store().BeginWrite({});
  const ImportResult result = ImportDatabase(database, *repository_, *batch, {});
  repository_->Publish(*batch, {}, Somebody(), "test");
  return repository_->GetSnapshot(result.snapshot);
}

std::vector<std::string> DiffWorkshop::Lines(const std::optional<Snapshot>& before,
                                             const std::optional<Snapshot>& after,
                                             const DiffOptions& options) {
  DiffRecorder recorder;
  DiffSnapshots(*repository_, before, after, options, recorder);
  return recorder.lines;
}

TableDiffCounts DiffWorkshop::Counts(const Snapshot& before, const Snapshot& after) {
  DiffRecorder recorder;
  recorder.CountOnly();
  DiffSnapshots(*repository_, before, after, {}, recorder);
  PVC_ASSERT(recorder.counts.size() <= 1);
  return recorder.counts.empty() ? TableDiffCounts{} : recorder.counts.begin()->second;
}

std::vector<std::string> DiffWorkshop::Rows(const Snapshot& before, const Snapshot& after,
                                            const DiffOptions& options) {
  std::vector<std::string> rows;
  for (const std::string& line : Lines(before, after, options)) {
    const bool is_row = !line.starts_with("property ") && !line.starts_with("schema ") &&
                        line.find(": ") == std::string::npos;
    if (is_row) rows.push_back(line);
  }
  return rows;
}

}  // namespace pvc
