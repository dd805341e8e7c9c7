#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "tests/cli/run_binary.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

/// A golden file is a session: lines "$ COMMAND", each followed by what it prints ("2> " in front
/// of lines of standard error) and "[N]" for an exit code other than 0. "$ sql FILE STATEMENTS"
/// changes a database without pvc. Times, rates and stored sizes are masked.
std::string Mask(std::string text, const std::string& folder) {
  for (size_t at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
    text.replace(at, folder.size(), "/DIR");
  }
  text = std::regex_replace(text, std::regex(R"( +[0-9.]+ (bytes|[KMGT]B)/s)"), " R/s");
  text = std::regex_replace(text, std::regex(R"( +[0-9]+\.[0-9]+ s\b)"), " T s");
  text = std::regex_replace(text, std::regex(R"( +[0-9.]+ (bytes|[KMGT]B) stored)"), " B stored");
  text = std::regex_replace(text, std::regex(R"(packs, [0-9.]+ (bytes|[KMGT]B))"), "packs, B");
  return text;
}

std::string RunStatement(const std::string& folder, const std::string& command) {
  constexpr std::string_view kSql = "sql ";
  if (command.compare(0, kSql.size(), kSql) == 0) {
    const size_t end = command.find(' ', kSql.size());
    RawDatabase db(folder + "/" + command.substr(kSql.size(), end - kSql.size()));
    db.Run(command.substr(end + 1));
    return "";
  }
  const ProgramResult result = RunShell(folder, command);
  std::string text = result.out;
  std::istringstream lines(result.err);
  for (std::string line; std::getline(lines, line);) text += "2> " + line + "\n";
  if (result.exit_code != 0) text += "[" + std::to_string(result.exit_code) + "]\n";
  return text;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

std::string RunSession(const std::string& session) {
  const TempFolder scratch;
  std::string result;
  bool has_begun = false;
  std::istringstream lines(session);
  for (std::string line; std::getline(lines, line);) {
    const bool is_command = line.compare(0, 2, "$ ") == 0;
    has_begun = has_begun || is_command;
    if (is_command || !has_begun) result += line + "\n";  // a title stands before the first command
    if (!is_command) continue;
    result += Mask(RunStatement(scratch.path(), line.substr(2)), scratch.path());
  }
  return result;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, SessionPrintsWhatIsWrittenDown) {
  const std::string path = std::string(PVC_GOLDEN_FOLDER) + "/" + GetParam() + ".txt";
  const std::string expected = ReadFile(path);
  ASSERT_FALSE(expected.empty()) << path;
  const std::string actual = RunSession(expected);
  if (std::getenv("PVC_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << actual;
    GTEST_SKIP() << "rewritten: " << path;
  }
  EXPECT_EQ(actual, expected);
}

std::vector<std::string> SessionNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(PVC_GOLDEN_FOLDER)) {
    names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Sessions, Golden, testing::ValuesIn(SessionNames()),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace pvc
