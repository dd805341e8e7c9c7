#include <optional>

#include "vcs/branch.h"
#include "vcs/query/function_table.h"
#include "vcs/query/repository_functions.h"
#include "vcs/tag.h"

namespace pvc {
namespace {

using Cell = ListedRows::Cell;

constexpr std::string_view kBranchesPrefix = "refs/heads/";
constexpr std::string_view kTagsPrefix = "refs/tags/";

std::vector<ListedRows::ListedRow> ListBranches(QueryScope& scope) {
  Repository& repository = scope.repository();
  const auto head = repository.HeadRefName();
  std::vector<ListedRows::ListedRow> rows;
  for (const Ref& ref : repository.ListRefs(kBranchesPrefix)) {
    scope.Step();
    const CommitId id{ref.target};
    const Commit commit = repository.GetCommit(id);
    rows.push_back({Cell::Text(std::string(BranchName(ref.name))), Cell::Text(id.Hex()),
                    Cell::Integer(head == ref.name ? 1 : 0),
                    Cell::Text(FormatRfc3339(commit.committer.when)),
                    Cell::Text(commit.author.name),
                    Cell::Text(commit.message.substr(0, commit.message.find('\n')))});
  }
  return rows;
}

std::vector<ListedRows::ListedRow> ListTags(QueryScope& scope) {
  Repository& repository = scope.repository();
  std::vector<ListedRows::ListedRow> rows;
  for (const Ref& ref : repository.ListRefs(kTagsPrefix)) {
    scope.Step();
    std::string name = ref.name.substr(kTagsPrefix.size());
    const CommitId id = PeelToCommit(repository, ref.target, name);
    ListedRows::ListedRow row = {Cell::Text(std::move(name)), Cell::Text(id.Hex())};
    if (id.id == ref.target) {
      Commit commit = repository.GetCommit(id);
      row.push_back(Cell::Text(FormatRfc3339(commit.committer.when)));
      row.push_back(Cell::Text(std::move(commit.message)));
      row.push_back(Cell::Null());
      row.push_back(Cell::Null());
    } else {
      Tag tag = ReadTag(repository.store(), {ref.target});
      row.push_back(Cell::Text(FormatRfc3339(tag.tagger.when)));
      row.push_back(Cell::Text(std::move(tag.message)));
      row.push_back(Cell::Text(std::move(tag.tagger.name)));
      row.push_back(Cell::Text(std::move(tag.tagger.email)));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

std::unique_ptr<VirtualTable> ConnectBranchesFunction(QueryScope& scope) {
  std::vector<FunctionColumn> columns = {{"name", "TEXT"},       {"commit_id", "TEXT"},
                                         {"is_head", "INTEGER"}, {"date", "TEXT"},
                                         {"author", "TEXT"},     {"message", "TEXT"}};
  return std::make_unique<FunctionTable>(std::move(columns), std::vector<std::string>{},
                                         [&scope](const FunctionCallValues&) {
                                           return std::make_unique<ListedRows>(ListBranches(scope));
                                         });
}

std::unique_ptr<VirtualTable> ConnectTagsFunction(QueryScope& scope) {
  std::vector<FunctionColumn> columns = {{"name", "TEXT"},   {"commit_id", "TEXT"},
                                         {"date", "TEXT"},   {"message", "TEXT"},
                                         {"tagger", "TEXT"}, {"tagger_email", "TEXT"}};
  return std::make_unique<FunctionTable>(std::move(columns), std::vector<std::string>{},
                                         [&scope](const FunctionCallValues&) {
                                           return std::make_unique<ListedRows>(ListTags(scope));
                                         });
}

}  // namespace pvc
