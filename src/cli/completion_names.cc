#include "cli/completion_names.h"

#include <algorithm>

#include "base/error.h"
#include "cli/command_table.h"
#include "cli/quantity_text.h"
#include "vcs/catalog.h"
#include "vcs/repository.h"

namespace pvc {

namespace {

void AddCommands(const std::string& before, const std::string& typed, Completions& found) {
  for (const Command* command : CommandTable()) {
    // Plumbing is for those who know that it is there.
    if (typed.empty() && command->group == CommandGroup::kPlumbing) continue;
    if (!command->name.starts_with(typed)) continue;
    found.candidates.push_back(
        {before + std::string(command->name), std::string(command->summary)});
  }
}

void AddRefs(Repository& repository, std::string_view prefix, std::string_view what,
             const std::string& before, const std::string& typed, Completions& found) {
  for (const Ref& ref : repository.ListRefs(std::string(prefix) + typed)) {
    found.candidates.push_back({before + ref.name.substr(prefix.size()), std::string(what)});
  }
}

/// A revision, or what is behind the dots of a range and behind the ^ of an exclusion.
void AddRevisions(Repository& repository, std::string before, std::string typed,
                  Completions& found) {
  const size_t dots = typed.rfind("..");
  const size_t begin = dots != std::string::npos ? dots + 2 : typed.starts_with('^') ? 1 : 0;
  before += typed.substr(0, begin);
  typed.erase(0, begin);
  if (std::string_view("HEAD").starts_with(typed)) {
    found.candidates.push_back({before + "HEAD", "the current commit"});
  }
  AddRefs(repository, "refs/heads/", "branch", before, typed, found);
  AddRefs(repository, "refs/tags/", "tag", before, typed, found);
  AddRefs(repository, "refs/remotes/", "remote branch", before, typed, found);
}

void AddTables(Repository& repository, const std::string& before, const std::string& typed,
               Completions& found) {
  const auto head = repository.HeadCommit();
  if (!head) return;
  const Snapshot snapshot = repository.GetSnapshot(repository.GetCommit(*head).snapshot);
  for (const CatalogEntry& entry : ReadCatalog(repository.nodes(), snapshot.catalog)) {
    if (!entry.table || !entry.object.name.starts_with(typed)) continue;
    found.candidates.push_back(
        {before + entry.object.name, FormatCountOf(entry.table->rows.entry_count, "row")});
  }
}

}  // namespace

void AddNames(Environment& environment, ArgumentKind kind, const std::string& before,
              const std::string& typed, Completions& found) {
  switch (kind) {
    case ArgumentKind::kOther:
      return;
    case ArgumentKind::kFile:
      found.paths = PathCompletion::kFiles;
      return;
    case ArgumentKind::kFolder:
      found.paths = PathCompletion::kFolders;
      return;
    case ArgumentKind::kCommand:
      AddCommands(before, typed, found);
      return;
    default:
      break;
  }
  try {
    const auto repository = Repository::Open(
        environment.fs, Repository::Find(environment.fs, environment.current_folder));
    switch (kind) {
      case ArgumentKind::kRevision:
        AddRevisions(*repository, before, typed, found);
        return;
      case ArgumentKind::kBranch:
        AddRefs(*repository, "refs/heads/", "branch", before, typed, found);
        return;
      case ArgumentKind::kTag:
        AddRefs(*repository, "refs/tags/", "tag", before, typed, found);
        return;
      case ArgumentKind::kTable:
        AddTables(*repository, before, typed, found);
        return;
      default:
        return;
    }
  } catch (const Error&) {
    // No repository, or a damaged one: the command that is being typed will say so.
  }
}

}  // namespace pvc
