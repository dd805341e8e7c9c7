#include "merge_bench.h"

#include <boost/filesystem.hpp>
#include <utility>

namespace pvc::bench {

namespace filesystem = boost::filesystem;

ChildResult MergeBench::Pvc(std::vector<std::string> arguments, int expected) {
  arguments.insert(arguments.begin(), {pvc_, "-C", Repository()});
  return RunChild(arguments, folder_, expected);
}

double MergeBench::Sql(const std::string& sql) {
  return RunChild({"sqlite3", Database(), sql}, folder_).seconds;
}

void MergeBench::Begin(const std::string& source) {
  filesystem::remove_all(Repository());
  filesystem::create_directory(Repository());
  filesystem::copy_file(source, Database());
  Pvc({"init"});
  Pvc({"import", "app.db"});
  Pvc({"switch", "-c", "try"});
}

void MergeBench::Run(const std::string& source, int runs, const std::string& name) {
  Begin(source);
  // Each `step`-th post: 500 of them.
  const std::string every = " WHERE id % max(1, (SELECT count(*) / 500 FROM posts)) = ";
  Sql("UPDATE posts SET views = views + 1" + every + "7");
  Pvc({"commit", "-q", "-m", "theirs"});
  Pvc({"switch", "main"});
  Sql("UPDATE posts SET likes = likes + 1" + every + "13");
  Pvc({"commit", "-q", "-m", "ours"});
  Pvc({"branch", "start"});
  for (int run = 0; run < runs; ++run) {
    measured_.Add(name + " read", Sql("SELECT count(body), sum(length(body)) FROM posts"));
    measured_.Add(name + " status", Pvc({"status"}).seconds);
    measured_.Add(name + " working", Pvc({"merge", "-q", "try"}).seconds);
    Pvc({"undo"});
    Pvc({"switch", "try"});
    measured_.Add(name + " into", Pvc({"merge", "-q", "--into", "main", "try"}).seconds);
    Pvc({"branch", "-f", "main", "start"});
    Pvc({"switch", "main"});
    measured_.Add(name + " updates",
                  Sql("PRAGMA synchronous=EXTRA; BEGIN; UPDATE posts SET views = views + 1" +
                      every + "7; UPDATE posts SET likes = likes - 1" + every + "13; COMMIT"));
    Pvc({"restore"});
  }
  filesystem::remove_all(Repository());
}

void MergeBench::RunConflicts(const std::string& source, uint64_t count) {
  Begin(source);
  const std::string first = " WHERE id <= " + std::to_string(count);
  Sql("UPDATE posts SET views = views + 1" + first);
  Pvc({"commit", "-q", "-m", "theirs"});
  Pvc({"switch", "main"});
  Sql("UPDATE posts SET views = views + 2" + first);
  Pvc({"commit", "-q", "-m", "ours"});
  const ChildResult merge = Pvc({"merge", "-q", "try"}, 1);
  measured_.Add("conflicts merge", merge.seconds);
  measured_.Add("conflicts merge rss", static_cast<double>(merge.peak_rss_bytes));
  const ChildResult list = Pvc({"conflicts", "--format=jsonl"}, 1);
  measured_.Add("conflicts list", list.seconds);
  measured_.Add("conflicts list rss", static_cast<double>(list.peak_rss_bytes));
  filesystem::remove_all(Repository());
}

}  // namespace pvc::bench
