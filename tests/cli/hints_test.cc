// What pvc hints at is typed here, word for word, and has to work.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "tests/cli/hint_situations.h"
#include "tests/cli/run_binary.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

namespace bfs = boost::filesystem;
using testing::HasSubstr;
using testing::Not;

/// main with two commits of app.db, its first tagged v1; try with a change of its own; main is
/// current.
void MakeRepository(const std::string& folder) {
  RawDatabase db(folder + "/app.db");
  db.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, 'one'), (2, 'two')");
  RawDatabase(folder + "/other.db").Run("CREATE TABLE o(id INTEGER PRIMARY KEY)");
  ASSERT_EQ(RunShell(folder, "pvc init --import app.db -m first").exit_code, 0);
  db.Run("INSERT INTO t VALUES(3, 'three')");
  ASSERT_EQ(RunShell(folder, "pvc commit -q -m second && pvc tag v1 HEAD~1 && pvc switch -q -c try")
                .exit_code,
            0);
  db.Run("UPDATE t SET v = 'zwei' WHERE id = 2");
  ASSERT_EQ(RunShell(folder, "pvc commit -q -m 'on try' && pvc switch -q main").exit_code, 0);
}

void Prepare(const std::string& folder, const std::vector<std::string>& steps) {
  for (const std::string& step : steps) {
    if (step.starts_with("sql ")) {
      RawDatabase(folder + "/app.db").Run(step.substr(4));
    } else {
      const ProgramResult result = RunShell(folder, step);
      EXPECT_EQ(result.exit_code, 0) << step << "\n" << result.err;
    }
  }
}

/// The commands of a hint, as a person would type them: placeholders replaced, remarks left out.
std::vector<std::string> CommandsOf(const std::string& hint) {
  static const std::regex kCommand("((?:[A-Z_]+=(?:'[^']*'|[^ ']+) )*)\\bpvc( .*)?$");
  static const std::regex kBlanks(" {2,}");
  static const std::pair<const char*, const char*> kPlaceholders[] = {
      {"\\bX\\.db Y\\.db\\b", "app.db app.db"},
      {"\\bMESSAGE\\b", "m"},
      {"\\bNAME\\b", "x"},
      {"\\bREV\\b", "HEAD"},
      {"\\bCOMMAND\\b", "log"},
      {"\\bTABLE\\b", "t"},
      {"\\bQUERY\\b", "'SELECT 1'"},
      {"\\bOLD\\b", "try"},
      {"\\bNEW\\b", "x"}};
  std::vector<std::string> commands;
  for (std::sregex_token_iterator piece(hint.begin(), hint.end(), kBlanks, -1), end; piece != end;
       ++piece) {
    const std::string text = *piece;
    std::smatch match;
    if (!std::regex_search(text, match, kCommand)) continue;
    std::string command = match.str();
    const auto before = match.position();
    if (before > 0 && text[static_cast<size_t>(before) - 1] == '\'') {
      command.resize(command.find('\''));
    }
    for (const auto& [placeholder, word] : kPlaceholders) {
      command = std::regex_replace(command, std::regex(placeholder), word);
    }
    // A remark in parentheses ends with the command.
    if (command.ends_with(')') && command.find('(') == std::string::npos) command.pop_back();
    const bool writes_file = command.find("pvc export") != std::string::npos;
    command = std::regex_replace(command, std::regex("\\bFILE\\b"),
                                 writes_file ? "fresh.db" : "other.db");
    commands.push_back(command);
  }
  return commands;
}

/// The word that "did you mean 'WORD'?" offers; nothing when it offers a command, or is no such
/// hint.
std::string OfferedWord(const std::string& hint) {
  static const std::regex kOffer("^did you mean '([^']+)'\\?$");
  std::smatch match;
  if (!std::regex_match(hint, match, kOffer) || match[1].str().starts_with("pvc ")) return "";
  return match[1];
}

/// `command` with what its error complains of replaced by `word`.
std::string Corrected(const std::string& command, const std::string& error,
                      const std::string& word) {
  static const std::regex kSubject("(?:'|no such table: )([^'\n]+)'?");
  for (std::sregex_iterator at(error.begin(), error.end(), kSubject), end; at != end; ++at) {
    const std::string subject = (*at)[1];
    // The word that is wrong comes last on the line: 'log' has no option '--onelin'.
    const size_t place = command.rfind(subject);
    if (place == std::string::npos || "pvc " + subject == command.substr(0, 4 + subject.size())) {
      if (place != 4 || at != std::sregex_iterator(error.begin(), error.end(), kSubject)) continue;
      if (std::next(at) != end) continue;
    }
    std::string corrected = command;
    return corrected.replace(place, subject.size(), word);
  }
  return "";
}

