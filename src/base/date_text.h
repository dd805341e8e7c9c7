#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace pvc {

/// Reads a date as people type it, case ignored:
///   "2026-05-01", "2026/05/01", "1 May 2026", "May 1" (the last one);
///   each with a time "13:04[:05[.25]]", "3pm", "3:30 am", "noon", "midnight", and a zone: "+0200",
///   "+02:00", "Z", "UTC" ("2026-05-01T13:04:05Z", "Fri May 1 13:04:05 2026 +0200");
///   "13:04" and "noon" (the last one), "friday" and "last friday" (the last one before today),
///   "today", "yesterday", "yesterday 3pm";
///   "now", "2 hours ago", "3.days.ago", "2.weeks", "a month ago", "last week", "1 year, 2 months
///   ago", "2 days ago at noon";
///   "@1767225600[.5] [+0100]", also without '@' from 100000000 on.
/// A date without time means its midnight; without a zone, `now`'s. Months and years are counted by
/// the calendar: a month before March 31 is the last of February.
///
/// Returns: nothing for what is no date.
std::optional<Timestamp> ParseDateText(std::string_view text, const Timestamp& now);

}  // namespace pvc
