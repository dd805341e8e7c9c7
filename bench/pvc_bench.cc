// pvc_bench [--runs N] [--rows N] [--small N] [--large N] [--only queries] [--folder DIR]
// [--pvc FILE]: measures pvc as whole processes beside yardsticks taken in the same round, and
// prints the table of bench/RESULTS.md. Ratios are of medians over the rounds; on a shared machine
// they mean more than the times.

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "child_process.h"
#include "measurements.h"
#include "merge_bench.h"
#include "query_bench.h"
#include "tree_workload.h"
#include "vcs/repository.h"
#include "workload.h"

namespace pvc::bench {
namespace {

namespace filesystem = boost::filesystem;

struct Options {
  int runs = 5;
  uint64_t rows = 600'000;
  uint64_t small_rows = 60'000;     // 0: left out
  uint64_t large_rows = 6'000'000;  // 0: left out
  bool only_queries = false;
  std::string folder;  // for the databases; a temporary one when empty
  std::string pvc = PVC_BINARY;
};

uint64_t FolderBytes(const std::string& path) {
  uint64_t sum = 0;
  for (const auto& entry : filesystem::recursive_directory_iterator(path)) {
    if (filesystem::is_regular_file(entry)) sum += filesystem::file_size(entry);
  }
  return sum;
}

class Bench {
 public:
  explicit Bench(Options options) : options_(std::move(options)) {
    if (options_.folder.empty()) {
      std::string pattern = (filesystem::temp_directory_path() / "pvc-bench-XXXXXX").string();
      if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
      options_.folder = pattern;
      is_temporary_ = true;
    }
    filesystem::create_directories(options_.folder);
  }
  ~Bench() {
    boost::system::error_code ignored;
    if (is_temporary_) filesystem::remove_all(options_.folder, ignored);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  void Run() {
    const std::string source = Database(options_.rows);
    QueryBench queries(options_.pvc, options_.folder, measured_);
    queries.Run(source, options_.runs);
    if (options_.only_queries) {
      Table table;
      queries.Print(table);
      return;
    }
    for (int run = 0; run < options_.runs; ++run) {
      MeasureImport(source, "import");
      MeasureExport();
      MeasureEdits(source);
      MeasureOpen();
      MeasureTree();
      std::fprintf(stderr, "round %d of %d done\n", run + 1, options_.runs);
    }
    if (options_.small_rows > 0) {
      const std::string small = Database(options_.small_rows);
      for (int run = 0; run < options_.runs; ++run) MeasureImport(small, "small");
    }
    if (options_.large_rows > 0) {
      const std::string large = Database(options_.large_rows);
      for (int run = 0; run < std::min(options_.runs, 3); ++run) {
        MeasureImport(source, "base");
        MeasureImport(large, "large");
      }
    }
    MergeBench merge(options_.pvc, options_.folder, measured_);
    merge.Run(source, options_.runs, "merge");
    if (options_.large_rows > 0) {
      const std::string large = Database(options_.large_rows);
      merge.Run(large, std::min(options_.runs, 3), "merge large");
      merge.RunConflicts(large, 1'000'000);
    }
    Print(queries);
  }

 private:
  std::string Path(const std::string& name) const { return options_.folder + "/" + name; }
  std::string Repository() const { return Path("repository"); }

  ChildResult Pvc(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {options_.pvc, "-C", Repository()});
    return RunChild(arguments, options_.folder);
  }

  std::string Database(uint64_t rows) {
    const std::string path = Path(fmt::format("rows-{}.db", rows));
    if (!filesystem::exists(path)) {
      WorkloadOptions workload;
      workload.row_count = rows;
      CreateWorkload(path, workload);
    }
    return path;
  }

  void StartRepository() {
    filesystem::remove_all(Repository());
    filesystem::create_directory(Repository());
    Pvc({"init"});
  }

  void MeasureImport(const std::string& source, const std::string& name) {
    StartRepository();
    measured_.Add(name + " vacuum", Vacuum(source));
    const ChildResult import = Pvc({"import", source});
    measured_.Add(name, import.seconds);
    measured_.Add(name + " cpu", import.cpu_seconds);
    measured_.Add(name + " rss", static_cast<double>(import.peak_rss_bytes));
    measured_.Add(name + " stored", static_cast<double>(FolderBytes(Repository())));
    measured_.Add(name + " source", static_cast<double>(filesystem::file_size(source)));
  }

