#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"
#include "vcs/diff.h"

namespace pvc {

/// Writes a diff down, a line an event:
///
///     property user_version: 0 -> 7        schema + index i
///     t + (1, 'a')    t - (1, 'a')    t ~ (1, 'a') -> (1, 'b')    t: 1 added, 1 removed, 1 changed
class DiffRecorder final : public DiffSink {
 public:
  void OnProperty(const PropertyChange& change) override;
  void OnSchemaObject(const SchemaChange& change) override;
  void BeginTable(const TableDiff& table) override;
  void OnRow(const TableDiff& table, const RowChange& change) override;
  void EndTable(const TableDiff& table, const TableDiffCounts& counts) override;

  /// Leaves rows out of the lines.
  void CountOnly() { counts_only_ = true; }

  std::vector<std::string> lines;
  std::vector<SchemaChange> schema;
  std::map<std::string, TableDiffCounts> counts;
  std::vector<int> column_map;  ///< of the last changed row

 private:
  bool counts_only_ = false;
  bool is_open_ = false;
};

/// A repository in a temporary folder, and a database beside it to take snapshots of.
class DiffWorkshop {
 public:
  DiffWorkshop();

  /// Runs statements on the database; the file is made by the first.
  void Run(const std::string& sql) { db().Run(sql); }
  RawDatabase& db();
  /// Starts another, empty database.
  void StartOver();
  Snapshot Take();

  std::vector<std::string> Lines(const std::optional<Snapshot>& before,
                                 const std::optional<Snapshot>& after,
                                 const DiffOptions& options = {});
  /// Counts of the only table that differs; zeros when none does.
  TableDiffCounts Counts(const Snapshot& before, const Snapshot& after);
  /// Row lines, without schema, properties and counts.
  std::vector<std::string> Rows(const Snapshot& before, const Snapshot& after,
                                const DiffOptions& options = {});

  Repository& repository() { return *repository_; }
  std::string incoming() const { return repository_->pvc_path() + "/incoming"; }

 private:
  TempFolder folder_;
  std::unique_ptr<FileSystem> fs_;
  std::unique_ptr<Repository> repository_;
  std::unique_ptr<RawDatabase> db_;
  int database_number_ = 0;
  std::string database_path_;
};

}  // namespace pvc
