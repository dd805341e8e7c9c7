#include <fmt/format.h>

#include <array>
#include <deque>

#include "base/error.h"
#include "base/shell_word.h"
#include "cli/command.h"
#include "cli/render/blame.h"
#include "cli/table_lookup.h"
#include "engine/tree_cursor.h"
#include "vcs/key_filter.h"

namespace pvc {
namespace {

constexpr auto kFormats = std::to_array<std::string_view>({"text", "json"});

constexpr auto kOptions = std::to_array<OptionSpec>({
    {"revision", 'r', "REV", "as of that commit (default HEAD)", false},
    {"format", 0, "FORMAT", "text (default) or json (\"pvc.blame/v1\")", false, kFormats},
});

constexpr auto kExamples = std::to_array<Example>({
    {"pvc blame users", "who last changed each row"},
    {"pvc blame users 42", "who last changed each column of one row"},
    {"pvc blame users 42 -r v1", "as of an earlier commit"},
});

/// A row that the key given may mean, as it is stored.
struct StoredRow {
  Bytes key;
  Bytes value;
};

std::vector<StoredRow> FindRows(Repository& repository, const StoredTable& table,
                                TextEncoding encoding, const std::string& typed) {
  std::vector<StoredRow> rows;
  TreeCursor cursor(repository.nodes(), table.rows);
  for (const KeyRange& range :
       KeyRangesOf(table.info, encoding, repository.store().hash_kind(), typed)) {
    for (cursor.Seek(range.low);
         cursor.Valid() && (range.high.empty() || cursor.key() < range.high); cursor.Next()) {
      rows.push_back({Bytes(cursor.key()), Bytes(cursor.value())});
    }
  }
  if (rows.empty()) {
    throw Error(ErrorKind::kNotFound,
                fmt::format("table '{}' has no row '{}' in this commit", table.info.name, typed))
        .AddHint(fmt::format("what became of it:  pvc log -- {}",
                             ShellWord(table.info.name + ":" + typed)));
  }
  return rows;
}

void ShowRows(CommandContext& context, const BlameSubject& subject, const CatalogEntry& table,
              const std::vector<StoredRow>& stored, bool is_json) {
  Repository& repository = context.repository();
  const auto check = [&] { context.environment.CheckInterrupted(); };
  RowCodec codec(subject.table, subject.encoding, repository.store().hash_kind(), nullptr);
  std::deque<RowBlame> blames;
  for (const StoredRow& row : stored) {
    blames.emplace_back(repository, subject.at, table, row.key, check);
  }
  // One decoder a row: what it decoded lives until it decodes the next.
  std::deque<RowCodec> codecs(stored.size(), codec);
  std::vector<BlamedRow> rows;
  for (size_t i = 0; i < stored.size(); ++i) {
    rows.push_back({{}, blames[i]});
    codecs[i].Decode(stored[i].key, stored[i].value, rows.back().row);
  }
  if (is_json) {
    PrintRowBlameJson(context.out.writer(), subject, rows);
    return;
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i != 0) context.out.Put("\n");
    PrintRowBlame(context.out, subject, rows[i]);
  }
}

int Run(CommandContext& context) {
  Repository& repository = context.repository();
  const bool is_json = context.arguments.Choice("format", kFormats) == "json";
  const CommitId at = context.Resolve(context.arguments.Value("revision").value_or("HEAD"));
  const Snapshot snapshot = repository.GetSnapshot(repository.GetCommit(at).snapshot);
  const CatalogEntry table = RequireTable(repository, snapshot, *context.arguments.Argument(0));
  const TextEncoding encoding = snapshot.properties.encoding;
  const BlameSubject subject{at, table.table->info, encoding, repository.store()};

  if (const std::optional<std::string> key = context.arguments.Argument(1)) {
    ShowRows(context, subject, table, FindRows(repository, *table.table, encoding, *key), is_json);
    return kExitYes;
  }
  const TableBlame blame(repository, at, table, [&] { context.environment.CheckInterrupted(); });
  if (is_json) {
    PrintTableBlameJson(context.out.writer(), subject, blame);
  } else {
    PrintTableBlame(context.out, subject, blame);
  }
  return kExitYes;
}

}  // namespace

extern const Command kBlameCommand;
const Command kBlameCommand{
    .name = "blame",
    .group = CommandGroup::kLook,
    .summary = "show who last changed each row, or each column of a row",
    .usage = "TABLE [KEY] [-r REV] [--format=FORMAT]",
    .needs = Needs::kRepository,
    .min_arguments = 1,
    .max_arguments = 2,
    .arguments = {ArgumentKind::kTable},
    .options = kOptions,
    .examples = kExamples,
    .help =
        "Each row with the commit that last changed it, its author and date; with KEY each\n"
        "column of that row. KEY is the key's value, 'a,b' for a key of two columns. Changes\n"
        "that are not committed are not seen. A column added with its default changes no row;\n"
        "rows of a table without key are told apart by rowid.",
    .run = Run,
    .uses_pager = true,
};

}  // namespace pvc
