// Command lines that stand in the sources, in hints and elsewhere, name what there is.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include "tests/cli/run_binary.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

namespace bfs = boost::filesystem;

std::string HelpOf(const std::string& command) {
  const TempFolder folder;
  const ProgramResult help = RunShell(folder.path(), "pvc help " + command);
  return help.exit_code == 0 ? help.out : "";
}

/// A C++ source file's string literals; those that stand side by side are one.
std::vector<std::string> LiteralsOf(const std::string& source) {
  static const std::regex kLiteral("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
  std::vector<std::string> literals;
  size_t end_of_last = std::string::npos;
  for (std::sregex_iterator at(source.begin(), source.end(), kLiteral), end; at != end; ++at) {
    const auto begin = static_cast<size_t>(at->position());
    const bool goes_on =
        end_of_last != std::string::npos && source.find_first_not_of(" \n", end_of_last) == begin;
    if (goes_on) {
      literals.back() += (*at)[1].str();
    } else {
      literals.push_back((*at)[1]);
    }
    end_of_last = begin + static_cast<size_t>(at->length());
  }
  return literals;
}

/// The words after "pvc" of each command line that a literal tells to type: after two blanks, in
/// quotes, or, in a hint, at its beginning.
std::vector<std::vector<std::string>> CommandLinesIn(const std::string& literal, bool is_hint) {
  static const std::regex kQuoted("'pvc ([^']*)'");
  static const std::regex kAfterBlanks("  pvc ((?:[^ \\\\]| (?! ))*)");
  static const std::regex kAtBeginning("^pvc ((?:[^ \\\\]| (?! ))*)");
  std::vector<std::vector<std::string>> lines;
  for (const std::regex* form : {&kQuoted, &kAfterBlanks, &kAtBeginning}) {
    if (form == &kAtBeginning && !is_hint) continue;
    for (std::sregex_iterator at(literal.begin(), literal.end(), *form), end; at != end; ++at) {
      std::istringstream text(std::regex_replace((*at)[1].str(), std::regex("\\\\n"), " "));
      lines.emplace_back(std::istream_iterator<std::string>(text),
                         std::istream_iterator<std::string>());
    }
  }
  return lines;
}

/// Whether a word of a command line in a source file is put in when the program runs, or stands for
/// any.
bool IsPlaceholder(const std::string& word) {
  return word.find('{') != std::string::npos ||
         std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

TEST(HintsInSources, NameCommandsAndOptionsThatExist) {
  static const std::regex kOption("^(--[a-z][a-z-]*|-[A-Za-z])(=.*)?$");
  size_t count = 0;
  for (const auto& entry : bfs::recursive_directory_iterator(PVC_SOURCE_FOLDER "/src")) {
    if (entry.path().extension() != ".cc") continue;
    std::ifstream file(entry.path().string());
    const std::string source{std::istreambuf_iterator<char>(file), {}};
    for (const std::string& literal : LiteralsOf(source)) {
      const bool is_hint = source.find("AddHint(\"" + literal) != std::string::npos ||
                           source.find("AddHint(fmt::format(\"" + literal) != std::string::npos;
      for (std::vector<std::string> words : CommandLinesIn(literal, is_hint)) {
        if (words[0] == "-c") words.erase(words.begin(), words.begin() + 2);  // NAME=VALUE
        if (IsPlaceholder(words[0]) || words[0] == "st") continue;            // st: an alias
        const std::string help = HelpOf(words[0]);
        EXPECT_NE(help, "") << entry.path() << ": " << literal;
        ++count;
        for (const std::string& word : words) {
          std::smatch match;
          if (!std::regex_match(word, match, kOption)) continue;
          EXPECT_TRUE(std::regex_search(help, std::regex("[ \n]" + match[1].str() + "[ ,=\n]")))
              << entry.path() << ": " << match[1] << " in " << literal;
        }
      }
    }
  }
  EXPECT_GT(count, 80U);
}

}  // namespace
}  // namespace pvc