  // VACUUM INTO as SQLite does it by default, in a process of its own.
  double Vacuum(const std::string& source) {
    const std::string copy = Path("vacuum.db");
    filesystem::remove(copy);
    const double seconds =
        RunChild({"sqlite3", source, "VACUUM INTO '" + copy + "'"}, options_.folder).seconds;
    filesystem::remove(copy);
    return seconds;
  }

  void MeasureExport() {
    const std::string copy = Path("export.db");
    filesystem::remove(copy);
    measured_.Add("export vacuum", Vacuum(Database(options_.rows)));
    const ChildResult child = Pvc({"export", "HEAD", copy});
    measured_.Add("export", child.seconds);
    measured_.Add("export rss", static_cast<double>(child.peak_rss_bytes));
    filesystem::remove(copy);
  }

  // 500 scattered edits in a copy of the database: the next import, and the diff of the two
  // commits.
  void MeasureEdits(const std::string& source) {
    const std::string copy = Path("edited.db");
    filesystem::copy_file(source, copy, filesystem::copy_option::overwrite_if_exists);
    EditWorkload(copy, 500, 7);
    const uint64_t before = FolderBytes(Repository());
    measured_.Add("edits import", Pvc({"import", copy}).seconds);
    measured_.Add("edits bytes", static_cast<double>(FolderBytes(Repository()) - before));
    measured_.Add("sqldiff yardstick", RunFullRead(source));
    measured_.Add("diff", Pvc({"diff", "HEAD~1", "HEAD", "--stat"}).seconds);
    measured_.Add("diff text", Pvc({"diff", "HEAD~1", "HEAD"}).seconds);
    filesystem::remove(copy);
  }

  double RunFullRead(const std::string& source) {
    return RunChild({"sqlite3", source, "SELECT count(body), sum(length(body)) FROM posts"},
                    options_.folder)
        .seconds;
  }

  void MeasureOpen() {
    const auto fs = MakePosixFileSystem();
    const auto begin = std::chrono::steady_clock::now();
    const auto repository = pvc::Repository::Open(*fs, Repository());
    const auto head = repository->HeadCommit();
    repository->GetSnapshot(repository->GetCommit(*head).snapshot);
    measured_.Add("open", SecondsSince(begin));
    measured_.Add("open process", Pvc({"hash"}).seconds);
  }

