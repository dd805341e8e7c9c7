// Every byte of a small repository damaged: the check says so, and no command prints wrong data.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "base/error.h"
#include "engine/object_store.h"
#include "tests/cli/run_binary.h"
#include "tests/support/raw_sqlite.h"
#include "tests/support/sim_fs.h"
#include "tests/support/temp_folder.h"
#include "vcs/fsck.h"

namespace pvc {
namespace {

namespace fs = boost::filesystem;

constexpr uint32_t kSeed = 7;
constexpr int kErrorExitCode = 128;
// Damages that the real binary meets; each costs some ten milliseconds.
constexpr size_t kBinarySampleCount = 150;
// Lengths that a pack is cut to; the small files are cut to every length.
constexpr size_t kTruncationsPerPack = 300;
constexpr size_t kSmallFileBytes = 1024;

/// Path below the repository's folder -> content.
using Files = std::map<std::string, std::string>;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void WriteFile(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
}

struct CountingSink final : FsckSink {
  void OnFinding(const std::string&) override {}
  void OnNote(const std::string&) override {}
};

/// Files as they were, but for some: an absent content removes the file.
struct Damage {
  std::string what;
  std::map<std::string, std::optional<std::string>> files;
};

class ByteSweep : public testing::Test {
 protected:
  ByteSweep() : random_(kSeed) {
    MakeRepository();
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "repo/.pvc")) {
      const std::string path = fs::relative(entry.path(), folder_ / "repo").string();
      if (fs::is_regular_file(entry.path())) files_[path] = ReadFile(entry.path().string());
      if (fs::is_directory(entry.path())) folders_.push_back(path);
    }
    std::sort(folders_.begin(), folders_.end());
  }

  /// Two commits: tables of several leaves, nodes stored as deltas, a value of several pieces.
  void MakeRepository() {
    const std::string repository = folder_ / "repo";
    fs::create_directory(repository);
    ASSERT_EQ(RunPvc(repository, {"init"}).exit_code, 0);
    {
      RawDatabase db(repository + "/app.db");
      db.Run(
          "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, score REAL);"
          "CREATE TABLE words(word TEXT COLLATE NOCASE PRIMARY KEY, n) WITHOUT ROWID;"
          "CREATE TABLE large(body); CREATE TABLE empty(x); CREATE INDEX by_name ON users(name);"
          "CREATE VIEW best AS SELECT * FROM users WHERE score > 3;"
          "WITH RECURSIVE c(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM c WHERE n < 400)"
          "  INSERT INTO users SELECT n, 'user number ' || n * n * 7919, n / 8.0 FROM c;"
          "INSERT INTO words SELECT 'w' || id, id FROM users LIMIT 50");
      db.Run(
          "WITH RECURSIVE c(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM c WHERE n < 120000)"
          "  INSERT INTO large SELECT group_concat(n * 31 % 1009) FROM c");
    }
    ASSERT_EQ(RunPvc(repository, {"import", "app.db"}).exit_code, 0);
    RawDatabase(repository + "/app.db")
        .Run(
            "UPDATE users SET score = -1 WHERE id = 77; DELETE FROM words WHERE n = 9;"
            "ALTER TABLE empty ADD COLUMN y; UPDATE large SET body = body || ' end'");
    ASSERT_EQ(RunPvc(repository, {"import", "app.db"}).exit_code, 0);
    fs::remove(repository + "/app.db");
  }

  std::unique_ptr<SimFs> Simulated() const {
    auto disk = std::make_unique<SimFs>();
    disk->MakeDirectory("/repo");
    disk->MakeDirectory("/repo/.pvc");
    for (const std::string& folder : folders_) disk->MakeDirectory("/repo/" + folder);
    for (const auto& [path, content] : files_) disk->SetContents("/repo/" + path, content);
    return disk;
  }

  /// Whether the check, on a copy of the disk, finds something or gives up with an error.
  static bool IsReported(const SimFs& disk, const Damage& damage) {
    const auto copy = disk.Clone();
    for (const auto& [path, content] : damage.files) {
      if (content) {
        copy->SetContents("/repo/" + path, *content);
      } else {
        copy->Remove("/repo/" + path);
      }
    }
    CountingSink sink;
    try {
      return CheckRepositoryAt(*copy, "/repo", sink).finding_count > 0;
    } catch (const Error&) {
      return true;
    }
  }

