// Types the sessions of README.md, word for word, and compares what is printed.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/cli/run_binary.h"
#include "tests/support/temp_folder.h"

namespace pvc {
namespace {

struct Typed {
  std::string command;
  std::string printed;
};

/// The commands of all ```console blocks, in order.
std::vector<Typed> ReadSession(const std::string& path) {
  std::ifstream file(path);
  std::vector<Typed> session;
  bool is_inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("```", 0) == 0) {
      is_inside = line == "```console";
    } else if (is_inside && line.rfind("$ ", 0) == 0) {
      session.push_back({line.substr(2), ""});
    } else if (is_inside && !session.empty()) {
      session.back().printed += line + "\n";
    }
  }
  return session;
}

/// What a reader would not expect to be the same: ids, times, sizes, the folder. Lines go sorted,
/// because two streams are read as one.
std::vector<std::string> Normalized(const std::string& text, const std::string& folder) {
  static const std::regex kId("\\b[0-9a-f]{12}\\b");
  static const std::regex kDate("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} [+-][0-9]{4}");
  static const std::regex kQuantity("[0-9]+(\\.[0-9]+)? (bytes|KB/s|MB/s|KB|MB|s)\\b");
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    if (const size_t at = line.find(folder); at != std::string::npos) {
      line.replace(at, folder.size(), "/home/ann/shop");
    }
    line = std::regex_replace(line, kDate, "DATE");
    line = std::regex_replace(line, kId, "ID");
    lines.push_back(std::regex_replace(line, kQuantity, "N"));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST(Readme, SessionPrintsWhatIsWrittenThere) {
  const std::vector<Typed> session = ReadSession(std::string(PVC_SOURCE_FOLDER) + "/README.md");
  ASSERT_GE(session.size(), 25U);
  const TempFolder folder;
  const std::string path = RunShell(folder.path(), "pwd -P").out;
  const std::string real_folder = path.substr(0, path.size() - 1);
  int64_t seconds = 1'700'000'000;
  for (const Typed& typed : session) {
    SCOPED_TRACE(typed.command);
    const ProgramResult result = RunShell(
        folder.path(), fmt::format("pvc() {{ \"$PVC\" \"$@\"; }}; export PVC_AUTHOR_NAME=Ann "
                                   "PVC_AUTHOR_EMAIL=ann@x.org PVC_DATE='{} +0000' "
                                   "LD_LIBRARY_PATH='{}'; exec 2>&1; {}",
                                   seconds += 60, PVC_EXTENSION_FOLDER, typed.command));
    EXPECT_EQ(Normalized(result.out, real_folder), Normalized(typed.printed, real_folder));
    const bool is_error = typed.printed.rfind("error:", 0) == 0;
    // A merge that stops, and conflicts that are open, are a "no".
    const bool is_no = typed.printed.find(" stopped: ") != std::string::npos ||
                       typed.command.rfind("pvc conflicts", 0) == 0;
    EXPECT_EQ(result.exit_code, is_no ? 1 : is_error ? 128 : 0);
  }
}

}  // namespace
}  // namespace pvc
