#include "cli/diff_request.h"

namespace pvc {
namespace {

/// Passes events on, and stops between them when the user asks for it.
class InterruptibleSink final : public DiffSink {
 public:
  InterruptibleSink(const Environment& environment, DiffSink& sink)
      : environment_(environment), sink_(sink) {}

  void OnProperty(const PropertyChange& change) override { sink_.OnProperty(change); }
  void OnSchemaObject(const SchemaChange& change) override { sink_.OnSchemaObject(change); }
  void BeginTable(const TableDiff& table) override { sink_.BeginTable(table); }
  void OnRow(const TableDiff& table, const RowChange& change) override {
    environment_.CheckInterrupted();
    sink_.OnRow(table, change);
  }
  void EndTable(const TableDiff& table, const TableDiffCounts& counts) override {
    sink_.EndTable(table, counts);
  }

 private:
  const Environment& environment_;
  DiffSink& sink_;
};

bool HasTable(const DiffSide& side, std::string_view name) {
  return FindTable(*side.nodes, side.snapshot.catalog, name).has_value();
}

}  // namespace

DiffSide CommitSide(Repository& repository, const CommitId& id, const std::string& name) {
  DiffSide side;
  side.name = name;
  side.commit = id.Hex();
  side.snapshot = repository.GetSnapshot(repository.GetCommit(id).snapshot);
  side.nodes = &repository.nodes();
  return side;
}

DiffSide CommitSide(CommandContext& context, const std::string& revision) {
  return CommitSide(context.repository(), context.Resolve(revision), revision);
}

DiffSide EmptySide(Repository& repository) {
  DiffSide side;
  side.name = "(nothing)";
  side.nodes = &repository.nodes();
  return side;
}

DiffFilter ParseFilter(const std::string& word, const DiffSide& before, const DiffSide& after) {
  return ParseFilter(word, [&](const std::string& name) {
    return HasTable(before, name) || HasTable(after, name);
  });
}

DiffFilter ParseFilter(const std::string& word,
                       const std::function<bool(const std::string& name)>& is_table) {
  const auto split = [&](size_t colon) {
    return DiffFilter{word.substr(0, colon), word.substr(colon + 1)};
  };
  const size_t first = word.find(':');
  if (first == std::string::npos || is_table(word)) return {word, std::nullopt};
  for (size_t colon = first; colon != std::string::npos; colon = word.find(':', colon + 1)) {
    if (is_table(word.substr(0, colon))) return split(colon);
  }
  return split(first);
}

DiffInput MakeDiffInput(CommandContext& context, DiffSide before, DiffSide after,
                        std::vector<DiffFilter> filters) {
  return MakeDiffInput(context.environment, context.repository(), std::move(before),
                       std::move(after), std::move(filters));
}

DiffInput MakeDiffInput(Environment& environment, Repository& repository, DiffSide before,
                        DiffSide after, std::vector<DiffFilter> filters) {
  DiffInput input;
  input.hash_kind = repository.store().hash_kind();
  input.filters = std::move(filters);
  input.run = [&environment, &repository, before = before.snapshot, after = after.snapshot,
               nodes = after.nodes, has_file_properties = !after.is_working,
               filters = input.filters](DiffSink& sink, DiffDetail detail) {
    DiffOptions options;
    options.filters = filters;
    options.nodes = nodes;
    options.rows = detail != DiffDetail::kSchema;
    options.exact_layouts = detail == DiffDetail::kPatch;
    options.file_properties = has_file_properties && detail != DiffDetail::kPatch;
    InterruptibleSink interruptible(environment, sink);
    DiffSnapshots(repository, before, after, options, interruptible);
  };
  input.before = std::move(before);
  input.after = std::move(after);
  return input;
}

}  // namespace pvc