  void ExpectAllReported(const std::vector<Damage>& damages) const {
    const auto disk = Simulated();
    ASSERT_FALSE(IsReported(*disk, {}));
    for (const Damage& damage : damages) EXPECT_TRUE(IsReported(*disk, damage)) << damage.what;
  }

  std::vector<std::string> Packs() const {
    std::vector<std::string> packs;
    for (const auto& [path, content] : files_) {
      if (path.ends_with(".pack")) packs.push_back(path);
    }
    return packs;
  }

  // The configuration is text that people edit, without a checksum; the lock file is empty.
  static bool IsChecked(const std::string& path) {
    return path.ends_with(".pack") || path.ends_with("ROOT");
  }

  Damage Flip(const std::string& path, size_t byte) {
    const unsigned bit = random_() % 8;
    std::string content = files_.at(path);
    content[byte] = static_cast<char>(static_cast<unsigned char>(content[byte]) ^ (1U << bit));
    return {fmt::format("{} byte {} bit {}", path, byte, bit), {{path, content}}};
  }

  Damage Cut(const std::string& path, size_t length) const {
    return {fmt::format("{} cut to {}", path, length), {{path, files_.at(path).substr(0, length)}}};
  }

  std::vector<Damage> Truncations() const {
    std::vector<Damage> damages;
    for (const auto& [path, content] : files_) {
      if (!IsChecked(path)) continue;
      const bool is_small = content.size() <= kSmallFileBytes;
      const size_t step = is_small ? 1 : 1 + content.size() / kTruncationsPerPack;
      for (size_t length = 0; length < content.size(); length += step) {
        damages.push_back(Cut(path, length));
      }
      for (size_t less = 1; less <= std::min<size_t>(64, content.size()); ++less) {
        damages.push_back(Cut(path, content.size() - less));
      }
    }
    return damages;
  }

  std::vector<Damage> WholeFileDamages() const {
    std::vector<Damage> damages;
    for (const auto& [path, content] : files_) {
      if (!IsChecked(path)) continue;
      damages.push_back({path + " deleted", {{path, std::nullopt}}});
      for (const std::string& tail : {std::string(1, '\0'), std::string(1, 'x'),
                                      std::string(512, '\0'), content, content.substr(0, 20)}) {
        damages.push_back(
            {fmt::format("{} extended by {}", path, tail.size()), {{path, content + tail}}});
      }
      damages.push_back({path + " zeroed", {{path, std::string(content.size(), '\0')}}});
      for (const auto& [other, other_content] : files_) {
        if (other == path || !IsChecked(other)) continue;
        damages.push_back({path + " replaced by " + other, {{path, other_content}}});
        if (other > path) {
          damages.push_back(
              {path + " swapped with " + other, {{path, other_content}, {other, content}}});
        }
      }
    }
    return damages;
  }

  /// What the commands that only read print, and what an export writes; empty where one failed.
  std::vector<std::string> ReadAll(const std::string& what) {
    std::vector<std::string> outputs;
    const std::string repository = folder_ / "repo";
    const std::string exported = folder_ / "export.db";
    for (const std::string command :
         {"log", "ls", "diff HEAD~1 HEAD --format=sql", "export HEAD ../export.db"}) {
      boost::system::error_code ignored;
      fs::remove(exported, ignored);
      const ProgramResult result = RunShell(repository, "timeout 20 \"$PVC\" " + command);
      EXPECT_TRUE(result.exit_code == 0 || result.exit_code == kErrorExitCode)
          << what << ": pvc " << command << ": exit code " << result.exit_code << '\n'
          << result.err;
      if (command.starts_with("export")) {
        EXPECT_EQ(fs::exists(exported), result.exit_code == 0) << what;
        outputs.push_back(result.exit_code == 0 ? ReadFile(exported) : "");
      } else {
        outputs.push_back(result.exit_code == 0 ? result.out : "");
      }
    }
    return outputs;
  }

