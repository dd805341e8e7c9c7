#include "vcs/merge/conflict_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/shell_word.h"
#include "sqlite/database.h"
#include "vcs/ascii_case.h"
#include "vcs/glob.h"
#include "vcs/key_filter.h"

namespace pvc {
namespace {

// Where the name of a table ends: at the first colon outside of quotes.
size_t FindColon(std::string_view text, size_t from) {
  bool in_quotes = false;
  for (size_t i = from; i < text.size(); ++i) {
    if (text[i] == '\'') in_quotes = !in_quotes;
    if (text[i] == ':' && !in_quotes) return i;
  }
  return std::string_view::npos;
}

}  // namespace

ConflictWalk::ConflictWalk(NodeReader& nodes, const TableConflicts& table, TextEncoding encoding,
                           HashKind hash_kind, std::vector<KeyRange> ranges)
    : table_(table), ranges_(std::move(ranges)), cursor_(nodes, table.rows) {
  constexpr size_t kSideCount = 3;
  for (size_t i = 0; i < kSideCount; ++i) {
    sides_.push_back({RowCodec(table.layout.table->info, encoding, hash_kind, nullptr), {}});
  }
}

const ConflictRow* ConflictWalk::Next() {
  if (is_open_) cursor_.Next();
  while (true) {
    if (!is_open_) {
      if (next_range_ == ranges_.size()) return nullptr;
      cursor_.Seek(ranges_[next_range_++].low);
      is_open_ = true;
    }
    const Bytes& high = ranges_[next_range_ - 1].high;
    if (cursor_.Valid() && (high.empty() || cursor_.key() < high)) break;
    is_open_ = false;
  }
  conflict_ = DecodeRowConflict(cursor_.value());
  if (!conflict_.base && !conflict_.ours && !conflict_.theirs) {
    throw Error(ErrorKind::kCorrupt,
                fmt::format("table '{}': a conflict of no row", table_.name()));
  }
  row_.emplace(ConflictRow{cursor_.key(), conflict_, Decode(MergeSide::kBase, conflict_.base),
                           Decode(MergeSide::kOurs, conflict_.ours),
                           Decode(MergeSide::kTheirs, conflict_.theirs)});
  return &*row_;
}

const Row* ConflictWalk::Decode(MergeSide which, const std::optional<Bytes>& value) {
  if (!value) return nullptr;
  Side& side = sides_[static_cast<size_t>(which)];
  side.codec.Decode(cursor_.key(), *value, side.row);
  return &side.row;
}

ConflictSelector ConflictSelector::Parse(const std::string& text) {
  ConflictSelector selector;
  const size_t colon = text.find(':');
  selector.table = text.substr(0, colon);
  if (colon == std::string::npos) return selector;
  const size_t second = FindColon(text, colon + 1);
  selector.key = text.substr(colon + 1, second == std::string::npos ? second : second - colon - 1);
  if (second != std::string::npos) selector.column = text.substr(second + 1);
  return selector;
}

bool ConflictSelector::MatchesName(const std::string& name) const {
  return EqualIgnoringAsciiCase(table, name) ||
         MatchesGlob(FoldAsciiCase(table), FoldAsciiCase(name));
}

std::vector<KeyRange> SelectedRanges(Repository& repository, const TableConflicts& table,
                                     TextEncoding encoding, const ConflictSelector& selector) {
  if (!selector.key) return {KeyRange{}};
  return KeyRangesOf(table.layout.table->info, encoding, repository.store().hash_kind(),
                     *selector.key);
}

void RequireMatches(const MergeConflicts& conflicts,
                    const std::vector<ConflictSelector>& selectors) {
  for (const ConflictSelector& selector : selectors) {
    bool found = false;
    for (const SchemaConflict& conflict : conflicts.schema) {
      found = found || (!selector.key && selector.MatchesName(conflict.name));
    }
    for (const TableConflicts& table : conflicts.tables) {
      found = found || selector.MatchesName(table.name());
    }
    if (found) continue;
    Error error(ErrorKind::kNotFound, fmt::format("no conflict in '{}'", selector.table));
    throw error.AddHint("see what is open:  pvc conflicts");
  }
}

void ListConflicts(Repository& repository, NodeReader& nodes, TextEncoding encoding,
                   const MergeConflicts& conflicts, const std::vector<ConflictSelector>& selectors,
                   ConflictSink& sink) {
  RequireMatches(conflicts, selectors);
  const auto selects = [&](const std::string& name, bool whole) {
    return selectors.empty() ||
           std::any_of(selectors.begin(), selectors.end(), [&](const ConflictSelector& s) {
             return s.MatchesName(name) && !(whole && s.key);
           });
  };
  for (const SchemaConflict& conflict : conflicts.schema) {
    if (selects(conflict.name, true)) sink.OnSchema(conflict);
  }
  for (const TableConflicts& table : conflicts.tables) {
    if (!selects(table.name(), false)) continue;
    std::vector<KeyRange> ranges;
    for (const ConflictSelector& selector : selectors) {
      if (!selector.MatchesName(table.name())) continue;
      for (KeyRange& range : SelectedRanges(repository, table, encoding, selector)) {
        ranges.push_back(std::move(range));
      }
    }
    const bool is_whole = std::any_of(ranges.begin(), ranges.end(),
                                      [](const KeyRange& range) { return range == KeyRange{}; });
    if (selectors.empty() || is_whole) ranges = {KeyRange{}};
    std::sort(ranges.begin(), ranges.end(),
              [](const KeyRange& a, const KeyRange& b) { return a.low < b.low; });
    ranges.erase(std::unique(ranges.begin(), ranges.end()), ranges.end());
    sink.BeginTable(table);
    ConflictWalk walk(nodes, table, encoding, repository.store().hash_kind(), std::move(ranges));
    for (const ConflictRow* row = walk.Next(); row != nullptr; row = walk.Next()) {
      if (!sink.OnRow(table, *row)) break;
    }
    sink.EndTable(table);
  }
}

std::string TypedKey(const TableInfo& info, const Row& row, TextEncoding encoding) {
  if (info.identity != RowIdentity::kPrimaryKey) return fmt::format("{}", row.rowid);
  std::vector<std::pair<uint32_t, std::string>> parts;
  size_t cell = 0;
  for (const Column& column : info.columns) {
    if (column.is_generated) continue;
    const Value& value = row.cells[cell++].value;
    if (column.key_position == 0) continue;
    const std::string literal = SqlLiteral(value, encoding);
    std::string typed = literal;
    const bool is_plain = value.storage_class == StorageClass::kText &&
                          encoding == TextEncoding::kUtf8 && !value.bytes.empty() &&
                          column.affinity == Affinity::kText &&
                          std::all_of(value.bytes.begin(), value.bytes.end(),
                                      [](char c) {
                                        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                               (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                                               c == '.' || c == '@' || c == '/';
                                      }) &&
                          !EqualIgnoringAsciiCase(value.bytes, "null");
    if (is_plain) typed = Bytes(value.bytes);
    parts.emplace_back(column.key_position, std::move(typed));
  }
  std::sort(parts.begin(), parts.end());
  std::string text;
  for (const auto& [position, part] : parts) text += (text.empty() ? "" : ",") + part;
  return text;
}

}  // namespace pvc
