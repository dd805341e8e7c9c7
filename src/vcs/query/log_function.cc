#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

#include "vcs/log_decorations.h"
#include "vcs/log_walk.h"
#include "vcs/query/function_table.h"
#include "vcs/query/repository_functions.h"
#include "vcs/revision.h"

namespace pvc {
namespace {

enum LogColumn : int {
  kCommitId,
  kParents,
  kAuthor,
  kAuthorEmail,
  kAuthorDate,
  kCommitter,
  kCommitterEmail,
  kDate,
  kMessage,
  kGeneration,
  kRefs,
};

class LogRows final : public FunctionRows {
 public:
  LogRows(QueryScope& scope, const LogOptions& options)
      : scope_(scope), walk_(scope.repository(), options) {}

  bool Next() override {
    scope_.Step();
    step_ = walk_.Next();
    return step_.has_value();
  }

  void Column(int column, ColumnResult& result) override {
    const Commit& commit = step_->commit;
    switch (column) {
      case kCommitId:
        return result.SetText(step_->id.Hex());
      case kParents:
        return result.SetText(Parents());
      case kAuthor:
        return result.SetText(commit.author.name);
      case kAuthorEmail:
        return result.SetText(commit.author.email);
      case kAuthorDate:
        return result.SetText(FormatRfc3339(commit.author.when));
      case kCommitter:
        return result.SetText(commit.committer.name);
      case kCommitterEmail:
        return result.SetText(commit.committer.email);
      case kDate:
        return result.SetText(FormatRfc3339(commit.committer.when));
      case kMessage:
        return result.SetText(commit.message);
      case kGeneration:
        return result.SetInteger(static_cast<int64_t>(commit.generation));
      case kRefs:
        return result.SetText(Refs());
      default:
        return result.SetNull();
    }
  }

 private:
  std::string Parents() const {
    std::vector<std::string> ids;
    for (const CommitId& parent : step_->commit.parents) ids.push_back(parent.Hex());
    return fmt::format("{}", fmt::join(ids, " "));
  }

  std::string Refs() {
    if (!decorations_) decorations_ = ReadDecorations(scope_.repository());
    return fmt::format("{}", fmt::join(decorations_->NamesOf(step_->id), ", "));
  }

  QueryScope& scope_;
  LogWalk walk_;
  std::optional<LogWalk::Step> step_;
  std::optional<LogDecorations> decorations_;  // read when asked for
};

}  // namespace

std::unique_ptr<VirtualTable> ConnectLogFunction(QueryScope& scope) {
  std::vector<FunctionColumn> columns = {
      {"commit_id", "TEXT"},       {"parents", "TEXT"},     {"author", "TEXT"},
      {"author_email", "TEXT"},    {"author_date", "TEXT"}, {"committer", "TEXT"},
      {"committer_email", "TEXT"}, {"date", "TEXT"},        {"message", "TEXT"},
      {"generation", "INTEGER"},   {"refs", "TEXT"}};
  return std::make_unique<FunctionTable>(
      std::move(columns), std::vector<std::string>{"revision"},
      [&scope](const FunctionCallValues& call) {
        // The working database is at HEAD.
        const std::string base = scope.base() == QueryScope::kWorking ? "HEAD" : scope.base();
        RevisionRange range =
            ResolveRange(scope.repository(), {call.parameters[0].value_or(base)}, scope.Now());
        LogOptions options;
        options.from = std::move(range.from);
        options.without = std::move(range.without);
        return std::make_unique<LogRows>(scope, options);
      });
}

}  // namespace pvc
