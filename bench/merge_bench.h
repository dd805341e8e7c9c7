#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "child_process.h"
#include "measurements.h"

namespace pvc::bench {

/// Measures merging two branches of the workload, each with 500 scattered edits of one field.
class MergeBench {
 public:
  MergeBench(std::string pvc, std::string folder, Measurements& measured)
      : pvc_(std::move(pvc)), folder_(std::move(folder)), measured_(measured) {}

  /// Adds "NAME into", "NAME working", "NAME updates", "NAME read" and "NAME status".
  void Run(const std::string& source, int runs, const std::string& name);
  /// Adds time and peak memory of a merge in which `count` rows conflict, and of listing them.
  void RunConflicts(const std::string& source, uint64_t count);

 private:
  ChildResult Pvc(std::vector<std::string> arguments, int expected = 0);
  double Sql(const std::string& sql);
  void Begin(const std::string& source);
  std::string Repository() const { return folder_ + "/merge"; }
  std::string Database() const { return Repository() + "/app.db"; }

  std::string pvc_;
  std::string folder_;
  Measurements& measured_;
};

}  // namespace pvc::bench
