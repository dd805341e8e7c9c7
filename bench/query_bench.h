#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "measurements.h"

namespace pvc::bench {

/// Measures queries on commits of the workload, each beside the same query by sqlite3 on a live
/// file.
///
/// The repository is a start with an index on posts(user_id), 500 scattered edits, and 1,000
/// commits of 5 scattered edits, every 10th of which changes one row that is the same each time.
class QueryBench {
 public:
  QueryBench(std::string pvc, std::string folder, Measurements& measured)
      : pvc_(std::move(pvc)), folder_(std::move(folder)), measured_(measured) {}

  void Run(const std::string& source, int runs);
  /// Adds what was measured to the table.   Requires: Run.
  void Print(Table& table) const;

 private:
  struct Query;
  static std::vector<Query> Queries();

  void Begin(const std::string& source);
  double Pvc(std::vector<std::string> arguments);
  double AskLive(const std::string& sql);
  void MeasureIndex();
  std::string Repository() const { return folder_ + "/queries"; }
  std::string Database() const { return Repository() + "/app.db"; }

  std::string pvc_;
  std::string folder_;
  Measurements& measured_;
};

}  // namespace pvc::bench
