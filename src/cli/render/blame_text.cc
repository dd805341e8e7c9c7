#include <fmt/format.h>

#include <algorithm>

#include "cli/cell_reader.h"
#include "cli/cell_text.h"
#include "cli/render/blame.h"

namespace pvc {
namespace {

constexpr size_t kMaxAuthorColumns = 24;
constexpr size_t kMaxNameColumns = 30;
constexpr size_t kRowCellColumns = 40;
constexpr size_t kCellColumns = 72;

std::string AuthorOf(const Commit& commit) {
  return Ellipsize(EscapeName(commit.author.name), kMaxAuthorColumns);
}

/// The part of a line that says who: "1a2b3c4d5e6f (ann 2026-05-01 10:00:00 +0200)".
class CommitColumn {
 public:
  CommitColumn(Painter& out, const std::map<CommitId, Commit>& commits)
      : out_(out), commits_(commits) {
    for (const auto& [id, commit] : commits) {
      author_columns_ = std::max(author_columns_, DisplayWidth(AuthorOf(commit)));
    }
  }

  void Put(const CommitId& id) {
    const Commit& commit = commits_.at(id);
    out_.Put(Label::kCommitId, id.Short());
    out_.Put(fmt::format(" ({} {})  ", PadRight(AuthorOf(commit), author_columns_),
                         FormatTimestamp(commit.author.when)));
  }

 private:
  Painter& out_;
  const std::map<CommitId, Commit>& commits_;
  size_t author_columns_ = 0;
};

}  // namespace

void PrintTableBlame(Painter& out, const BlameSubject& subject, const TableBlame& blame) {
  CommitColumn who(out, blame.commits());
  const std::vector<const Column*> columns = StoredColumns(subject.table);
  blame.ForEachRow([&](const Row& row, const CommitId& commit) {
    who.Put(commit);
    out.Put(Label::kKey, FormatRowKey(subject.table, row, subject.encoding, subject.source));
    std::string_view separator = "  ";
    for (size_t i = 0; i < row.cells.size() && i < columns.size(); ++i) {
      const bool is_in_key =
          columns[i]->is_rowid_alias ||
          (subject.table.identity == RowIdentity::kPrimaryKey && columns[i]->key_position != 0);
      if (is_in_key) continue;
      out.Put(separator);
      out.Put(EscapeName(columns[i]->name) + "=" +
              FormatCell({row.cells[i], subject.encoding, subject.source}, kRowCellColumns));
      separator = ", ";
    }
    out.Put("\n");
  });
}

void PrintRowBlame(Painter& out, const BlameSubject& subject, const BlamedRow& row) {
  CommitColumn who(out, row.blame.commits());
  const std::vector<std::string> names = StoredColumnNames(subject.table);
  size_t name_columns = 0;
  for (const std::string& name : names) {
    name_columns = std::max(name_columns, DisplayWidth(EscapeName(name)));
  }
  name_columns = std::min(name_columns, kMaxNameColumns);
  for (size_t i = 0; i < row.row.cells.size() && i < names.size(); ++i) {
    who.Put(row.blame.cells()[i]);
    out.Put(Label::kKey, PadRight(EscapeName(names[i]), name_columns));
    out.Put("  " + FormatCell({row.row.cells[i], subject.encoding, subject.source}, kCellColumns) +
            "\n");
  }
}

}  // namespace pvc
