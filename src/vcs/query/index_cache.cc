#include "vcs/query/index_cache.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/object_store.h"
#include "engine/tree_diff.h"
#include "vcs/query/derived_index.h"
#include "vcs/query/index_list.h"

namespace pvc {

namespace {

constexpr std::string_view kDefinitionDomain = "pvc/1 index";
constexpr size_t kNodeCacheBytes = 16U << 20;
// Indexes that may be derived from: so many, used last, are looked at ...
constexpr size_t kMaxCandidates = 4;
// ... until one differs in so few rows that looking on costs more than it may save.
constexpr uint64_t kNearChanges = 1000;
// Larger differences are not cheaper than all rows, sorted at once.
constexpr uint64_t kMaxChangedShare = 4;
// Batches that could not be published, and serve this process alone.
constexpr size_t kMaxHeldBatches = 4;
// Tries to store an index, while others remove the files.
constexpr int kMaxAttempts = 4;
// Folders that are about to be removed.
constexpr std::string_view kOldPrefix = "old-";
// Indexes that are derived again when the cache is gone while they are read.
constexpr size_t kMaxGivenOut = 64;

// Objects of another source that are what their ids say: checksums show what decayed, not what
// somebody put in another's place.
class VerifiedObjects final : public ObjectSource {
 public:
  VerifiedObjects(ObjectSource& source, HashKind hash_kind)
      : source_(source), hash_kind_(hash_kind) {}

  Bytes ReadObject(ObjectType type, const ObjectId& id) override {
    Bytes bytes = source_.ReadObject(type, id);
    if (ComputeObjectId(hash_kind_, type, bytes) != id) {
      throw Error(ErrorKind::kCorrupt,
                  fmt::format("object {} is not what its id says", id.Short()));
    }
    return bytes;
  }

 private:
  ObjectSource& source_;
  HashKind hash_kind_;
};

// The cache's store, and batches that did not get into it. Thread-safe.
class IndexObjects final : public ObjectSource {
 public:
  explicit IndexObjects(HashKind hash_kind) : hash_kind_(hash_kind) {}

  std::shared_ptr<ObjectStore> store() const {
    const std::lock_guard lock(mutex_);
    return store_;
  }
  void SetStore(std::shared_ptr<ObjectStore> store) {
    const std::lock_guard lock(mutex_);
    store_ = std::move(store);
  }
  void Hold(std::shared_ptr<ObjectStore> store, std::shared_ptr<WriteBatch> batch) {
    const std::lock_guard lock(mutex_);
    held_.push_front({std::move(store), std::move(batch)});
    if (held_.size() > kMaxHeldBatches) held_.pop_back();
  }

  Bytes ReadObject(ObjectType type, const ObjectId& id) override {
    std::vector<HeldBatch> sources;
    {
      const std::lock_guard lock(mutex_);
      sources.assign(held_.begin(), held_.end());
      if (store_) sources.push_back({store_, nullptr});
    }
    Error failure(ErrorKind::kCorrupt,
                  fmt::format("{} {} of an index is missing", ObjectTypeName(type), id.Short()));
    for (const HeldBatch& source : sources) {
      try {
        ObjectSource* objects = source.batch.get();
        if (objects == nullptr) objects = source.store.get();
        return VerifiedObjects(*objects, hash_kind_).ReadObject(type, id);
      } catch (const Error& error) {
        failure = error;
      }
    }
    throw failure;
  }

 private:
  struct HeldBatch {
    std::shared_ptr<ObjectStore> store;  // before the batch, which it outlives
    std::shared_ptr<WriteBatch> batch;
  };

  const HashKind hash_kind_;
  mutable std::mutex mutex_;
  std::shared_ptr<ObjectStore> store_;
  std::deque<HeldBatch> held_;
};

// Number of rows that differ, or `limit` when there are as many or more.
uint64_t CountChanges(NodeReader& nodes, const Tree& before, const Tree& after, uint64_t limit,
                      const std::function<void()>& step) {
  TreeDiff diff(nodes, before, nodes, after);
  TreeChange change;
  uint64_t count = 0;
  while (count < limit && diff.Next(change)) {
    if (count++ % 64 == 0 && step) step();
  }
  return count;
}

bool IsAbsentOr(FileSystem& fs, const std::string& path, FileType type) {
  const auto info = fs.Stat(path);
  return !info || info->type == type;
}

}  // namespace

class IndexCache::Impl final : public ObjectSource {
 public:
  Impl(Repository& repository, const IndexCacheOptions& options)
      : repository_(repository),
        fs_(repository.fs()),
        options_(options),
        repository_id_(repository.store().root().repository_id),
        hash_kind_(repository.store().hash_kind()),
        cache_path_(JoinPath(repository.pvc_path(), "cache")),
        path_(JoinPath(cache_path_, "indexes")),
        objects_(hash_kind_),
        nodes_(*this, kNodeCacheBytes) {}

