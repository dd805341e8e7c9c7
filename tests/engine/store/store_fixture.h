#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/object_store.h"
#include "engine/pack_writer.h"
#include "tests/support/sim_fs.h"

namespace pvc {

inline Bytes RandomBytes(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  Bytes bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

/// A few kilobytes that compress, different for each number.
inline Bytes TextLike(int number) {
  std::mt19937 random(static_cast<uint32_t>(number));
  Bytes bytes;
  while (bytes.size() < 4000) {
    bytes += "word" + std::to_string(random() % 500) + " lorem ipsum ";
  }
  return bytes;
}

inline ObjectId IdOf(ByteView bytes, ObjectType type = ObjectType::kPiece) {
  return ComputeObjectId(HashKind::kBlake2b256, type, bytes);
}

/// The kind of Error that `action` throws; nothing when it throws none.
inline std::optional<ErrorKind> KindOf(const std::function<void()>& action) {
  try {
    action();
    return std::nullopt;
  } catch (const Error& error) {
    return error.kind();
  }
}

/// Collects what Check says.
class FindingList : public ObjectStore::CheckObserver {
 public:
  void OnFinding(const std::string& text) override { findings.push_back(text); }
  void OnObject(ObjectType type, const ObjectId& id, ByteView bytes) override {
    EXPECT_EQ(ComputeObjectId(HashKind::kBlake2b256, type, bytes), id);
    objects.push_back(id);
  }
  std::vector<std::string> findings;
  std::vector<ObjectId> objects;
};

/// Makes a pack of records as given at `path`.
inline PackEntry WritePack(FileSystem& fs, const std::string& path,
                           const std::vector<std::pair<ObjectId, Bytes>>& records) {
  PackWriter writer(fs.Open(path, OpenMode::kCreateNew), HashKind::kBlake2b256);
  for (const auto& [id, record] : records) writer.Append(id, record);
  return writer.Finish();
}

/// A repository at /r/.pvc on a simulated disk.
class StoreFixture : public testing::Test {
 protected:
  static constexpr const char* kPath = "/r/.pvc";

  StoreFixture() {
    fs_.MakeDirectory("/r");
    ObjectStore::Create(fs_, kPath, HashKind::kBlake2b256, IdOf("repository"));
  }

  std::unique_ptr<ObjectStore> Open() { return ObjectStore::Open(fs_, kPath); }

  /// Publishes one object, its id becoming the current operation.
  ObjectId Store(ObjectType type, const Bytes& bytes, const ObjectId& similar = {}) {
    auto store = Open();
    auto batch = store->BeginWrite({});
    const ObjectId id = batch->Put(type, bytes, similar);
    EXPECT_TRUE(batch->Publish(store->root().operation, id));
    return id;
  }

  /// Adds a pack of records as given to ROOT.
  void AddPack(const std::vector<std::pair<ObjectId, Bytes>>& records) {
    const PackEntry entry = WritePack(fs_, "/r/.pvc/packs/new", records);
    fs_.Rename("/r/.pvc/packs/new", "/r/.pvc/packs/" + PackFileName(entry.id));
    Root root = Open()->root();
    root.packs.push_back(entry);
    ++root.sequence;
    ReplaceFile(fs_, "/r/.pvc/ROOT", EncodeRoot(root));
  }

  std::vector<std::string> PackPaths() {
    auto paths = fs_.FilePaths();
    std::erase_if(paths, [](const std::string& path) { return !path.ends_with(".pack"); });
    return paths;
  }

  void ExpectClean() {
    FindingList findings;
    const auto summary = Open()->Check(findings);
    EXPECT_EQ(findings.findings, std::vector<std::string>{});
    EXPECT_EQ(summary.finding_count, 0U);
  }

  SimFs fs_;
};

}  // namespace pvc
