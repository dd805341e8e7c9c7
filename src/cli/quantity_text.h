#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pvc {

/// "1,234,567".
std::string FormatCount(uint64_t count);
/// "1 row", "2 rows", "1,234 rows". `plural` when it is not `noun` + "s".
std::string FormatCountOf(uint64_t count, std::string_view noun, std::string_view plural = "");
/// "512 bytes", "4.1 KB", "12.3 MB" (powers of 1000, as file managers and disks count).
std::string FormatBytes(uint64_t bytes);
/// "0.42 s", "12.3 s", "3:07 min".
std::string FormatSeconds(double seconds);
/// "85.2 MB/s"; "" when it took no measurable time.
std::string FormatRate(uint64_t bytes, double seconds);
/// "97.3 %" of the whole; "-" of nothing.
std::string FormatShare(uint64_t part, uint64_t whole);

}  // namespace pvc
