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

bool NamesTable(Repository& repository, const std::vector<CommitId>& commits,
                const std::string& word) {
  const auto is_table = [&](const std::string& name) { return IsTable(repository, commits, name); };
  return is_table(ParseFilter(word, is_table).table);
}

bool IsRevision(CommandContext& context, const std::string& word) {
  try {
    ResolveRange(context.repository(), {word}, context.Now());
    return true;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNotFound && error.kind() != ErrorKind::kInvalid) throw;
    return false;
  }
}

/// The words of a command line: revisions, then tables.
struct LogWords {
  std::vector<std::string> revisions;
  std::vector<std::string> tables;
};

// Without "--", the first word that names a table, in HEAD or in a revision before it, is one, and
// so are those behind it.
LogWords SplitWords(CommandContext& context) {
  const Arguments& arguments = context.arguments;
  if (arguments.has_dashes()) return {arguments.positional(), arguments.after_dashes()};
  Repository& repository = context.repository();
  LogWords words;
  std::vector<CommitId> commits;
  if (const auto head = repository.HeadCommit()) commits.push_back(*head);
  for (const std::string& word : arguments.positional()) {
    if (words.tables.empty() && NamesTable(repository, commits, word)) {
      if (IsRevision(context, word)) {
        throw Error(ErrorKind::kInvalid, fmt::format("'{}' is both a revision and a table", word))
            .AddHint(fmt::format("the revision:  pvc log {} --", ShellWord(word)))
            .AddHint(fmt::format("the table:     pvc log -- {}", ShellWord(word)));
      }
      words.tables.push_back(word);
    } else if (words.tables.empty()) {
      const RevisionRange range = ResolveRange(repository, {word}, context.Now());
      commits.insert(commits.end(), range.from.begin(), range.from.end());
      words.revisions.push_back(word);
    } else {
      words.tables.push_back(word);
    }
  }
  return words;
}

RevisionRange ReadRange(CommandContext& context, const std::vector<std::string>& words) {
  Repository& repository = context.repository();
  RevisionRange range;
  if (!context.arguments.Has("all") || !words.empty()) {
    range = ResolveRange(repository, words, context.Now());
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
  const LogWords words = SplitWords(context);
  RevisionRange range = ReadRange(context, words.revisions);
  request.walk.from = std::move(range.from);
  request.walk.without = std::move(range.without);
  if (context.arguments.Has("first-parent")) request.walk.follow = FollowParents::kFirst;
  if (request.has_graph) request.walk.order = LogOrder::kLines;
  if (words.tables.empty()) return request;

  std::vector<DiffFilter> filters;
  for (const std::string& word : words.tables) {
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
