#include "tests/cli/run_binary.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "base/assert.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

std::vector<char*> Pointers(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

ProgramResult Run(const std::string& folder, const std::vector<std::string>& words,
                  const std::vector<std::string>& variables) {
  const TempFolder scratch;
  const std::string out_path = scratch / "out";
  const std::string err_path = scratch / "err";
  std::vector<std::string> environment = {"PATH=" PVC_BINARY_FOLDER ":/usr/bin:/bin",
                                          "USER=ann",
                                          "PVC_AUTHOR_EMAIL=ann@x.org",
                                          "PVC_DATE=1767225600 +0100",
                                          "TZ=UTC",
                                          "PVC_CONFIG_NOSYSTEM=1",
                                          "LC_ALL=C.UTF-8",
                                          std::string("PVC=") + PVC_BINARY};
  environment.insert(environment.end(), variables.begin(), variables.end());
  const std::vector<char*> arguments = Pointers(words);
  const std::vector<char*> settings = Pointers(environment);

  const pid_t child = ::fork();
  PVC_ASSERT(child >= 0);
  if (child == 0) {
    const int out = ::open(out_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int err = ::open(err_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (::dup2(out, 1) < 0 || ::dup2(err, 2) < 0 || ::chdir(folder.c_str()) != 0) ::_exit(126);
    ::execve(arguments[0], arguments.data(), settings.data());
    ::_exit(127);
  }
  int status = 0;
  PVC_ASSERT(::waitpid(child, &status, 0) == child);
  ProgramResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = ReadFile(out_path);
  result.err = ReadFile(err_path);
  return result;
}

}  // namespace

ProgramResult RunPvc(const std::string& folder, const std::vector<std::string>& words,
                     const std::vector<std::string>& variables) {
  std::vector<std::string> all = {PVC_BINARY};
  all.insert(all.end(), words.begin(), words.end());
  return Run(folder, all, variables);
}

ProgramResult RunShell(const std::string& folder, const std::string& command) {
  return Run(folder, {"/bin/sh", "-c", command}, {});
}

}  // namespace pvc
