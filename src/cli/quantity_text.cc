#include "cli/quantity_text.h"

#include <fmt/format.h>

#include <array>

namespace pvc {

std::string FormatCount(uint64_t count) {
  std::string digits = fmt::format("{}", count);
  for (size_t place = digits.size(); place > 3;) {
    place -= 3;
    digits.insert(place, ",");
  }
  return digits;
}

std::string FormatCountOf(uint64_t count, std::string_view noun, std::string_view plural) {
  if (count == 1) return fmt::format("1 {}", noun);
  if (!plural.empty()) return fmt::format("{} {}", FormatCount(count), plural);
  return fmt::format("{} {}s", FormatCount(count), noun);
}

std::string FormatBytes(uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  constexpr auto kUnits = std::to_array<std::string_view>({"KB", "MB", "GB", "TB", "PB", "EB"});
  double value = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  while (value >= 999.95 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string FormatSeconds(double seconds) {
  if (seconds < 10) return fmt::format("{:.2f} s", seconds);
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<uint64_t>(seconds + 0.5);
  return fmt::format("{}:{:02} min", whole / 60, whole % 60);
}

std::string FormatRate(uint64_t bytes, double seconds) {
  if (seconds < 1e-6) return "";
  return FormatBytes(static_cast<uint64_t>(static_cast<double>(bytes) / seconds)) + "/s";
}

std::string FormatShare(uint64_t part, uint64_t whole) {
  if (whole == 0) return "-";
  return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace pvc
