#pragma once

#include <cstdint>
#include <string>

namespace pvc::bench {

/// Shape of the generated database: one user for every five posts.
struct WorkloadOptions {
  uint64_t row_count = 600'000;  ///< users and posts together
  uint64_t seed = 20240501;
};

/// Creates a SQLite file with `users` (a sixth of the rows) and `posts`: texts of Latin words, all
/// of it from the seed, so that the same options give the same rows. Requires: nothing at `path`.
/// Throws: std::runtime_error.
void CreateWorkload(const std::string& path, const WorkloadOptions& options);

/// Changes one field in each of `count` posts scattered evenly over the table.
void EditWorkload(const std::string& path, uint64_t count, uint64_t seed);

}  // namespace pvc::bench