/// Hints stand on standard error; what 'pvc status' advises stands in its text.
std::vector<std::string> HintsIn(const ProgramResult& result) {
  static const std::regex kAdvice("^[a-z ]+: +pvc .*$");
  std::vector<std::string> hints;
  std::istringstream err(result.err);
  for (std::string line; std::getline(err, line);) {
    if (line.starts_with("hint: ")) hints.push_back(line.substr(6));
  }
  std::istringstream out(result.out);
  for (std::string line; std::getline(out, line);) {
    if (std::regex_match(line, kAdvice)) hints.push_back(line);
  }
  return hints;
}

bool BeginsWithOneOf(const std::string& text, const std::vector<std::string>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](const std::string& one) { return text.starts_with(one); });
}

class Hints : public testing::TestWithParam<Situation> {
 protected:
  /// Runs commands one after the other in a fresh copy of the folder of the situation.
  /// Returns: what the last one did.
  ProgramResult Try(const std::vector<std::string>& commands) {
    const std::string copy = scratch_ / "copy";
    bfs::remove_all(copy);
    EXPECT_EQ(RunShell(scratch_.path(), "cp -a folder copy").exit_code, 0);
    ProgramResult result;
    for (const std::string& command : commands) {
      result = RunShell(copy, "export HOME=\"$PWD\"; " + command);
    }
    return result;
  }

  TempFolder scratch_;
  std::string folder_ = scratch_ / "folder";
};

TEST_P(Hints, WorkWhenTyped) {
  const Situation& situation = GetParam();
  bfs::create_directory(folder_);
  ASSERT_NO_FATAL_FAILURE(MakeRepository(folder_));
  Prepare(folder_, situation.steps);

  const ProgramResult result = Try({situation.command});
  const std::vector<std::string> hints = HintsIn(result);
  EXPECT_EQ(result.exit_code, situation.exit_code) << result.out << result.err;
  if (result.exit_code >= 128) {
    EXPECT_THAT(result.err, testing::StartsWith("error: "));
    EXPECT_FALSE(hints.empty()) << result.err;
  }
  for (const std::string& beginning : situation.solves) {
    EXPECT_TRUE(std::any_of(hints.begin(), hints.end(),
                            [&](const auto& hint) { return hint.starts_with(beginning); }))
        << "no hint '" << beginning << "' in\n"
        << result.err;
  }
  for (const std::string& hint : hints) {
    for (const std::string& command : CommandsOf(hint)) {
      const ProgramResult typed = Try({situation.command, command});
      EXPECT_NE(typed.exit_code, 129) << command << "\n" << typed.err;
      EXPECT_THAT(typed.err, Not(HasSubstr("is not a pvc command"))) << command;
      if (BeginsWithOneOf(hint, situation.may_fail)) continue;
      EXPECT_LT(typed.exit_code, 2) << result.err << command << "\n" << typed.err;
      if (!BeginsWithOneOf(hint, situation.solves)) continue;
      const ProgramResult again = Try({situation.command, command, situation.command});
      EXPECT_LT(again.exit_code, 2) << command << "\n" << situation.command << "\n" << again.err;
    }
    if (const std::string word = OfferedWord(hint); !word.empty() && result.exit_code >= 128) {
      const std::string corrected = Corrected(situation.command, result.err, word);
      const ProgramResult typed = Try({situation.command, corrected});
      EXPECT_LT(typed.exit_code, 2) << hint << "\n" << corrected << "\n" << typed.err;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Hints, testing::ValuesIn(Situations()),
                         [](const auto& situation) { return situation.param.name; });

/// What completion offers at the end of a command line: the words alone.
std::set<std::string> Completions(const std::string& line) {
  const TempFolder folder;
  std::istringstream lines(RunShell(folder.path(), "pvc completion --words -- " + line).out);
  std::set<std::string> words;
  for (std::string word; std::getline(lines, word);) {
    word = word.substr(0, word.find('\t'));
    while (!word.empty() && (word.back() == '=' || word.back() == ' ')) word.pop_back();
    words.insert(word);
  }
  return words;
}

TEST(HintsTable, HasASituationOfEveryCommand) {
  std::set<std::string> seen;
  for (const Situation& situation : Situations()) {
    std::istringstream words(situation.command);
    for (std::string word; words >> word;) seen.insert(word);
  }
  for (const std::string& command : Completions("''")) {
    EXPECT_TRUE(seen.count(command) == 1) << "no situation of 'pvc " << command << "'";
  }
}

}  // namespace
}  // namespace pvc
