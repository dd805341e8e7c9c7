#include "base/date_words.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace pvc {

namespace {

/// Of a number that counts something: sums of a few dozen, in the smallest unit, do not overflow.
constexpr size_t kMaxCountDigits = 9;

constexpr auto kMonths =
    std::to_array<std::string_view>({"january", "february", "march", "april", "may", "june", "july",
                                     "august", "september", "october", "november", "december"});
/// From the day of 1970-01-01 on.
constexpr auto kWeekdays = std::to_array<std::string_view>(
    {"thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday"});
constexpr auto kCounts = std::to_array<std::string_view>(
    {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"});

constexpr auto kUnits = std::to_array<DateUnit>({
    {"second", 1, 0},
    {"sec", 1, 0},
    {"minute", 60, 0},
    {"min", 60, 0},
    {"hour", 3600, 0},
    {"hr", 3600, 0},
    {"day", 86'400, 0},
    {"week", 7 * 86'400, 0},
    {"fortnight", 14 * 86'400, 0},
    {"month", 0, 1},
    {"year", 0, 12},
});

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

/// The place of the first name that begins with `word`.
template <size_t kCount>
std::optional<int64_t> IndexOfName(const std::array<std::string_view, kCount>& names,
                                   std::string_view word) {
  if (word.size() < 3) return std::nullopt;
  for (size_t i = 0; i < kCount; ++i) {
    if (names[i].starts_with(word)) return static_cast<int64_t>(i);
  }
  return std::nullopt;
}

}  // namespace

std::optional<int64_t> TakeNumber(std::string_view& text, size_t max_digits) {
  size_t digits = 0;
  while (digits < text.size() && IsDigit(text[digits])) ++digits;
  if (digits == 0 || digits > max_digits) return std::nullopt;
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + digits, number);
  text.remove_prefix(digits);
  return number;
}

std::optional<int64_t> TakeTwoDigits(std::string_view& text) {
  std::string_view two = text.substr(0, 2);
  const auto number = TakeNumber(two, 2);
  if (!number || !two.empty() || text.size() < 2) return std::nullopt;
  text.remove_prefix(2);
  return number;
}

bool TakeChar(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

int64_t TakeFraction(std::string_view& text) {
  if (text.size() < 2 || text[0] != '.' || !IsDigit(text[1])) return 0;
  text.remove_prefix(1);
  int64_t us = 0;
  for (int64_t unit = 100'000; !text.empty() && IsDigit(text.front()); unit /= 10) {
    us += (text.front() - '0') * unit;
    text.remove_prefix(1);
  }
  return us;
}

std::optional<int64_t> WholeNumber(std::string_view word, size_t max_digits) {
  const auto number = TakeNumber(word, max_digits);
  return word.empty() ? number : std::nullopt;
}

std::optional<int64_t> MonthOf(std::string_view word) {
  const auto index = IndexOfName(kMonths, word);
  return index ? std::optional(*index + 1) : std::nullopt;
}

std::optional<int64_t> WeekdayOf(std::string_view word) { return IndexOfName(kWeekdays, word); }

const DateUnit* FindDateUnit(std::string_view word) {
  if (word.ends_with('s')) word.remove_suffix(1);
  const auto* const found = std::find_if(kUnits.begin(), kUnits.end(),
                                         [&](const DateUnit& unit) { return unit.name == word; });
  return found == kUnits.end() ? nullptr : found;
}

std::optional<int64_t> CountOf(std::string_view word) {
  if (word == "a" || word == "an" || word == "last") return 1;
  const auto* found = std::find(kCounts.begin(), kCounts.end(), word);
  if (found != kCounts.end()) return found - kCounts.begin();
  return WholeNumber(word, kMaxCountDigits);
}

std::optional<int32_t> ParseZone(std::string_view word) {
  if (word == "z" || word == "utc" || word == "gmt") return 0;
  if (word.empty() || (word.front() != '+' && word.front() != '-')) return std::nullopt;
  const int32_t sign = word.front() == '-' ? -1 : 1;
  std::string digits;
  for (const char c : word.substr(1)) {
    if (c != ':' || digits.size() != 2) digits += c;
  }
  if (digits.size() == 2) digits += "00";
  const auto number = WholeNumber(digits, 4);
  if (digits.size() != 4 || !number || *number % 100 > 59 || *number / 100 > 23) {
    return std::nullopt;
  }
  return static_cast<int32_t>(*number / 100 * 60 + *number % 100) * sign;
}

std::vector<std::string> SplitDateWords(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == ',') {
      words.emplace_back();
    } else {
      words.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  std::vector<std::string> split;
  for (const std::string& word : words) {
    // The dot of "13:04:05.25" and "@5.5" stays.
    const bool dotted =
        std::any_of(word.begin(), word.end(), IsLetter) && word.find(':') == std::string::npos;
    split.emplace_back();
    for (const char c : word) {
      if (c == '.' && dotted) {
        split.emplace_back();
      } else {
        split.back() += c;
      }
    }
  }
  std::erase(split, "");
  return split;
}

}  // namespace pvc
