#include "cli/pager.h"

#include <fmt/format.h>

#include "cli/programs.h"
#include "cli/terminal_text.h"

namespace pvc {
namespace {

constexpr const char* kDefaultPager = "less";
/// Quits when all fits on a screen, passes colours on, and leaves the text on the terminal.
constexpr const char* kDefaultLessOptions = "FRX";

/// A variable that is set to nothing asks for no pager.
std::string ChoosePager(const Environment& environment) {
  for (const char* name : {"PVC_PAGER", "PAGER"}) {
    const auto found = environment.variables.find(name);
    if (found != environment.variables.end()) return found->second;
  }
  return kDefaultPager;
}

}  // namespace

void StartPager(Environment& environment, const Config& settings) {
  if (environment.programs == nullptr || !environment.out.is_terminal) return;
  if (!settings.GetBool("core.pager").value_or(true)) return;
  if (environment.Variable("TERM") == "dumb") return;
  const std::string pager = ChoosePager(environment);
  if (pager.empty() || pager == "cat") return;

  std::map<std::string, std::string> variables;
  if (environment.variables.count("LESS") == 0) variables["LESS"] = kDefaultLessOptions;
  environment.out.writer.Flush();
  if (environment.programs->StartPager(pager, variables)) {
    environment.err.is_terminal = false;  // a progress line would write over the pager's screen
    return;
  }
  if (pager == kDefaultPager) return;
  environment.err.writer.Write(
      fmt::format("warning: cannot find the pager '{}'\n", EscapeName(pager)));
}

}  // namespace pvc
