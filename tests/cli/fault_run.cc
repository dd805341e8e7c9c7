#include "tests/cli/fault_run.h"

#include <fmt/format.h>

#include <boost/filesystem.hpp>
#include <fstream>
#include <sstream>

#include "tests/cli/run_binary.h"

namespace pvc {
namespace {

namespace fs = boost::filesystem;

void CopyFolder(const std::string& from, const std::string& to) {
  fs::create_directory(to);
  for (const auto& entry : fs::directory_iterator(from)) {
    const std::string target = to + "/" + entry.path().filename().string();
    if (fs::is_directory(entry.path())) {
      CopyFolder(entry.path().string(), target);
    } else {
      fs::copy_file(entry.path(), target);
    }
  }
}

}  // namespace

Outcome RunWithFault(const std::string& before, const std::string& work, const std::string& command,
                     const std::string& injection) {
  fs::remove_all(work);
  CopyFolder(before, work);
  const std::string trace = work + ".trace";
  const ProgramResult result =
      RunShell(work, fmt::format("timeout 60 strace -f -o {} -e inject={} \"$PVC\" {}", trace,
                                 injection, command));
  std::ifstream file(trace);
  std::ostringstream text;
  text << file.rdbuf();
  return {result.exit_code, text.str().find("(INJECTED)") != std::string::npos, result.err};
}

std::string WhyNoFaults() {
  const ProgramResult probe =
      RunShell("/", "strace -f -o /dev/null -e inject=fsync:error=EIO /bin/true");
  if (probe.exit_code == 0) return "";
  return "\n*** NOT TESTED: kills and failures at each system call need strace and ptrace, which "
         "this machine does not allow:\n" +
         probe.err;
}

}  // namespace pvc
