#pragma once

#include <memory>

#include "cli/environment.h"

namespace pvc {

/// Gathers the process's streams, variables, folder, clock and signals into one Environment.
///
/// Ignores SIGPIPE, and has SIGINT and SIGTERM set `interrupted` the first time they come (the
/// second time they end the process). One at a time, for main().
class ProcessEnvironment {
 public:
  /// Throws: kIo.
  ProcessEnvironment();
  ~ProcessEnvironment();
  ProcessEnvironment(const ProcessEnvironment&) = delete;
  ProcessEnvironment& operator=(const ProcessEnvironment&) = delete;

  Environment& environment();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pvc
