#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/fs.h"

namespace pvc {

using SimNodeId = uint64_t;

/// A file or folder of a simulated disk.
struct SimNode {
  bool is_directory = false;
  std::shared_ptr<const Bytes>
      content;  ///< of a file; shared by images, never changed while shared
  std::map<std::string, SimNodeId> entries;  ///< of a folder
};

/// What a simulated disk holds at one moment. A copy shares the contents of files.
struct SimImage {
  static constexpr SimNodeId kRoot = 1;

  std::map<SimNodeId, SimNode> nodes;
  SimNodeId next_id = kRoot + 1;

  /// A disk with an empty root folder.
  static SimImage Empty();
  /// The same disk without the nodes that no name leads to.
  SimImage Reachable() const;
};

/// One thing that changed a simulated disk, or made a change durable.
struct SimOperation {
  enum class Kind {
    kCreate,          ///< a file or folder `node` got the name `name` in `directory`
    kWrite,           ///< `bytes` at `offset` of `node`; grew it to `new_size` when that is not 0
    kRename,          ///< `name` in `directory` became `to_name` in `to_directory`
    kRemove,          ///< `name` in `directory` went away
    kSyncFile,        ///< fsync of file `node`
    kSyncFileFailed,  ///< fsync of `node` failed: what was pending may never reach the disk
    kSyncDirectory,   ///< fsync of folder `node`
    kPlaced,          ///< a test put `bytes` as the content of `node`, past all caches
  };

  Kind kind = Kind::kWrite;
  SimNodeId node = 0;
  bool is_directory = false;  ///< of kCreate
  SimNodeId directory = 0;
  std::string name;
  SimNodeId to_directory = 0;
  std::string to_name;
  uint64_t offset = 0;
  uint64_t new_size = 0;
  Bytes bytes;
  std::string description;  ///< "write 'a/b' 0+4096"
};

}  // namespace pvc
