#include "cli/render/graph_layout.h"

#include <algorithm>

namespace pvc {
namespace {

/// Puts a mark at a column; what is left of it is blank unless it was drawn.
void Draw(std::string& row, size_t column, char mark) {
  if (row.size() <= column) row.resize(column + 1, ' ');
  row[column] = mark;
}

size_t ColumnOf(size_t lane) { return 2 * lane; }

void Widen(std::string& row, size_t columns) {
  if (row.size() < columns) row.resize(columns, ' ');
}

std::vector<CommitId> WithoutRepeats(const std::vector<CommitId>& ids) {
  std::vector<CommitId> distinct;
  for (const CommitId& id : ids) {
    if (std::find(distinct.begin(), distinct.end(), id) == distinct.end()) distinct.push_back(id);
  }
  return distinct;
}

}  // namespace

std::optional<size_t> GraphLayout::Find(const CommitId& id) const {
  const auto found = std::find(lanes_.begin(), lanes_.end(), id);
  if (found == lanes_.end()) return std::nullopt;
  return static_cast<size_t>(found - lanes_.begin());
}

std::string GraphLayout::LaneRow() const {
  std::string row;
  for (size_t lane = 0; lane < lanes_.size(); ++lane) Draw(row, ColumnOf(lane), '|');
  return row;
}

GraphRows GraphLayout::Show(const CommitId& id, const std::vector<CommitId>& parents) {
  GraphRows rows;
  rows.before.swap(pending_);
  std::optional<size_t> lane = Find(id);
  if (!lane) {
    lane = lanes_.size();
    lanes_.push_back(id);
  }
  ShowParents(*lane, WithoutRepeats(parents), rows);
  rows.rest = LaneRow();

  size_t columns = rows.commit.size();
  for (const std::string& row : rows.after) columns = std::max(columns, row.size());
  columns = (columns + 2) / 2 * 2;
  Widen(rows.commit, columns);
  Widen(rows.rest, columns);
  for (std::string& row : rows.after) Widen(row, columns);
  return rows;
}

void GraphLayout::ShowParents(size_t lane, const std::vector<CommitId>& parents, GraphRows& rows) {
  std::vector<size_t> to_left;
  std::vector<CommitId> here;  // what lanes at the commit's place lead to
  for (const CommitId& parent : parents) {
    const std::optional<size_t> known = Find(parent);
    if (known && *known < lane) {
      to_left.push_back(*known);
    } else {
      here.push_back(parent);
    }
  }
  const size_t branch_count = here.empty() ? 0 : here.size() - 1;
  const bool joins_neighbour =
      branch_count == 1 && lane + 1 < lanes_.size() && lanes_[lane + 1] == here[1];
  const size_t new_count = joins_neighbour ? 0 : branch_count;
  const size_t dash_count = new_count > 1 ? new_count - 1 : 0;

  // Room for the dashes of a merge of more than two.
  for (size_t step = 0; step < dash_count && lane + 1 < lanes_.size(); ++step) {
    std::string row;
    for (size_t i = 0; i <= lane; ++i) Draw(row, ColumnOf(i), '|');
    for (size_t i = lane + 1; i < lanes_.size(); ++i) Draw(row, ColumnOf(i + step) + 1, '\\');
    rows.before.push_back(row);
  }

  for (size_t i = 0; i < lanes_.size(); ++i) {
    Draw(rows.commit, ColumnOf(i <= lane ? i : i + dash_count), i == lane ? '*' : '|');
  }
  for (size_t i = 0; i < dash_count; ++i) {
    Draw(rows.commit, ColumnOf(lane + i) + 1, '-');
    Draw(rows.commit, ColumnOf(lane + i + 1), i + 1 == dash_count ? '.' : '-');
  }

  if (branch_count > 0) {
    std::string row;
    for (size_t i = 0; i <= lane; ++i) Draw(row, ColumnOf(i), '|');
    for (size_t i = 0; i < branch_count; ++i) Draw(row, ColumnOf(lane + i) + 1, '\\');
    for (size_t i = lane + 1; i < lanes_.size(); ++i) {
      if (joins_neighbour) {
        Draw(row, ColumnOf(i), '|');
      } else {
        Draw(row, ColumnOf(i + new_count - 1) + 1, '\\');
      }
    }
    rows.after.push_back(row);
  }
  if (!here.empty()) {
    lanes_[lane] = here[0];
    if (new_count > 0) {
      lanes_.insert(lanes_.begin() + static_cast<std::ptrdiff_t>(lane) + 1, here.begin() + 1,
                    here.end());
    }
  }

  for (size_t i = 0; i < to_left.size(); ++i) {
    const bool is_last = here.empty() && i + 1 == to_left.size();
    Join(lane, to_left[i], is_last ? Lane::kEnds : Lane::kStays, rows.after);
  }
  if (parents.empty()) End(lane, rows.after);
  for (size_t i = lanes_.size(); i > lane + 1; --i) {
    const size_t first = *Find(lanes_[i - 1]);
    if (first < i - 1) Join(i - 1, first, Lane::kEnds, rows.after);
  }
}

void GraphLayout::Join(size_t from, size_t to, Lane lane, std::vector<std::string>& rows) {
  std::string row;
  for (size_t i = 0; i < lanes_.size(); ++i) {
    if (lane == Lane::kEnds && i > from) {
      Draw(row, ColumnOf(i) - 1, '/');
    } else if (lane == Lane::kStays || i < from) {
      Draw(row, ColumnOf(i), '|');
    }
  }
  Draw(row, ColumnOf(from) - 1, '/');
  for (size_t i = to + 2; i < from; ++i) Draw(row, ColumnOf(i) - 1, '_');
  rows.push_back(row);
  if (lane == Lane::kEnds) lanes_.erase(lanes_.begin() + static_cast<std::ptrdiff_t>(from));
  if (from - to > 1) {
    row = LaneRow();
    Draw(row, ColumnOf(to) + 1, '/');
    rows.push_back(row);
  }
}

void GraphLayout::End(size_t lane, std::vector<std::string>& rows) {
  lanes_.erase(lanes_.begin() + static_cast<std::ptrdiff_t>(lane));
  if (lane == lanes_.size()) return;
  std::string row;
  for (size_t i = 0; i < lanes_.size(); ++i) {
    if (i < lane) {
      Draw(row, ColumnOf(i), '|');
    } else {
      Draw(row, ColumnOf(i) + 1, '/');
    }
  }
  rows.push_back(row);
}

void GraphLayout::Pass(const CommitId& id, const std::optional<CommitId>& parent) {
  const std::optional<size_t> lane = Find(id);
  if (!lane) return;
  if (!parent) {
    End(*lane, pending_);
    return;
  }
  const std::optional<size_t> other = Find(*parent);
  if (!other) {
    lanes_[*lane] = *parent;
  } else if (*other < *lane) {
    Join(*lane, *other, Lane::kEnds, pending_);
  } else {
    lanes_[*lane] = *parent;
    Join(*other, *lane, Lane::kEnds, pending_);
  }
}

}  // namespace pvc
