#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace pvc {

/// Cuts SQL text that comes in pieces into statements, each as soon as it has ended, so that a
/// statement can be run before the next one is there and no more than one is in memory.
class SqlReader {
 public:
  /// Fills up to `size` bytes.   Returns: how many; 0 at the end.
  using Source = std::function<size_t(char* out, size_t size)>;

  explicit SqlReader(Source source) : source_(std::move(source)) {}

  /// The next statement with its semicolon and what stands in front of it. The last one may lack
  /// the semicolon, or be white space and comments alone.
  /// Returns: nothing at the end.   Throws: kTooLarge beyond kMaxStatementBytes; what `source`
  ///          throws.
  std::optional<std::string> Next();

  /// SQLite's own limit.   Source: https://www.sqlite.org/limits.html#max_sql_length
  static constexpr size_t kMaxStatementBytes = 1'000'000'000;

 private:
  bool ReadMore(size_t size);

  Source source_;
  std::string buffer_;
  size_t begin_ = 0;  // of what was not returned yet, in buffer_
};

/// Gives out a text, for SqlReader.   Lifetime: the text outlives it.
SqlReader::Source SourceOf(std::string_view text);

}  // namespace pvc
