#include "tests/vcs/query/statement_answer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>

namespace pvc {
namespace {

constexpr size_t kShownBytes = 60;
constexpr size_t kShownRows = 12;

std::string CellOf(const Value& value) {
  switch (value.storage_class) {
    case StorageClass::kNull:
      return "null";
    case StorageClass::kInteger:
      return fmt::format("{}", value.integer);
    case StorageClass::kReal:
      return std::signbit(value.real) && value.real == 0 ? "real -0.0"
                                                         : fmt::format("real {}", value.real);
    case StorageClass::kText:
      return "'" + std::string(value.bytes);
    case StorageClass::kBlob:
      return "x" + std::string(value.bytes);
  }
  return {};
}

std::string Shown(const std::string& cell) {
  if (cell[0] != '\'' && cell[0] != 'x') return cell;
  std::string text = cell[0] == 'x' ? "x" : "";
  for (const char c : cell.substr(1, kShownBytes)) {
    text += c >= ' ' && c <= '~' ? std::string(1, c)
                                 : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  if (cell.size() > kShownBytes + 1) text += fmt::format("...({} bytes)", cell.size() - 1);
  return text;
}

Answer RunAll(std::string_view sql, const std::vector<BoundValue>& bound,
              const std::function<std::optional<UserStatement>(std::string_view&)>& take) {
  Answer answer;
  try {
    while (auto statement = take(sql)) {
      for (size_t i = 0; i < bound.size(); ++i) {
        if (static_cast<int>(i) >= statement->parameter_count()) break;
        statement->Bind(static_cast<int>(i) + 1, bound[i].View());
      }
      while (statement->Step()) {
        AnswerRow row;
        for (int i = 0; i < statement->column_count(); ++i) {
          row.push_back(CellOf(statement->ColumnValue(i)));
        }
        answer.rows.push_back(std::move(row));
      }
    }
  } catch (const Error& error) {
    answer.error = error;
  }
  return answer;
}

}  // namespace

Value BoundValue::View() const {
  Value value;
  value.storage_class = storage_class;
  value.integer = integer;
  value.real = real;
  value.bytes = bytes;
  value.size_bytes = bytes.size();
  return value;
}

std::string Answer::Text() const {
  if (error) return "error: " + error->message();
  std::string text;
  for (const AnswerRow& row : rows) {
    if (!text.empty()) text += ";";
    for (size_t i = 0; i < row.size(); ++i) text += (i > 0 ? "|" : "") + Shown(row[i]);
  }
  return text;
}

std::ostream& operator<<(std::ostream& out, const Answer& answer) {
  if (answer.error) out << "error: " << answer.error->message() << "\n";
  out << answer.rows.size() << " rows\n";
  for (size_t row = 0; row < std::min(answer.rows.size(), kShownRows); ++row) {
    for (const std::string& cell : answer.rows[row]) out << Shown(cell) << " | ";
    out << "\n";
  }
  return out;
}

Answer AnswerOf(Database& db, std::string_view sql, const std::vector<BoundValue>& bound) {
  return RunAll(sql, bound,
                [&db](std::string_view& text) { return UserStatement::Take(db, text); });
}

Answer AnswerOf(QuerySession& session, std::string_view sql, const std::vector<BoundValue>& bound) {
  Answer answer =
      RunAll(sql, bound, [&session](std::string_view& text) { return session.Take(text); });
  if (answer.error) answer.error = session.Explained(*answer.error);
  return answer;
}

std::string LooseCell(const std::string& cell) {
  if (cell.starts_with("real ")) {
    const double real = std::strtod(cell.c_str() + 5, nullptr);
    if (real == std::floor(real) && real >= -0x1p63 && real < 0x1p63) {
      return fmt::format("{}", static_cast<int64_t>(real));
    }
    return cell;
  }
  if (cell[0] != '\'') return cell;
  std::string loose;
  for (const char c : cell) {
    if (c == '\0') continue;  // UTF-16, or where NOCASE stops
    loose += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  while (loose.size() > 1 && loose.back() == ' ') loose.pop_back();
  return loose;
}

}  // namespace pvc