  NodeReader& nodes() { return nodes_; }

  std::optional<Tree> Find(const StoredTable& table, TextEncoding encoding,
                           const IndexDefinition& definition, const std::function<void()>& step) {
    if (table.rows.empty()) return Tree{};
    Wanted wanted;
    wanted.table = table;
    wanted.encoding = encoding;
    wanted.definition = definition;
    wanted.definition_hash = HashBytes(hash_kind_, kDefinitionDomain,
                                       EncodeIndexDefinition(definition, table.info, encoding));

    const std::lock_guard lock(mutex_);
    const auto given = std::find_if(given_out_.begin(), given_out_.end(), [&](const Wanted& other) {
      return other.definition_hash == wanted.definition_hash && other.table.rows == table.rows;
    });
    if (given != given_out_.end()) {
      std::rotate(given_out_.begin(), given, given + 1);
      return given_out_.front().index;
    }
    auto index = FindListed(wanted);
    if (!index) index = Derive(wanted, Method::kAny, step);
    if (!index) return std::nullopt;
    wanted.index = *index;
    given_out_.push_front(std::move(wanted));
    if (given_out_.size() > kMaxGivenOut) given_out_.pop_back();
    return index;
  }

  // An object of an index that was given out. Trees are canonical: deriving the index again gives
  // objects of the same ids.
  Bytes ReadObject(ObjectType type, const ObjectId& id) override {
    if (auto bytes = TryRead(type, id)) return *std::move(bytes);
    const std::lock_guard lock(mutex_);
    if (auto bytes = TryRead(type, id)) return *std::move(bytes);
    for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
      if (attempt == 1) is_damaged_ = true;  // the store itself may be in the way
      for (auto wanted = given_out_.begin(); wanted != given_out_.end(); ++wanted) {
        const auto index = Derive(*wanted, Method::kAllRows, /*step=*/nullptr);
        if (!index) break;
        if (*index != wanted->index) {
          Error error(ErrorKind::kCorrupt,
                      fmt::format("'{}' held an index that is not that of table '{}'", path_,
                                  wanted->table.info.name));
          given_out_.erase(wanted);
          throw error.AddHint("run the query again: the index was made anew");
        }
        if (auto bytes = TryRead(type, id)) return *std::move(bytes);
      }
    }
    throw Error(ErrorKind::kCorrupt,
                fmt::format("'{}', a cache that may be deleted, cannot be read", path_));
  }

  void Discard() {
    const std::lock_guard lock(mutex_);
    Reset();
    given_out_.clear();
  }

 private:
  struct Wanted {
    StoredTable table;
    TextEncoding encoding = TextEncoding::kUtf8;
    IndexDefinition definition;
    ObjectId definition_hash;
    Tree index;  // once it is known

    bool IsListedAs(const ListedIndex& listed) const {
      return listed.definition == definition_hash && listed.rows == table.rows;
    }
  };
  enum class Method { kAny, kAllRows };

