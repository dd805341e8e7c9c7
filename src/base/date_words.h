#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pvc {

// The words that dates are made of, in lower case. What begins with "Take" takes from the front of
// a text what it reads, and nothing when it returns nothing.

/// A length of time: so many seconds, or so many months.
struct DateUnit {
  std::string_view name;
  int64_t seconds;
  int64_t months;
};

/// Takes a decimal number of at most `max_digits`.   Requires: max_digits <= 18.
std::optional<int64_t> TakeNumber(std::string_view& text, size_t max_digits);
/// Takes exactly two digits.
std::optional<int64_t> TakeTwoDigits(std::string_view& text);
bool TakeChar(std::string_view& text, char c);
/// Takes ".25", as microseconds; digits past the sixth are dropped. Returns: 0 for none.
int64_t TakeFraction(std::string_view& text);

/// The number that is all of the text.
std::optional<int64_t> WholeNumber(std::string_view word, size_t max_digits);
/// "may", "sept": 1..12. Three letters at least.
std::optional<int64_t> MonthOf(std::string_view word);
/// "fri", "tuesday": days after a Thursday, the weekday of 1970-01-01.
std::optional<int64_t> WeekdayOf(std::string_view word);
/// "hour", "hours"; null for what is no unit.
const DateUnit* FindDateUnit(std::string_view word);
/// How many "3", "three", "a" and "last" are: less than 10^9.
std::optional<int64_t> CountOf(std::string_view word);
/// Minutes that "+0200", "+02:00", "+02", "z", "utc", "gmt" are from UTC.
std::optional<int32_t> ParseZone(std::string_view word);

/// Words in lower case, without what stands between them: "3.Days.ago" is "3", "days", "ago".
std::vector<std::string> SplitDateWords(std::string_view text);

}  // namespace pvc
