#include <fmt/format.h>

#include <array>

#include "cli/command.h"
#include "engine/root_file.h"

namespace pvc {
namespace {

constexpr auto kExamples = std::to_array<Example>({
    {"pvc version", "the version of pvc and of its repository format"},
});

int Run(CommandContext& context) {
  context.out.Put(fmt::format("pvc {} (repository format {})\n", PVC_VERSION, kFormatVersion));
  return kExitYes;
}

}  // namespace

extern const Command kVersionCommand;
const Command kVersionCommand{
    .name = "version",
    .group = CommandGroup::kPlumbing,
    .summary = "print the version",
    .usage = "",
    .needs = Needs::kNothing,
    .min_arguments = 0,
    .max_arguments = 0,
    .options = {},
    .examples = kExamples,
    .help = "",
    .run = Run,
};

}  // namespace pvc
