#include "base/date_text.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/civil_time.h"
#include "base/date_words.h"

namespace pvc {

namespace {

constexpr size_t kMaxTextBytes = 100;
constexpr int64_t kUsPerSecond = 1'000'000;
constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kUsPerDay = kSecondsPerDay * kUsPerSecond;
constexpr int64_t kMaxSeconds = 9'000'000'000'000;  // times 10^6 it fits 64 bits
/// From here on a bare number is seconds since 1970, as in git.
constexpr int64_t kLeastBareSeconds = 100'000'000;

/// Gathers what the words say, then makes a moment of it.
class DateReader {
 public:
  explicit DateReader(const Timestamp& now) : now_(now), zone_(now.offset_minutes) {}

  std::optional<Timestamp> Read(const std::vector<std::string>& words);

 private:
  std::optional<Timestamp> ReadUnixTime(const std::vector<std::string>& words) const;
  /// Each takes a word, and maybe those behind it: how many, 0 when they are none of its kind.
  size_t TakeWords(const std::vector<std::string>& words, size_t at);
  size_t TakeSpan(const std::vector<std::string>& words, size_t at);
  bool TakeIsoDate(std::string_view word);
  bool TakeTime(std::string_view word, std::string_view next, size_t& taken);
  bool TakeZone(std::string_view word);
  bool TakeDatePart(std::string_view word);

  /// The moment so many days after 1970-01-01 and microseconds after midnight, in the zone.
  std::optional<Timestamp> MomentOf(int64_t unix_day, int64_t us_of_day) const;
  std::optional<Timestamp> Compose() const;
  std::optional<Timestamp> ComposeDate() const;
  std::optional<Timestamp> ComposeSpan() const;
  std::optional<Timestamp> LastBeforeNow(int64_t unix_day, int64_t days_between) const;
  CivilTime LocalNow() const { return ToCivil({now_.unix_us, zone_}); }
  int64_t Today() const;

