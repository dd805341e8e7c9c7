#include <unistd.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "cli/process_environment.h"
#include "cli/run.h"

int main(int argc, char** argv) {
  try {
    pvc::ProcessEnvironment process;
    return pvc::RunCommandLine(process.environment(), {argv + (argc > 0 ? 1 : 0), argv + argc});
  } catch (const pvc::Error& error) {
    const std::string text = "error: " + error.message() + "\n";
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    return 128;
  }
}
