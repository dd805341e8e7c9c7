#include <cstdio>
#include <exception>

#include "tests/support/compare_databases.h"

/// pvc_compare A.db B.db: prints where two databases differ. Exit 0: they do not, 1: they do, 2:
/// trouble.
int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: pvc_compare A.db B.db\n", stderr);
    return 2;
  }
  try {
    const auto differences = pvc::CompareDatabases(argv[1], argv[2]);
    for (const auto& line : differences) std::puts(line.c_str());
    return differences.empty() ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 2;
  }
}
