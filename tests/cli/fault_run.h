#pragma once

#include <string>

namespace pvc {

/// Exit code of what a kill signal ended.
inline constexpr int kKilled = 128 + 9;

/// A system call and which of its occurrences are tried: 1, 1 + stride, ...
struct Target {
  const char* call;
  int stride = 1;
};

// Calls that change the disk are all tried, those that only read are sampled.
inline constexpr Target kKillTargets[] = {
    {"pwrite64"},   {"write"},          {"fsync"},      {"rename"},    {"flock"},
    {"unlink"},     {"mkdir"},          {"exit_group"}, {"openat", 3}, {"close", 6},
    {"pread64", 9}, {"newfstatat", 15}, {"fcntl", 3},   {"clone3"}};
inline constexpr Target kErrorTargets[] = {{"pwrite64"}, {"write"},     {"fsync"},
                                           {"rename"},   {"openat", 2}, {"flock"}};

struct Outcome {
  int exit_code = -1;
  bool was_injected = false;
  std::string err;
};

/// Runs pvc in `work`, made anew as a copy of the folder `before`, with one fault that strace
/// injects: "fsync:error=EIO:when=3".
Outcome RunWithFault(const std::string& before, const std::string& work, const std::string& command,
                     const std::string& injection);

/// Why faults cannot be injected here, loudly; empty when they can.
std::string WhyNoFaults();

}  // namespace pvc
