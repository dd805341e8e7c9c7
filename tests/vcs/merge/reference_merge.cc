#include "tests/vcs/merge/reference_merge.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/bytes.h"

namespace pvc {
namespace {

using Rows = std::map<std::string, PlainCells>;

// Two of these per column: the value, and its bytes in the database's encoding.
std::string ReadCell(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
      return "n";
    case SQLITE_INTEGER:
      return fmt::format("i{}", sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return fmt::format("r{:a}", sqlite3_column_double(statement, column));
    default:
      break;
  }
  const char letter = sqlite3_column_type(statement, column) == SQLITE_TEXT ? 't' : 'b';
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column + 1));
  const int size = sqlite3_column_bytes(statement, column + 1);
  return letter + std::string(bytes == nullptr ? "" : bytes, static_cast<size_t>(size));
}

// Bytes that are equal where SQLite says that keys are equal. Nothing for NULL.
std::optional<std::string> KeyBytes(sqlite3_stmt* statement, int column,
                                    const std::string& collation) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
      return std::nullopt;
    case SQLITE_INTEGER:
      return fmt::format("i{}", sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT: {
      const double real = sqlite3_column_double(statement, column);
      if (real == std::floor(real) && std::fabs(real) < 9e18) {
        return fmt::format("i{}", static_cast<int64_t>(real));
      }
      return fmt::format("r{:a}", real);
    }
    case SQLITE_BLOB:
      return "b" + std::string(static_cast<const char*>(sqlite3_column_blob(statement, column)),
                               static_cast<size_t>(sqlite3_column_bytes(statement, column)));
    default:
      break;
  }
  std::string text(reinterpret_cast<const char*>(sqlite3_column_text(statement, column)),
                   static_cast<size_t>(sqlite3_column_bytes(statement, column)));
  if (collation == "RTRIM") text.erase(text.find_last_not_of(' ') + 1);
  if (collation == "NOCASE") {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return "t" + text;
}

// Sorts as the number does.
std::string RowidBytes(int64_t rowid) {
  return fmt::format("{:020}", static_cast<uint64_t>(rowid) + (uint64_t{1} << 63));
}

// What one side did to the loose rows of base.
struct SideChanges {
  std::map<std::string, std::optional<PlainCells>> fates;  // by place in base; nothing: removed
  std::multiset<PlainCells> added;
};

SideChanges FindChanges(const Rows& base, const Rows& side) {
  std::map<PlainCells, std::pair<std::vector<std::string>, std::vector<std::string>>> by_content;
  for (const auto& [place, cells] : base) {
    const auto now = side.find(place);
    if (now == side.end() || now->second != cells) by_content[cells].first.push_back(place);
  }
  for (const auto& [place, cells] : side) {
    const auto before = base.find(place);
    if (before == base.end() || before->second != cells) by_content[cells].second.push_back(place);
  }
  std::set<std::string> gone;
  std::map<std::string, PlainCells> came;
  for (const auto& [cells, places] : by_content) {
    const size_t equal = std::min(places.first.size(), places.second.size());
    for (size_t i = equal; i < places.first.size(); ++i) gone.insert(places.first[i]);
    for (size_t i = equal; i < places.second.size(); ++i) came.emplace(places.second[i], cells);
  }
  SideChanges changes;
  for (const std::string& place : gone) {
    const auto now = came.find(place);
    if (now == came.end()) {
      changes.fates[place] = std::nullopt;
    } else {
      changes.fates[place] = now->second;
      came.erase(now);
    }
  }
  for (const auto& [place, cells] : came) changes.added.insert(cells);
  return changes;
}

class Merger {
 public:
  explicit Merger(PlainFavor favor) : favor_(favor) {}

  void MergeRow(const PlainCells* base, const PlainCells* ours, const PlainCells* theirs) {
    const auto same = [](const PlainCells* a, const PlainCells* b) {
      return a == nullptr || b == nullptr ? a == b : *a == *b;
    };
    if (same(ours, theirs) || same(base, theirs)) return Keep(ours);
    if (same(base, ours)) return Keep(theirs);
    if (ours == nullptr || theirs == nullptr) {
      if (favor_ == PlainFavor::kNobody) AddConflict({}, base, ours, theirs);
      return Keep(favor_ == PlainFavor::kTheirs ? theirs : ours);
    }
    PlainCells merged = *ours;
    std::vector<uint32_t> open;
    for (size_t i = 0; i < merged.size(); ++i) {
      const std::string& o = (*ours)[i];
      const std::string& t = (*theirs)[i];
      if (o == t || (base != nullptr && (*base)[i] == t)) continue;
      const bool is_open = base == nullptr || (*base)[i] != o;
      if (is_open) open.push_back(static_cast<uint32_t>(i));
      if (!is_open || favor_ == PlainFavor::kTheirs) merged[i] = t;
    }
    if (!open.empty() && favor_ == PlainFavor::kNobody) AddConflict(open, base, ours, theirs);
    Keep(&merged);
  }

