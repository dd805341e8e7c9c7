#include "cli/conflict_request.h"

#include <fmt/format.h>

#include <utility>

namespace pvc {
namespace {

class InterruptibleSink final : public ConflictSink {
 public:
  InterruptibleSink(const Environment& environment, ConflictSink& sink)
      : environment_(environment), sink_(sink) {}

  void OnSchema(const SchemaConflict& conflict) override { sink_.OnSchema(conflict); }
  void BeginTable(const TableConflicts& table) override { sink_.BeginTable(table); }
  bool OnRow(const TableConflicts& table, const ConflictRow& row) override {
    environment_.CheckInterrupted();
    return sink_.OnRow(table, row);
  }
  void EndTable(const TableConflicts& table) override { sink_.EndTable(table); }

 private:
  const Environment& environment_;
  ConflictSink& sink_;
};

}  // namespace

std::vector<ConflictSelector> ParseConflictSelectors(const Arguments& arguments) {
  std::vector<ConflictSelector> selectors;
  for (const auto* words : {&arguments.positional(), &arguments.after_dashes()}) {
    for (const std::string& word : *words) selectors.push_back(ConflictSelector::Parse(word));
  }
  return selectors;
}

ConflictsInput MakeConflictsInput(CommandContext& context, const UnfinishedMerge& merge,
                                  std::vector<ConflictSelector> selectors) {
  Repository& repository = context.repository();
  const TextEncoding encoding = repository.GetSnapshot(merge.ours).properties.encoding;
  const Environment& environment = context.environment;
  return {merge, encoding, repository.nodes().source(),
          [&repository, &environment, &merge, encoding,
           selectors = std::move(selectors)](ConflictSink& sink) {
            InterruptibleSink interruptible(environment, sink);
            ListConflicts(repository, repository.nodes(), encoding, merge.conflicts, selectors,
                          interruptible);
          }};
}

std::string ContinueCommand(PendingKind kind) {
  return fmt::format("pvc {} --continue", PendingKindName(kind));
}

}  // namespace pvc
