#include <fmt/format.h>

#include <algorithm>

#include "engine/store_impl.h"

namespace pvc {

namespace {

/// Walks ROOT and the packs it lists, byte by byte.
///
/// Memory: the index of one pack, and one object with its delta chain.
class StoreChecker {
 public:
  StoreChecker(ObjectStore::Impl& store, ObjectStore::CheckObserver& observer)
      : store_(store), observer_(observer) {}

  ObjectStore::CheckSummary Run() {
    CheckRoot();
    const auto packs = store_.packs();
    for (const PackEntry& entry : packs->root().packs) CheckPack(entry);
    return summary_;
  }

 private:
  void Report(const std::string& text) {
    ++summary_.finding_count;
    observer_.OnFinding(text);
  }

  void CheckRoot() {
    try {
      store_.Refresh();
    } catch (const Error& error) {
      Report(error.message());
    }
  }

  /// Whether another process took the pack out of ROOT since it was read.
  bool WasDropped(const PackEntry& entry) {
    try {
      store_.Refresh();
    } catch (const Error&) {
      return false;  // CheckRoot reports it
    }
    const auto packs = store_.packs();
    const auto& listed = packs->root().packs;
    return std::find(listed.begin(), listed.end(), entry) == listed.end();
  }

  void CheckPack(const PackEntry& entry) {
    // A reader of its own: what the store remembers of the pack says nothing of the disk.
    BlockCache cache(1);
    PackReader pack(store_.fs(), cache, store_.PackPath(entry.id), store_.hash_kind(), entry);
    PackFooter footer;
    try {
      footer = pack.footer();
      const Bytes index = pack.ReadRange(
          footer.index_offset, static_cast<size_t>(entry.size_bytes - footer.index_offset));
      if (ComputePackId(store_.hash_kind(), index) != entry.id) {
        Report(fmt::format("pack '{}', index at offset {}: does not match the pack's name",
                           pack.path(), footer.index_offset));
      }
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kNotFound && WasDropped(entry)) return;
      Report(error.message());
      return;
    }
    ++summary_.pack_count;
    summary_.stored_bytes += entry.size_bytes;
    CheckRecords(pack, footer);
  }

  void CheckRecords(PackReader& pack, const PackFooter& footer) {
    std::vector<IndexEntry> entries;
    bool index_is_whole = true;
    for (uint64_t i = 0; i < pack.block_count(); ++i) {
      try {
        const auto block = pack.ReadBlock(i);
        entries.insert(entries.end(), block->begin(), block->end());
      } catch (const Error& error) {
        Report(error.message());
        index_is_whole = false;
      }
    }
    std::sort(entries.begin(), entries.end(),
              [](const IndexEntry& a, const IndexEntry& b) { return a.offset < b.offset; });

    uint64_t end = kPackHeaderBytes;  // of the record before
    const auto check_gap = [&](uint64_t next) {
      if (next < end) {
        Report(fmt::format("pack '{}': records overlap at offset {}", pack.path(), next));
      } else if (next > end && index_is_whole) {
        Report(fmt::format("pack '{}': bytes {} to {} belong to no object", pack.path(), end,
                           next - 1));
      }
    };
    for (const IndexEntry& entry : entries) {
      check_gap(entry.offset);
      end = entry.offset + entry.record_bytes;
      CheckObject(pack, entry);
    }
    check_gap(footer.index_offset);
  }

  void CheckObject(PackReader& pack, const IndexEntry& entry) {
    ResolvedObject object;
    try {
      object = ResolveRecord(store_, store_.decompressors(), entry.id, pack.ReadRecord(entry),
                             /*recent=*/nullptr);
      if (ComputeObjectId(store_.hash_kind(), object.type, *object.bytes) != entry.id) {
        throw Error(ErrorKind::kCorrupt,
                    fmt::format("object {}: its bytes have another id", entry.id.Short()));
      }
    } catch (Error& error) {
      if (error.message().find(fmt::format("'{}'", pack.path())) == std::string::npos) {
        error.AddContext(fmt::format("pack '{}' at offset {}", pack.path(), entry.offset));
      }
      Report(error.message());
      return;
    }
    ++summary_.object_count;
    observer_.OnObject(object.type, entry.id, *object.bytes);
  }

  ObjectStore::Impl& store_;
  ObjectStore::CheckObserver& observer_;
  ObjectStore::CheckSummary summary_;
};

}  // namespace

ObjectStore::CheckSummary ObjectStore::Check(CheckObserver& observer) {
  return StoreChecker(*impl_, observer).Run();
}

}  // namespace pvc