  TempFolder folder_;
  std::mt19937 random_;
  Files files_;
  std::vector<std::string> folders_;
};

TEST_F(ByteSweep, RepositoryHoldsEveryKindOfObject) {
  EXPECT_GE(Packs().size(), 3U);
  const auto disk = MakePosixFileSystem();
  const auto store = ObjectStore::Open(*disk, folder_ / "repo/.pvc");
  std::map<ObjectType, int> counts;
  int delta_count = 0;
  for (const ObjectStore::Found& found : store->FindByPrefix("", 10'000)) {
    ++counts[found.type];
    const auto info = store->Describe(found.id);
    ASSERT_TRUE(info.has_value());
    // No node of this size is packed so well on its own.
    if (info->raw_bytes > 4000 && info->stored_bytes < info->raw_bytes / 15) ++delta_count;
  }
  for (const ObjectType type :
       {ObjectType::kNode, ObjectType::kPiece, ObjectType::kPieceList, ObjectType::kSnapshot,
        ObjectType::kCommit, ObjectType::kOperation}) {
    EXPECT_GE(counts[type], 1) << ObjectTypeName(type);
  }
  EXPECT_GE(delta_count, 1);
}

TEST_F(ByteSweep, CheckReportsEveryAlteredByte) {
  const auto disk = Simulated();
  for (const auto& [path, content] : files_) {
    if (!IsChecked(path)) continue;
    for (size_t byte = 0; byte < content.size(); ++byte) {
      const Damage damage = Flip(path, byte);
      ASSERT_TRUE(IsReported(*disk, damage)) << damage.what;
    }
  }
}

TEST_F(ByteSweep, CheckReportsEveryTruncation) { ExpectAllReported(Truncations()); }

TEST_F(ByteSweep, CheckReportsDeletedSwappedAndExtendedFiles) {
  ExpectAllReported(WholeFileDamages());
}

TEST_F(ByteSweep, CommandsFailOrPrintWhatTheyPrintedBefore) {
  std::vector<Damage> damages = WholeFileDamages();
  std::vector<Damage> cuts = Truncations();
  std::shuffle(cuts.begin(), cuts.end(), random_);
  cuts.resize(std::min(cuts.size(), kBinarySampleCount / 4));
  damages.insert(damages.end(), cuts.begin(), cuts.end());
  size_t total_bytes = 0;
  for (const auto& [path, content] : files_) total_bytes += content.size();
  for (const auto& [path, content] : files_) {
    const size_t step = content.size() <= kSmallFileBytes
                            ? 5
                            : std::max<size_t>(1, total_bytes / kBinarySampleCount);
    for (size_t byte = random_() % step; byte < content.size(); byte += step) {
      damages.push_back(Flip(path, byte));
    }
  }
  const std::vector<std::string> expected = ReadAll("sound");
  EXPECT_THAT(expected, testing::Each(testing::Not(testing::IsEmpty())));

  const std::string repository = folder_ / "repo";
  for (const Damage& damage : damages) {
    for (const auto& [path, content] : damage.files) {
      fs::remove(repository + "/" + path);
      if (content) WriteFile(repository + "/" + path, *content);
    }
    const std::vector<std::string> outputs = ReadAll(damage.what);
    for (size_t i = 0; i < outputs.size(); ++i) {
      EXPECT_TRUE(outputs[i].empty() || outputs[i] == expected[i])
          << damage.what << ": command " << i << " printed\n"
          << outputs[i].substr(0, 1000);
    }
    const int fsck = RunShell(repository, "timeout 20 \"$PVC\" fsck").exit_code;
    if (std::all_of(damage.files.begin(), damage.files.end(),
                    [](const auto& file) { return IsChecked(file.first); })) {
      EXPECT_TRUE(fsck == 1 || fsck == kErrorExitCode) << damage.what << ": " << fsck;
    }
    for (const auto& [path, content] : damage.files) {
      WriteFile(repository + "/" + path, files_.at(path));
    }
  }
}

}  // namespace
}  // namespace pvc
