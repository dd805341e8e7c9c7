#include "cli/sql_reader.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "sqlite/sql_tokens.h"
#include "sqlite/user_statement.h"

namespace pvc {
namespace {

constexpr size_t kBlockBytes = 64U << 10;

}  // namespace

std::optional<std::string> SqlReader::Next() {
  size_t at = begin_;
  for (;;) {
    if (at == buffer_.size()) {
      const size_t read_to = at - begin_;
      if (!ReadMore(kBlockBytes)) break;
      at = begin_ + read_to;
      continue;
    }
    const std::string_view rest = std::string_view(buffer_).substr(at);
    const SqlToken token = FirstSqlToken(rest);
    if (token.IsSymbol(";")) {
      ++at;
      std::string text = buffer_.substr(begin_, at - begin_);
      // Semicolons inside of a trigger end nothing.
      if (!IsCompleteSql(text)) continue;
      begin_ = at;
      return text;
    }
    // A token at the end may go on. Asking for as much again keeps a long one from being looked at
    // over and over; what comes is taken at once, because whoever writes may wait for an answer.
    const size_t read_to = at - begin_;
    const bool may_go_on = token.text.size() == rest.size();
    if (may_go_on && ReadMore(std::max(kBlockBytes, rest.size()))) {
      at = begin_ + read_to;
      continue;
    }
    at = begin_ + read_to + token.text.size();
  }
  if (begin_ == buffer_.size()) return std::nullopt;
  std::string text = buffer_.substr(begin_);
  begin_ = buffer_.size();
  return text;
}

bool SqlReader::ReadMore(size_t size) {
  buffer_.erase(0, std::exchange(begin_, 0));
  if (buffer_.size() > kMaxStatementBytes) {
    throw Error(ErrorKind::kTooLarge, "a statement is longer than SQLite allows");
  }
  const size_t before = buffer_.size();
  buffer_.resize(before + size);
  const size_t got = source_(buffer_.data() + before, size);
  buffer_.resize(before + got);
  return got > 0;
}

SqlReader::Source SourceOf(std::string_view text) {
  return [text](char* out, size_t size) mutable {
    const size_t count = text.copy(out, size);
    text.remove_prefix(count);
    return count;
  };
}

}  // namespace pvc
