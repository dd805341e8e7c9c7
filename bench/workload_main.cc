// pvc_workload create FILE [ROWS] | edit FILE COUNT: the database of the benchmarks and of
// scripts/demo.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "workload.h"

int main(int argc, char** argv) {
  const std::string_view verb = argc > 2 ? argv[1] : "";
  try {
    if (verb == "create") {
      pvc::bench::WorkloadOptions options;
      if (argc > 3) options.row_count = std::strtoull(argv[3], nullptr, 10);
      pvc::bench::CreateWorkload(argv[2], options);
    } else if (verb == "edit" && argc > 3) {
      pvc::bench::EditWorkload(argv[2], std::strtoull(argv[3], nullptr, 10), 7);
    } else {
      std::fprintf(stderr, "usage: pvc_workload create FILE [ROWS] | edit FILE COUNT\n");
      return 2;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
  return 0;
}
