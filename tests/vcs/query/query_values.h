#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace pvc {

/// Random choices from a seed, the same on every machine.
class Choices {
 public:
  explicit Choices(uint32_t seed) : random_(seed) {}

  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }
  bool OneIn(int n) { return Below(n) == 0; }
  template <typename T>
  const T& Pick(const std::vector<T>& choices) {
    return choices[static_cast<size_t>(Below(static_cast<int>(choices.size())))];
  }
  std::string Word(const std::vector<std::string>& choices) { return Pick(choices); }

 private:
  std::mt19937 random_;
};

/// An SQL literal of one of few values that meet and nearly meet: the same number in every class,
/// text that differs in case, spaces and accents, integers around 2^53 and 2^63, text that SQLite
/// would change (byte order marks, half characters, bad UTF-8), keys longer than trees keep that
/// begin alike.
std::string NastyLiteral(Choices& choices);

}  // namespace pvc
