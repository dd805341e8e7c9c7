#include "base/shell_word.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace pvc {
namespace {

TEST(ShellWord, QuotesWhatAShellWouldSplitOrExpand) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"main", "main"},
      {"v1.0-rc_2", "v1.0-rc_2"},
      {"HEAD~3", "HEAD~3"},
      {"main@{1}", "main@{1}"},
      {"a..b", "a..b"},
      {"users:42,x", "users:42,x"},
      {"", "''"},
      {"a b", "'a b'"},
      {"it's", "'it'\\''s'"},
      {"a;b", "'a;b'"},
      {"$(x)", "'$(x)'"},
      {"~root", "'~root'"},
      {"{a,b}", "'{a,b}'"},
      {"{1..3}", "'{1..3}'"},
      {"main@{2 hours ago}", "'main@{2 hours ago}'"},
      {"Straße", "'Straße'"},
      {"a\\b", "'a\\b'"},
  };
  for (const auto& [word, expected] : cases) EXPECT_EQ(ShellWord(word), expected);
}

}  // namespace
}  // namespace pvc