  std::optional<Bytes> TryRead(ObjectType type, const ObjectId& id) {
    try {
      return objects_.ReadObject(type, id);
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  // A link in the cache's place might lead anywhere: then there is no cache.
  bool IsPlain() {
    for (const std::string& folder :
         {cache_path_, path_, JoinPath(path_, "packs"), JoinPath(path_, "incoming")}) {
      if (!IsAbsentOr(fs_, folder, FileType::kDirectory)) return false;
    }
    return IsAbsentOr(fs_, JoinPath(path_, "ROOT"), FileType::kRegular) &&
           IsAbsentOr(fs_, JoinPath(path_, "lock"), FileType::kRegular);
  }

  // Brings list_ up to date. What cannot be read is thrown away before the next index is stored.
  void ReadList() {
    list_.clear();
    try {
      auto store = objects_.store();
      if (store) {
        store->Refresh();
      } else {
        if (!fs_.Stat(JoinPath(path_, "ROOT")) || !IsPlain()) return;
        store = ObjectStore::Open(fs_, path_);
      }
      const Root root = store->root();
      if (root.repository_id != repository_id_ || root.hash_kind != hash_kind_) {
        throw Error(ErrorKind::kCorrupt, "the cache of another repository");
      }
      objects_.SetStore(std::move(store));
      if (root.operation.IsZero()) return;
      list_ = DecodeIndexList(objects_.ReadObject(ObjectType::kOperation, root.operation));
    } catch (const Error&) {
      list_.clear();
      objects_.SetStore(nullptr);
      is_damaged_ = true;
    }
  }

  std::optional<Tree> FindListed(const Wanted& wanted) {
    ReadList();
    for (const ListedIndex& listed : list_) {
      if (!wanted.IsListedAs(listed)) continue;
      if (CanReadRoot(listed.index)) return listed.index;
      is_damaged_ = true;
      break;
    }
    return std::nullopt;
  }

  bool CanReadRoot(const Tree& index) {
    try {
      NodeReader(objects_, /*cache_bytes=*/0).LoadRoot(index);
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  // Removes all files, as far as that can be done. Others who read them derive again. They find the
  // old store or none, never half of one.
  void Reset() {
    list_.clear();
    objects_.SetStore(nullptr);
    is_damaged_ = false;
    try {
      if (!IsPlain() || !fs_.Stat(path_)) return;
      for (int number = 0;; ++number) {
        try {
          fs_.RenameNew(path_, JoinPath(cache_path_, fmt::format("{}{}", kOldPrefix, number)));
          break;
        } catch (const Error& error) {
          if (error.kind() != ErrorKind::kExists) throw;
        }
      }
      RemoveOldFolders();
    } catch (const Error&) {
      // Somebody else is at it, or it cannot be written.
    }
  }

  // What Reset put aside, also what earlier ones did not get to.
  void RemoveOldFolders() {
    for (const std::string& name : fs_.ListDirectory(cache_path_)) {
      const std::string path = JoinPath(cache_path_, name);
      const auto info = fs_.Stat(path);
      if (!name.starts_with(kOldPrefix) || !info || info->type != FileType::kDirectory) continue;
      try {
        RemoveFolderTree(fs_, path);
      } catch (const Error&) {
        // Somebody else removes it.
      }
    }
  }

  // Makes sure that there is a store to write to, and that list_ is its list.
  // Returns: null when there is none.
  std::shared_ptr<ObjectStore> PrepareStore() {
    if (!IsPlain()) return nullptr;
    ReadList();
    if (is_damaged_) Reset();
    if (auto store = objects_.store()) return store;
    const auto unless_exists = [](const auto& make) {
      try {
        make();
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::kExists) throw;
      }
    };
    unless_exists([&] { fs_.MakeDirectory(cache_path_); });
    unless_exists([&] { ObjectStore::Create(fs_, path_, hash_kind_, repository_id_); });
    ReadList();
    return objects_.store();
  }

  uint64_t FolderBytes() {
    uint64_t bytes = 0;
    for (const char* name : {"packs", "incoming"}) {
      const std::string folder = JoinPath(path_, name);
      for (const std::string& file : fs_.ListDirectory(folder)) {
        if (const auto info = fs_.Stat(JoinPath(folder, file))) bytes += info->size_bytes;
      }
    }
    return bytes;
  }

  WriteOptions BatchOptions() {
    WriteOptions options = repository_.write_options();
    options.compression.level = 1;  // made to be read soon, not to be kept
    options.worker_count = options_.worker_count;
    return options;
  }

  // Derives an index and stores it: first from what is there, then from all rows, and in an empty
  // store when what is there is damaged. Others may remove the files at any moment.
  // Returns: nothing when it cannot be stored.
  std::optional<Tree> Derive(const Wanted& wanted, Method method,
                             const std::function<void()>& step) {
    bool was_corrupt = false;
    for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
      const bool is_first = attempt == 0;
      try {
        const std::shared_ptr<ObjectStore> store = PrepareStore();
        if (!store) continue;
        const uint64_t used_bytes = FolderBytes();
        const std::shared_ptr<WriteBatch> batch = store->BeginWrite(BatchOptions());
        const IndexRecipe recipe{repository_.nodes(), wanted.table.info, wanted.encoding,
                                 hash_kind_,          wanted.definition, step};
        std::optional<Tree> index;
        if (method == Method::kAny && is_first) index = UpdateNearest(recipe, wanted, *batch);
        if (!index) {
          index = BuildIndex(recipe, wanted.table.rows, *batch, fs_, JoinPath(path_, "incoming"));
        }
        const bool fits = used_bytes + batch->statistics().submitted_bytes <= options_.max_bytes;
        if (!fits && is_first) {
          Reset();
          continue;
        }
        if (!fits || !Publish(*store, *batch, wanted, *index)) objects_.Hold(store, batch);
        // This opens the new pack: from here on it may be removed.
        if (CanReadRoot(*index)) return index;
        objects_.SetStore(nullptr);
      } catch (const Error& error) {
        switch (error.kind()) {
          case ErrorKind::kInterrupted:
            throw;
          case ErrorKind::kCorrupt:
            if (std::exchange(was_corrupt, true)) throw;  // then it is the table's rows
            Reset();
            break;
          case ErrorKind::kNotFound:
          case ErrorKind::kMoved:
            // Somebody put another store in this one's place; if not, folders of it are missing.
            objects_.SetStore(nullptr);
            if (!is_first) Reset();
            break;
          default:
            return std::nullopt;
        }
      }
    }
    return std::nullopt;
  }

  // Derives an index from a listed one whose rows differ little.   Returns: nothing without one.
  std::optional<Tree> UpdateNearest(const IndexRecipe& recipe, const Wanted& wanted,
                                    WriteBatch& batch) {
    std::vector<ListedIndex> candidates;
    for (const ListedIndex& listed : list_) {
      if (listed.definition == wanted.definition_hash) candidates.push_back(listed);
      if (candidates.size() == kMaxCandidates) break;
    }
    VerifiedObjects objects(batch, hash_kind_);
    NodeReader index_nodes(objects, kNodeCacheBytes);
    const Tree& rows = wanted.table.rows;
    const auto update = [&](const ListedIndex& from, uint64_t max_changes) {
      return UpdateIndex(recipe, from.rows, rows, index_nodes, from.index, batch, max_changes);
    };

    const uint64_t max_changes = rows.entry_count / kMaxChangedShare;
    const ListedIndex* nearest = nullptr;
    uint64_t nearest_changes = max_changes;
    for (const ListedIndex& listed : candidates) {
      try {
        if (auto index = update(listed, std::min(kNearChanges, max_changes))) return index;
        const uint64_t count =
            CountChanges(recipe.nodes, listed.rows, rows, nearest_changes, recipe.step);
        if (count == nearest_changes) continue;
        nearest = &listed;
        nearest_changes = count;
      } catch (const Error& error) {
        // Rows that the repository does not have any more, or a node of the index.
        if (error.kind() != ErrorKind::kCorrupt) throw;
      }
    }
    if (nearest == nullptr) return std::nullopt;
    return update(*nearest, max_changes);
  }

  // Those given out by this process were used just now.
  std::vector<ListedIndex> ListWith(const Wanted& wanted, const Tree& index) {
    std::vector<ListedIndex> list = list_;
    std::erase_if(list, [&](const ListedIndex& listed) { return wanted.IsListedAs(listed); });
    std::stable_partition(list.begin(), list.end(), [&](const ListedIndex& listed) {
      return std::any_of(given_out_.begin(), given_out_.end(),
                         [&](const Wanted& given) { return given.IsListedAs(listed); });
    });
    list.insert(list.begin(), {wanted.definition_hash, wanted.table.rows, index});
    const size_t limit = std::min<size_t>(options_.max_entries, kMaxListedIndexes);
    if (list.size() > limit) list.resize(limit);
    return list;
  }

  // Returns: false when other processes were faster, twice.
  bool Publish(ObjectStore& store, WriteBatch& batch, const Wanted& wanted, const Tree& index) {
    for (int attempt = 0; attempt < 2; ++attempt) {
      const ObjectId expected = store.root().operation;
      const auto list = ListWith(wanted, index);
      const ObjectId id = batch.Put(ObjectType::kOperation, EncodeIndexList(list));
      if (batch.Publish(expected, id)) {
        list_ = list;
        return true;
      }
      ReadList();
      if (objects_.store().get() != &store) return false;
    }
    return false;
  }

  Repository& repository_;
  FileSystem& fs_;
  const IndexCacheOptions options_;
  const ObjectId repository_id_;
  const HashKind hash_kind_;
  const std::string cache_path_;
  const std::string path_;
  IndexObjects objects_;
  NodeReader nodes_;

  std::mutex mutex_;  // of what follows
  std::vector<ListedIndex> list_;
  bool is_damaged_ = false;
  std::deque<Wanted> given_out_;  // the one used last first
};

IndexCache::IndexCache(Repository& repository, const IndexCacheOptions& options)
    : impl_(std::make_unique<Impl>(repository, options)) {}
IndexCache::~IndexCache() = default;

std::optional<Tree> IndexCache::Find(const StoredTable& table, TextEncoding encoding,
                                     const IndexDefinition& definition,
                                     const std::function<void()>& step) {
  return impl_->Find(table, encoding, definition, step);
}

NodeReader& IndexCache::nodes() { return impl_->nodes(); }

void IndexCache::Discard() { impl_->Discard(); }

}  // namespace pvc
