#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pvc::bench {

struct ChildResult {
  double seconds = 0;      ///< wall clock, from before the fork to after the wait
  double cpu_seconds = 0;  ///< user and system
  uint64_t peak_rss_bytes = 0;
};

/// Runs a program to its end in `folder`; standard output is read and dropped, standard error goes
/// through.
/// Throws: std::runtime_error when it cannot be started or does not exit with `expected_code`.
ChildResult RunChild(const std::vector<std::string>& arguments, const std::string& folder,
                     int expected_code = 0);

}  // namespace pvc::bench