  Timestamp now_;
  int32_t zone_;
  bool has_zone_ = false;
  std::optional<int64_t> year_, month_, day_;
  std::optional<int64_t> weekday_;
  std::optional<int64_t> days_before_today_;  // today, yesterday
  std::optional<int64_t> us_of_day_;
  bool has_span_ = false;  // now, 2 hours ago
  int64_t span_seconds_ = 0;
  int64_t span_months_ = 0;
};

std::optional<Timestamp> DateReader::ReadUnixTime(const std::vector<std::string>& words) const {
  std::string_view text = words.front();
  const bool is_marked = TakeChar(text, '@');
  const bool is_negative = is_marked && TakeChar(text, '-');
  const auto seconds = TakeNumber(text, 13);
  if (!seconds || *seconds > kMaxSeconds || words.size() > 2) return std::nullopt;
  if (!is_marked && *seconds < kLeastBareSeconds) return std::nullopt;
  const int64_t us = *seconds * kUsPerSecond + TakeFraction(text);
  if (!text.empty()) return std::nullopt;
  Timestamp when{is_negative ? -us : us, now_.offset_minutes};
  if (words.size() == 2) {
    const auto zone = ParseZone(words[1]);
    if (!zone) return std::nullopt;
    when.offset_minutes = *zone;
  }
  return when;
}

bool DateReader::TakeZone(std::string_view word) {
  const auto zone = ParseZone(word);
  if (!zone || has_zone_ || !us_of_day_) return false;
  zone_ = *zone;
  has_zone_ = true;
  return true;
}

bool DateReader::TakeTime(std::string_view word, std::string_view next, size_t& taken) {
  if (us_of_day_) return false;
  if (word == "noon" || word == "midnight") {
    us_of_day_ = word == "noon" ? kUsPerDay / 2 : 0;
    return true;
  }
  auto hour = TakeNumber(word, 2);
  if (!hour) return false;
  int64_t minute = 0;
  int64_t second = 0;
  int64_t us = 0;
  const bool has_minutes = TakeChar(word, ':');
  if (has_minutes) {
    const auto minutes = TakeTwoDigits(word);
    if (!minutes || *minutes > 59) return false;
    minute = *minutes;
    if (TakeChar(word, ':')) {
      const auto seconds = TakeTwoDigits(word);
      if (!seconds || *seconds > 59) return false;
      second = *seconds;
      us = TakeFraction(word);
    }
  }
  const bool half_follows = word.empty() && (next == "am" || next == "pm");
  const std::string_view half = half_follows ? next : word;
  if (half == "am" || half == "pm") {
    if (*hour < 1 || *hour > 12) return false;
    hour = *hour % 12 + (half == "pm" ? 12 : 0);
    word = {};
    if (half_follows) ++taken;
  } else if (!has_minutes) {
    return false;
  }
  if (*hour > 23) return false;
  us_of_day_ = ((*hour * 60 + minute) * 60 + second) * kUsPerSecond + us;
  return word.empty() || TakeZone(word);
}

bool DateReader::TakeIsoDate(std::string_view word) {
  if (word.size() < 8 || year_ || month_ || day_) return false;
  const char separator = word[4];
  if (separator != '-' && separator != '/') return false;
  const auto year = TakeNumber(word, 4);
  if (!year || !TakeChar(word, separator)) return false;
  const auto month = TakeNumber(word, 2);
  if (!month || !TakeChar(word, separator)) return false;
  const auto day = TakeNumber(word, 2);
  if (!day) return false;
  year_ = year;
  month_ = month;
  day_ = day;
  if (word.empty()) return true;
  size_t taken = 1;
  return TakeChar(word, 't') && TakeTime(word, "", taken);
}

bool DateReader::TakeDatePart(std::string_view word) {
  if (const auto month = MonthOf(word)) {
    if (month_) return false;
    month_ = month;
    return true;
  }
  if (const auto weekday = WeekdayOf(word)) {
    if (weekday_) return false;
    weekday_ = weekday;
    return true;
  }
  const auto number = WholeNumber(word, 4);
  if (!number) return false;
  std::optional<int64_t>& part = word.size() <= 2 ? day_ : year_;
  if (word.size() == 3 || part) return false;
  part = number;
  return true;
}

size_t DateReader::TakeSpan(const std::vector<std::string>& words, size_t at) {
  const std::string& word = words[at];
  if (word == "now") {
    has_span_ = true;
    return 1;
  }
  if (at + 1 == words.size()) return 0;
  const auto count = CountOf(word);
  if (!count) return 0;
  if (word == "last" && !weekday_) {
    weekday_ = WeekdayOf(words[at + 1]);
    if (weekday_) return 2;
  }
  const DateUnit* const unit = FindDateUnit(words[at + 1]);
  if (unit == nullptr) return 0;
  has_span_ = true;
  span_seconds_ += *count * unit->seconds;
  span_months_ += *count * unit->months;
  return at + 2 < words.size() && words[at + 2] == "ago" ? 3 : 2;
}

size_t DateReader::TakeWords(const std::vector<std::string>& words, size_t at) {
  const std::string& word = words[at];
  if (word == "at" || word == "on" || word == "and") return 1;
  if (word == "today" || word == "yesterday") {
    if (days_before_today_) return 0;
    days_before_today_ = word == "today" ? 0 : 1;
    return 1;
  }
  if (const size_t taken = TakeSpan(words, at)) return taken;
  if (TakeIsoDate(word)) return 1;
  size_t taken = 1;
  if (TakeTime(word, at + 1 < words.size() ? words[at + 1] : "", taken)) return taken;
  return TakeZone(word) || TakeDatePart(word) ? 1 : 0;
}

std::optional<Timestamp> DateReader::Read(const std::vector<std::string>& words) {
  if (words.empty()) return std::nullopt;
  if (const auto when = ReadUnixTime(words)) return when;
  for (size_t at = 0; at < words.size();) {
    const size_t taken = TakeWords(words, at);
    if (taken == 0) return std::nullopt;
    at += taken;
  }
  return Compose();
}

std::optional<Timestamp> DateReader::MomentOf(int64_t unix_day, int64_t us_of_day) const {
  const int64_t midnight = unix_day * kSecondsPerDay - int64_t{zone_} * 60;
  if (midnight > kMaxSeconds || midnight < -kMaxSeconds) return std::nullopt;
  return Timestamp{midnight * kUsPerSecond + us_of_day, zone_};
}

int64_t DateReader::Today() const {
  const CivilTime now = LocalNow();
  return DaysFromCivil(now.year, now.month, now.day);
}

std::optional<Timestamp> DateReader::ComposeDate() const {
  if (!month_ || !day_ || *month_ < 1 || *month_ > 12 || *day_ < 1) return std::nullopt;
  const int64_t us_of_day = us_of_day_.value_or(0);
  const auto moment_in = [&](int64_t year) -> std::optional<Timestamp> {
    if (*day_ > DaysInMonth(year, *month_)) return std::nullopt;
    return MomentOf(DaysFromCivil(year, *month_, *day_), us_of_day);
  };
  if (year_) return moment_in(*year_);
  // The last such day: this year's or the year's before; February 29 is up to eight years back.
  const int64_t this_year = LocalNow().year;
  for (int64_t year = this_year; year >= this_year - 8; --year) {
    const auto moment = moment_in(year);
    if (moment && moment->unix_us <= now_.unix_us) return moment;
  }
  return std::nullopt;
}

std::optional<Timestamp> DateReader::ComposeSpan() const {
  const CivilTime now = LocalNow();
  const int64_t month_count = now.year * 12 + (now.month - 1) - span_months_;
  const int64_t year = FloorDivide(month_count, 12);
  const int64_t month = month_count - year * 12 + 1;
  const int64_t day = std::min(now.day, DaysInMonth(year, month));
  const int64_t unix_day = DaysFromCivil(year, month, day);
  if (us_of_day_) {
    if (span_seconds_ % kSecondsPerDay != 0) return std::nullopt;
    return MomentOf(unix_day - span_seconds_ / kSecondsPerDay, *us_of_day_);
  }
  const int64_t seconds = unix_day * kSecondsPerDay + now.second_of_day - span_seconds_;
  const int64_t second_of_day = seconds - FloorDivide(seconds, kSecondsPerDay) * kSecondsPerDay;
  // Not by multiplying back: that overflows next to the earliest time.
  const int64_t remainder = now_.unix_us % kUsPerSecond;
  const int64_t us = remainder < 0 ? remainder + kUsPerSecond : remainder;
  return MomentOf(FloorDivide(seconds, kSecondsPerDay), second_of_day * kUsPerSecond + us);
}

std::optional<Timestamp> DateReader::LastBeforeNow(int64_t unix_day, int64_t days_between) const {
  const auto moment = MomentOf(unix_day, us_of_day_.value_or(0));
  if (moment && moment->unix_us > now_.unix_us) {
    return MomentOf(unix_day - days_between, us_of_day_.value_or(0));
  }
  return moment;
}

std::optional<Timestamp> DateReader::Compose() const {
  const bool has_date = year_ || month_ || day_;
  // A weekday beside a date repeats what the date says.
  const int bases = (has_date ? 1 : 0) + (days_before_today_ ? 1 : 0) + (has_span_ ? 1 : 0) +
                    (weekday_ && !has_date ? 1 : 0);
  if (bases > 1) return std::nullopt;
  if (has_date) return ComposeDate();
  if (has_span_) return ComposeSpan();
  if (days_before_today_) return MomentOf(Today() - *days_before_today_, us_of_day_.value_or(0));
  if (weekday_) {
    const int64_t yesterday = Today() - 1;
    const int64_t days_since = yesterday - *weekday_ - FloorDivide(yesterday - *weekday_, 7) * 7;
    return MomentOf(yesterday - days_since, us_of_day_.value_or(0));
  }
  if (us_of_day_) return LastBeforeNow(Today(), 1);
  return std::nullopt;
}

}  // namespace

std::optional<Timestamp> ParseDateText(std::string_view text, const Timestamp& now) {
  if (text.size() > kMaxTextBytes) return std::nullopt;
  return DateReader(now).Read(SplitDateWords(text));
}

}  // namespace pvc
