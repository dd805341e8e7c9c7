#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fs.h"
#include "engine/object_io.h"
#include "engine/root_file.h"

namespace pvc {

/// How new records are compressed. Readers take every codec whatever this says.
struct Compression {
  enum class Method { kNone, kZstd };
  Method method = Method::kZstd;
  /// zstd's, 1..19. Nodes of 16 KiB of text take 4 % less room at 3 than at 1, for 6 % more time.
  int level = 3;

  bool operator==(const Compression&) const = default;
};

struct WriteOptions {
  Compression compression;
  /// Threads that hash and compress beside the caller's; 0 does everything in Submit.
  unsigned worker_count = 1;
  /// Bytes of submitted objects that may wait for a worker; past it the caller lends a hand.
  size_t queue_bytes = 4U << 20;
};

/// What a batch did, for `import` to print.
struct WriteStatistics {
  uint64_t submitted_count = 0;  ///< objects handed over
  uint64_t submitted_bytes = 0;  ///< their raw bytes
  uint64_t written_count = 0;    ///< objects that were not there yet
  uint64_t written_raw_bytes = 0;
  uint64_t stored_bytes = 0;  ///< bytes added to packs, framing and index included
};

class ObjectStore;

/// One atomic change to a repository: new objects go to one pack in `incoming/`, and Publish makes
/// them and a new current operation visible together. Destroyed unpublished, it removes what it
/// wrote. A batch of over 65,536 objects fills several packs.
///
/// Reads its own objects as well as the store's (ObjectSource). Used from one thread.
/// Lifetime: the store outlives the batch.
class WriteBatch : public ObjectSink, public ObjectSource {
 public:
  ~WriteBatch() override;

  Ticket Submit(ObjectType type, Bytes bytes, const ObjectId& similar) override;
  ObjectId Wait(Ticket ticket) override;
  /// Finds objects of this batch first, then the store's.
  Bytes ReadObject(ObjectType type, const ObjectId& id) override;
  std::shared_ptr<const Bytes> ReadShared(ObjectType type, const ObjectId& id) override;

  /// Makes everything submitted durable and, under the lock, replaces the current operation by
  /// `next` if it still is `expected`. Steps and their order: docs/format.md#writing.
  ///
  /// Returns: false when another process moved the current operation; nothing is visible then, the
  ///          store has re-read ROOT, and more objects may be submitted and Publish tried again.
  /// Throws:  kIo, with the repository as before; kMoved when gc dropped, since the batch began, an
  ///          object that the batch did not write because it was there.
  [[nodiscard]] bool Publish(const ObjectId& expected, const ObjectId& next);

  const WriteStatistics& statistics() const;

 private:
  friend class ObjectStore;
  class Impl;
  explicit WriteBatch(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// A repository's folder as a set of objects and one current operation id.
///
/// Thread-safe for reading. Opening costs one read of ROOT; pack indexes are read when first
/// needed. Format: docs/format.md#repository
class ObjectStore : public ObjectSource {
 public:
  /// Makes folder `path` (its parent exists) with an empty ROOT whose current operation is the zero
  /// id. Durable when it returns. Throws: kExists when `path` holds a ROOT, kIo.
  static void Create(FileSystem& fs, const std::string& path, HashKind hash_kind,
                     const ObjectId& repository_id);
  /// Throws: kNotFound when there is no ROOT; kCorrupt; kUnsupported (newer version); kIo.
  static std::unique_ptr<ObjectStore> Open(FileSystem& fs, const std::string& path);

  ~ObjectStore() override;

  /// The ROOT as last read.
  Root root() const;
  HashKind hash_kind() const;
  /// Reads ROOT again, and opens packs it newly lists.
  void Refresh();

  /// Checks the record's checksum, type and length; not the id (fsck and deduplication do).
  /// A pack that a writer replaced meanwhile is looked for once more after Refresh().
  Bytes ReadObject(ObjectType type, const ObjectId& id) override;
  std::shared_ptr<const Bytes> ReadShared(ObjectType type, const ObjectId& id) override;
  bool Contains(const ObjectId& id);
  /// Ids that begin with the hex digits given, at most `limit` of them, sorted, with their types.
  struct Found {
    ObjectId id;
    ObjectType type = ObjectType::kNode;
  };
  std::vector<Found> FindByPrefix(std::string_view hex_prefix, size_t limit);
  /// Type and sizes of an object. Reads and checks its record, but none it leans on.
  struct ObjectInfo {
    ObjectType type = ObjectType::kNode;
    uint32_t raw_bytes = 0;
    uint32_t stored_bytes = 0;  ///< its record, framing included
  };
  std::optional<ObjectInfo> Describe(const ObjectId& id);

  std::unique_ptr<WriteBatch> BeginWrite(const WriteOptions& options);

  /// Checks every byte of ROOT, of each pack it lists, and each object's id, in bounded memory.
  /// The observer gets one line per finding, with file and offset, and every sound object; an
  /// object that two packs hold is seen twice. Findings do not throw, what the observer throws
  /// passes.
  struct CheckSummary {
    uint64_t pack_count = 0;
    uint64_t object_count = 0;
    uint64_t stored_bytes = 0;
    uint64_t finding_count = 0;
  };
  class CheckObserver {
   public:
    virtual ~CheckObserver() = default;
    virtual void OnFinding(const std::string& text) = 0;
    virtual void OnObject(ObjectType type, const ObjectId& id, ByteView bytes) = 0;
  };
  CheckSummary Check(CheckObserver& observer);

  /// What the files of the store share; defined in store_impl.h.
  class Impl;

 private:
  explicit ObjectStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace pvc
