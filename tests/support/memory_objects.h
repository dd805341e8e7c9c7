#pragma once

#include <atomic>
#include <memory>
#include <unordered_map>

#include "base/assert.h"
#include "base/error.h"
#include "engine/object_io.h"

namespace pvc {

/// Objects in memory, for tests and benchmarks of the tree alone.
class MemoryObjects final : public ObjectSource, public ObjectSink {
 public:
  explicit MemoryObjects(HashKind hash_kind = HashKind::kBlake2b256) : hash_kind_(hash_kind) {}

  Bytes ReadObject(ObjectType type, const ObjectId& id) override {
    auto found = objects_.find(id);
    if (found == objects_.end() || found->second.type != type) {
      throw Error(ErrorKind::kCorrupt, "object " + id.Short() + " is missing");
    }
    ++read_count_;
    return found->second.bytes;
  }

  Ticket Submit(ObjectType type, Bytes bytes, const ObjectId& similar) override {
    (void)similar;
    const ObjectId id = ComputeObjectId(hash_kind_, type, bytes);
    submitted_bytes_ += bytes.size();
    ++submitted_count_;
    objects_.try_emplace(id, Object{type, std::move(bytes)});
    ids_.emplace(next_ticket_, id);
    return next_ticket_++;
  }

  ObjectId Wait(Ticket ticket) override {
    auto found = ids_.find(ticket);
    PVC_ASSERT(found != ids_.end());
    const ObjectId id = found->second;
    ids_.erase(found);
    return id;
  }

  /// Number of different objects held.
  size_t size() const { return objects_.size(); }
  uint64_t read_count() const { return read_count_; }
  uint64_t submitted_count() const { return submitted_count_; }
  uint64_t submitted_bytes() const { return submitted_bytes_; }
  void ResetCounts() {
    read_count_ = 0;
    submitted_count_ = submitted_bytes_ = 0;
  }

  struct Object {
    ObjectType type;
    Bytes bytes;
  };
  std::unordered_map<ObjectId, Object>& objects() { return objects_; }

 private:
  HashKind hash_kind_;
  std::unordered_map<ObjectId, Object> objects_;
  std::unordered_map<Ticket, ObjectId> ids_;
  Ticket next_ticket_ = 0;
  std::atomic<uint64_t> read_count_ = 0;  // a tree is read by several threads
  uint64_t submitted_count_ = 0;
  uint64_t submitted_bytes_ = 0;
};

}  // namespace pvc
