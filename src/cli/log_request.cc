#include "cli/log_request.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/date_text.h"
#include "base/error.h"
#include "base/shell_word.h"
#include "cli/diff_request.h"
#include "vcs/catalog.h"
#include "vcs/tag.h"

namespace pvc {
namespace {

void ReadForm(const Arguments& arguments, LogRequest& request) {
  const std::string format = arguments.Choice("format", kLogFormats);
  const bool is_oneline = arguments.Has("oneline");
  if (is_oneline && format != "text") FailUsage("log", "--oneline and --format exclude each other");
  request.form = is_oneline          ? LogForm::kOneline
                 : format == "json"  ? LogForm::kJson
                 : format == "jsonl" ? LogForm::kJsonl
                                     : LogForm::kText;
  request.has_graph = arguments.Has("graph");
  request.is_reversed = arguments.Has("reverse");
  if (arguments.Has("stat") && arguments.Has("patch")) {
    FailUsage("log", "--stat and --patch exclude each other");
  }
  if (arguments.Has("stat")) request.changes = LogChanges::kStat;
  if (arguments.Has("patch")) request.changes = LogChanges::kRows;
  const bool is_json = request.form == LogForm::kJson || request.form == LogForm::kJsonl;
  if (is_json && request.has_graph) FailUsage("log", "--graph is for text, not for JSON");
  if (is_json && request.changes == LogChanges::kRows) {
    FailUsage("log", "--patch is for text; JSON takes --stat");
  }
  if (request.has_graph && request.is_reversed) {
    FailUsage("log", "--graph and --reverse exclude each other");
  }
}

std::optional<Timestamp> ReadDate(CommandContext& context, std::string_view option) {
  const std::optional<std::string> text = context.arguments.Value(option);
  if (!text) return std::nullopt;
  const std::optional<Timestamp> date = ParseDateText(*text, context.Now());
  if (!date) {
    FailUsage("log", fmt::format("--{} is '{}': expected a date, such as 2026-05-01, '2 hours ago' "
                                 "or yesterday",
                                 option, *text));
  }
  return date;
}

CommitFilter ReadFilter(CommandContext& context) {
  CommitFilter filter;
  filter.since = ReadDate(context, "since");
  filter.until = ReadDate(context, "until");
  filter.author = context.arguments.Value("author").value_or("");
  filter.message = context.arguments.Value("grep").value_or("");
  filter.ignore_case = context.arguments.Has("ignore-case");
  filter.no_merges = context.arguments.Has("no-merges");
  return filter;
}

bool IsTable(Repository& repository, const std::vector<CommitId>& commits,
             const std::string& name) {
  for (const CommitId& id : commits) {
    const Snapshot snapshot = repository.GetSnapshot(repository.GetCommit(id).snapshot);
    if (FindTable(repository.nodes(), snapshot.catalog, name)) return true;
  }
  return false;
}

RevisionRange ReadRange(CommandContext& context) {
  Repository& repository = context.repository();
  const std::vector<std::string>& words = context.arguments.positional();
  RevisionRange range;
  if (!context.arguments.Has("all") || !words.empty()) {
    try {
      range = ResolveRange(repository, words, context.Now());
    } catch (Error& error) {
      const auto head = repository.HeadCommit();
      if (error.kind() == ErrorKind::kNotFound && head && !words.empty() &&
          IsTable(repository, {*head}, words.back().substr(0, words.back().find(':')))) {
        error.AddHint(fmt::format("to follow a table:  pvc log -- {}", ShellWord(words.back())));
      }
      throw;
    }
  }
  if (!context.arguments.Has("all")) return range;
  if (const auto head = repository.HeadCommit()) range.from.push_back(*head);
  for (const std::string_view prefix : {"refs/heads/", "refs/tags/"}) {
    for (const Ref& ref : repository.ListRefs(prefix)) {
      range.from.push_back(PeelToCommit(repository, ref.target, ref.name));
    }
  }
  return range;
}

}  // namespace

LogRequest ReadLogRequest(CommandContext& context) {
  Repository& repository = context.repository();
  LogRequest request;
  ReadForm(context.arguments, request);
  request.limit = context.arguments.Number("max-count").value_or(UINT64_MAX);
  request.filter = ReadFilter(context);
  RevisionRange range = ReadRange(context);
  request.walk.from = std::move(range.from);
  request.walk.without = std::move(range.without);
  if (context.arguments.Has("first-parent")) request.walk.follow = FollowParents::kFirst;
  if (request.has_graph) request.walk.order = LogOrder::kLines;
  if (context.arguments.after_dashes().empty()) return request;

  std::vector<DiffFilter> filters;
  for (const std::string& word : context.arguments.after_dashes()) {
    filters.push_back(ParseFilter(word, [&](const std::string& name) {
      return IsTable(repository, request.walk.from, name);
    }));
    // A row's history is what became of it.
    if (filters.back().key && request.form == LogForm::kText &&
        request.changes == LogChanges::kNone) {
      request.changes = LogChanges::kRows;
    }
  }
  request.tables = std::make_unique<TableHistory>(repository, std::move(filters));
  request.tables->Check(request.walk.from);
  request.walk.tables = request.tables.get();
  return request;
}

}  // namespace pvc
