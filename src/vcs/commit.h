#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "engine/object_io.h"
#include "vcs/ids.h"

namespace pvc {

/// Who did something, and when.
struct Signature {
  std::string name;
  std::string email;
  Timestamp when;

  bool operator==(const Signature&) const = default;
};

/// Longest name, e-mail and message a commit may carry.
inline constexpr size_t kMaxSignatureBytes = 4U << 10;
inline constexpr size_t kMaxMessageBytes = 16U << 20;
inline constexpr size_t kMaxParents = 64;

/// Format: docs/format.md#commit
struct Commit {
  SnapshotId snapshot;
  std::vector<CommitId> parents;
  /// 1 for a commit without parents, else 1 + the greatest of its parents': ancestry without
  /// clocks.
  uint64_t generation = 1;
  Signature author;
  Signature committer;
  std::string message;  ///< UTF-8 by convention; any bytes without NUL

  bool operator==(const Commit&) const = default;
};

/// Appends and reads a signature. Format: docs/format.md#commit
/// Throws: kInvalid, kTooLarge for a signature that no commit may carry; kCorrupt.
void AppendSignature(Bytes& out, const Signature& signature);
class Decoder;
Signature ReadSignature(Decoder& in);

/// Throws: kInvalid, kTooLarge when the commit breaks a limit above.
Bytes EncodeCommit(const Commit& commit);
/// Throws: kCorrupt.
Commit DecodeCommit(ByteView bytes, std::string_view subject);
CommitId WriteCommit(ObjectSink& sink, const Commit& commit);
Commit ReadCommit(ObjectSource& source, const CommitId& id);

}  // namespace pvc
