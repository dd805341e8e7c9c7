#include <fmt/format.h>

#include <array>

#include "cli/command.h"
#include "cli/quantity_text.h"
#include "vcs/fsck.h"

namespace pvc {
namespace {

constexpr auto kExamples = std::to_array<Example>({
    {"pvc fsck", "check every byte of the repository"},
});

class FindingPrinter final : public FsckSink {
 public:
  explicit FindingPrinter(CommandContext& context) : context_(context) {}

  void OnFinding(const std::string& text) override {
    context_.environment.CheckInterrupted();
    context_.out.Put(Label::kError, "damaged:");
    context_.out.Put(" " + EscapeName(text) + "\n");
  }

  void OnNote(const std::string& text) override {
    context_.out.Put(Label::kMuted, "note:");
    context_.out.Put(" " + EscapeName(text) + "\n");
  }

 private:
  CommandContext& context_;
};

int Run(CommandContext& context) {
  FindingPrinter printer(context);
  const std::string folder =
      Repository::Find(context.environment.fs, context.environment.current_folder);
  const FsckResult result = CheckRepositoryAt(context.environment.fs, folder, printer);
  context.out.Put(fmt::format(
      "checked {} ({}, {}), {}, {}, {}\n", FormatCountOf(result.object_count, "object"),
      FormatCountOf(result.pack_count, "pack"), FormatBytes(result.stored_bytes),
      FormatCountOf(result.operation_count, "operation"),
      FormatCountOf(result.commit_count, "commit"), FormatCountOf(result.row_count, "row")));
  if (result.IsSound()) {
    context.out.Put("no damage found\n");
    return kExitYes;
  }
  context.out.Put(FormatCountOf(result.finding_count, "finding") + "\n");
  return kExitNo;
}

}  // namespace

extern const Command kFsckCommand;
const Command kFsckCommand{
    .name = "fsck",
    .group = CommandGroup::kSafety,
    .summary = "check that the repository is as it was written",
    .usage = "",
    // A damaged repository may not open; it is looked for all the same.
    .needs = Needs::kNothing,
    .min_arguments = 0,
    .max_arguments = 0,
    .options = {},
    .examples = kExamples,
    .help =
        "Reads every pack, hashes every object, and follows the whole history down to single\n"
        "rows. Exit code 1: something is damaged. Nothing is changed.",
    .run = Run,
};

}  // namespace pvc