  static double SecondsSince(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

  // Best of a few in each round: these take milliseconds, where a neighbour's time slice is
  // everything.
  void MeasureTree() {
    for (const size_t count : {size_t{10'000}, size_t{100'000}}) {
      const TreeWorkload workload(count, 7);
      double best = 1e9;
      for (int i = 0; i < 15; ++i) {
        MemoryObjects objects;
        const auto begin = std::chrono::steady_clock::now();
        workload.InsertAll(objects);
        best = std::min(best, SecondsSince(begin));
      }
      measured_.Add(fmt::format("insert {}", count), static_cast<double>(count) / best / 1e6);
    }
    const TreeWorkload workload(50'000, 3);
    double best = 1e9;
    for (int i = 0; i < 15; ++i) {
      MemoryObjects objects;
      const Tree tree = workload.InsertAll(objects);
      const auto begin = std::chrono::steady_clock::now();
      workload.Update(objects, tree, 25'000);
      best = std::min(best, SecondsSince(begin));
    }
    measured_.Add("update", 25'000 / best / 1e6);
  }

  void Print(const QueryBench& queries) {
    const Measurements& m = measured_;
    const auto median = [&](const std::string& name) { return m.median(name); };
    fmt::print("{} rows, {} source, {} rounds\n\n", options_.rows, MiB(median("import source")),
               options_.runs);
    Table table;
    table.Row("import, synced", Ms(median("import")), "VACUUM INTO " + Ms(median("import vacuum")),
              median("import") / median("import vacuum"), 2.0, "x");
    table.Row("import: peak memory", MiB(m.max("import rss")), "", m.max("import rss") / (1 << 20),
              128, " MiB");
    table.Row("import: stored", MiB(median("import stored")),
              "source " + MiB(median("import source")),
              median("import stored") / median("import source"), 0.36, "x");
    if (options_.small_rows > 0) {
      table.Note(fmt::format("import of {} rows", options_.small_rows), Ms(median("small")),
                 "VACUUM INTO " + Ms(median("small vacuum")),
                 median("small") / median("small vacuum"), "x");
    }
    if (options_.large_rows > 0) {
      const double per_row = median("large") / static_cast<double>(options_.large_rows);
      const double base = median("base") / static_cast<double>(options_.rows);
      table.Row(fmt::format("import of {} rows, per row", options_.large_rows), Ms(median("large")),
                Ms(median("base")), per_row / base, 1.15, "x");
      table.Row("... peak memory", MiB(m.max("large rss")), "", m.max("large rss") / (1 << 20), 128,
                " MiB");
    }
    table.Row("export, synced", Ms(median("export")), "VACUUM INTO " + Ms(median("export vacuum")),
              median("export") / median("export vacuum"), 2.2, "x");
    table.Row("diff --stat of 500 changes", Ms(median("diff")),
              "one full read " + Ms(median("sqldiff yardstick")), median("diff"), 0.02, " s");
    table.Row("diff of 500 changes as text", Ms(median("diff text")), "", median("diff text"), 0.02,
              " s");
    table.Row("open a repository", Ms(median("open")),
              "whole process " + Ms(median("open process")), median("open") * 1e3, 5, " ms");
    for (const char* count : {"10000", "100000"}) {
      const double rate = median(std::string("insert ") + count);
      table.Row(fmt::format("tree: {} inserts, one batch", count), fmt::format("{:.1f} M/s", rate),
                "", rate, 8, " M/s", true);
    }
    table.Row("tree: 25000 updates of 50000", fmt::format("{:.1f} M/s", median("update")), "",
              median("update"), 8, " M/s", true);
    table.Row("merge of 500 + 500 edits, to the commit", Ms(median("merge into")),
              "one full read " + Ms(median("merge read")), median("merge into"), 0.15, " s");
    table.Row("... with the working database", Ms(median("merge working")),
              "1,000 updates by SQLite, synced " + Ms(median("merge updates")),
              median("merge working"), 0.3, " s");
    if (options_.large_rows > 0) {
      table.Row(fmt::format("merge of the same in {} rows, to the commit", options_.large_rows),
                Ms(median("merge large into")), Ms(median("merge into")),
                median("merge large into") / median("merge into"), 1.3, "x");
      table.Row("... with the working database", Ms(median("merge large working")),
                Ms(median("merge working")),
                median("merge large working") / median("merge working"), 1.3, "x");
      table.Row("merge with 1,000,000 conflicts: peak memory", Ms(median("conflicts merge")), "",
                m.max("conflicts merge rss") / (1 << 20), 128, " MiB");
      table.Row("... listing them", Ms(median("conflicts list")), "",
                m.max("conflicts list rss") / (1 << 20), 128, " MiB");
    }
    table.Note("status of an unchanged database", Ms(median("merge status")),
               "one full read " + Ms(median("merge read")),
               median("merge status") / median("merge read"), "x");
    table.Note("import of a copy with 500 edits", Ms(median("edits import")), "",
               median("edits bytes") / 1e3, " KB added");
    table.Note("CPU of the import", Ms(median("import cpu")), "",
               median("import cpu") / median("import"), " cores");
    queries.Print(table);
  }

  Options options_;
  bool is_temporary_ = false;
  Measurements measured_;
};

Options ParseOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--runs") {
      options.runs = std::atoi(value);
    } else if (name == "--rows") {
      options.rows = std::strtoull(value, nullptr, 10);
    } else if (name == "--small") {
      options.small_rows = std::strtoull(value, nullptr, 10);
    } else if (name == "--large") {
      options.large_rows = std::strtoull(value, nullptr, 10);
    } else if (name == "--only" && std::string_view(value) == "queries") {
      options.only_queries = true;
    } else if (name == "--folder") {
      options.folder = value;
    } else if (name == "--pvc") {
      options.pvc = value;
    } else {
      throw std::runtime_error(
          "usage: pvc_bench [--runs N] [--rows N] [--small N] [--large N] [--only queries] "
          "[--folder DIR] [--pvc FILE]");
    }
  }
  return options;
}

}  // namespace
}  // namespace pvc::bench

int main(int argc, char** argv) {
  try {
    pvc::bench::Bench(pvc::bench::ParseOptions(argc, argv)).Run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
  return 0;
}