  void MergeLoose(const Rows& base, const Rows& ours, const Rows& theirs) {
    const SideChanges our_changes = FindChanges(base, ours);
    const SideChanges their_changes = FindChanges(base, theirs);
    for (const auto& [place, cells] : base) {
      const auto now = [&](const SideChanges& changes) -> const PlainCells* {
        const auto fate = changes.fates.find(place);
        if (fate == changes.fates.end()) return &cells;
        return fate->second ? &*fate->second : nullptr;
      };
      MergeRow(&cells, now(our_changes), now(their_changes));
    }
    std::multiset<PlainCells> common;
    std::set_union(our_changes.added.begin(), our_changes.added.end(), their_changes.added.begin(),
                   their_changes.added.end(), std::inserter(common, common.end()));
    for (const PlainCells& cells : common) Keep(&cells);
  }

  PlainMerge Finish() {
    std::sort(merge_.rows.begin(), merge_.rows.end());
    std::sort(merge_.conflicts.begin(), merge_.conflicts.end());
    return std::move(merge_);
  }

 private:
  void Keep(const PlainCells* row) {
    if (row != nullptr) merge_.rows.push_back(PlainRowLine(*row));
  }
  void AddConflict(const std::vector<uint32_t>& open, const PlainCells* base,
                   const PlainCells* ours, const PlainCells* theirs) {
    merge_.conflicts.push_back(PlainConflictLine(open, base, ours, theirs));
  }

  const PlainFavor favor_;
  PlainMerge merge_;
};

}  // namespace

std::string PlainRowLine(const PlainCells& cells) {
  std::string line;
  for (const std::string& cell : cells) {
    const bool is_readable = std::all_of(cell.begin() + 1, cell.end(),
                                         [](char c) { return c >= ' ' && c < 127 && c != '|'; });
    line += "|" + (is_readable ? cell : cell[0] + ("x" + ToHex(cell.substr(1))));
    if (line.size() > 400) line = line.substr(0, 400) + fmt::format("...{}", cell.size());
  }
  return line;
}

std::string PlainConflictLine(const std::vector<uint32_t>& open, const PlainCells* base,
                              const PlainCells* ours, const PlainCells* theirs) {
  const auto text = [](const PlainCells* row) {
    return row == nullptr ? "none" : PlainRowLine(*row);
  };
  return fmt::format("open {} base {} ours {} theirs {}", fmt::join(open, ","), text(base),
                     text(ours), text(theirs));
}

std::vector<std::string> PlainRows(const PlainTable& table) {
  std::vector<std::string> lines;
  for (const auto& [key, cells] : table.keyed) lines.push_back(PlainRowLine(cells));
  for (const auto& [key, cells] : table.loose) lines.push_back(PlainRowLine(cells));
  std::sort(lines.begin(), lines.end());
  return lines;
}

PlainTable ReadPlainTable(RawDatabase& db, const TableShape& shape) {
  std::string columns = shape.has_rowid ? "rowid" : "0";
  for (const std::string& column : shape.columns) {
    columns += fmt::format(", {0}, CAST({0} AS BLOB)", RawQuote(column));
  }
  PlainTable table;
  RawStatement rows(db, fmt::format("SELECT {} FROM {}", columns, RawQuote(shape.name)));
  while (rows.Step()) {
    PlainCells cells;
    for (size_t i = 0; i < shape.columns.size(); ++i) {
      cells.push_back(ReadCell(rows.handle(), static_cast<int>(1 + 2 * i)));
    }
    std::string key;
    bool is_loose = shape.key.empty();
    for (const TableShape::KeyPart& part : shape.key) {
      const auto bytes =
          KeyBytes(rows.handle(), static_cast<int>(1 + 2 * part.column), part.collation);
      is_loose = is_loose || !bytes;
      key += bytes ? fmt::format("{}:{}", bytes->size(), *bytes) : "null";
    }
    if (is_loose) key += RowidBytes(sqlite3_column_int64(rows.handle(), 0));
    (is_loose ? table.loose : table.keyed).emplace(std::move(key), std::move(cells));
  }
  return table;
}

PlainMerge MergePlainTables(const PlainTable& base, const PlainTable& ours,
                            const PlainTable& theirs, PlainFavor favor) {
  Merger merger(favor);
  std::set<std::string> keys;
  for (const PlainTable* table : {&base, &ours, &theirs}) {
    for (const auto& [key, cells] : table->keyed) keys.insert(key);
  }
  for (const std::string& key : keys) {
    const auto find = [&](const PlainTable& table) -> const PlainCells* {
      const auto row = table.keyed.find(key);
      return row == table.keyed.end() ? nullptr : &row->second;
    };
    merger.MergeRow(find(base), find(ours), find(theirs));
  }
  merger.MergeLoose(base.loose, ours.loose, theirs.loose);
  return merger.Finish();
}

}  // namespace pvc
