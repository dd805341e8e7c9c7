#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pvc::bench {

inline double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Measured values by name, over all rounds.
class Measurements {
 public:
  void Add(const std::string& name, double value) { values_[name].push_back(value); }
  double median(const std::string& name) const { return Median(values_.at(name)); }
  double max(const std::string& name) const {
    const auto& values = values_.at(name);
    return *std::max_element(values.begin(), values.end());
  }

 private:
  std::map<std::string, std::vector<double>> values_;
};

class Table {
 public:
  Table() {
    fmt::print("| what | measured | yardstick | ratio or value | target | |\n");
    fmt::print("|---|---|---|---|---|---|\n");
  }
  // `value` is held against `limit`; at_least: larger is better.
  void Row(std::string_view what, const std::string& measured, const std::string& yardstick,
           double value, double limit, std::string_view unit, bool at_least = false) {
    const bool is_met = at_least ? value >= limit : value <= limit;
    fmt::print("| {} | {} | {} | {:.3g}{} | {} {:.3g}{} | {} |\n", what, measured, yardstick, value,
               unit, at_least ? ">=" : "<=", limit, unit, is_met ? "met" : "MISSED");
  }
  // A value without a target.
  void Note(std::string_view what, const std::string& measured, const std::string& yardstick,
            double value, std::string_view unit) {
    fmt::print("| {} | {} | {} | {:.3g}{} | | |\n", what, measured, yardstick, value, unit);
  }
};

inline std::string Ms(double seconds) { return fmt::format("{:.1f} ms", seconds * 1e3); }
inline std::string MiB(double bytes) { return fmt::format("{:.1f} MiB", bytes / (1 << 20)); }

}  // namespace pvc::bench
