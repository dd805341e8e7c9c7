#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/error.h"
#include "sqlite/database.h"
#include "vcs/query/query_session.h"

namespace pvc {

/// A value to bind, with its bytes; text as UTF-8.
struct BoundValue {
  StorageClass storage_class = StorageClass::kNull;
  int64_t integer = 0;
  double real = 0;
  Bytes bytes;

  Value View() const;
};

/// A row as text: of each cell its storage class and its exact content.
using AnswerRow = std::vector<std::string>;

/// All that a text of statements answered, or the first error. Rows in front of an error are there.
struct Answer {
  std::vector<AnswerRow> rows;
  std::optional<Error> error;

  bool operator==(const Answer& other) const {
    return rows == other.rows && error.has_value() == other.error.has_value();
  }
  /// All of it in one line, for tests of little: "1|one;2|two", or "error: MESSAGE".
  std::string Text() const;
};

std::ostream& operator<<(std::ostream& out, const Answer& answer);

/// Runs a user's statements on a database as stock SQLite does.
Answer AnswerOf(Database& db, std::string_view sql, const std::vector<BoundValue>& bound = {});
/// Runs them in a session; the error as it explains it.
Answer AnswerOf(QuerySession& session, std::string_view sql,
                const std::vector<BoundValue>& bound = {});

/// A cell that stands for all that compare as equal to it by the collations: for rows of which a
/// statement picks any.
std::string LooseCell(const std::string& cell);

}  // namespace pvc
