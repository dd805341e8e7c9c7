#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace pvc {

/// A SQLite VFS over the default one that writes database files behind SQLite's back: xWrite copies
/// the page, neighbours join into extents, and a thread of the file's own hands these to the
/// default VFS in the order in which they came. Journals and temporary files are the default VFS's
/// own. A system call a page, made while SQLite waits, is a third of the time of writing a database
/// of 4 KiB pages.
///
/// For a file that nobody else looks at before it is whole: there is no shared memory (no WAL) and
/// no memory mapping, and a crash leaves any prefix of the writes.
///
/// Errors:   the first write that fails sticks to its file, and nothing more is written to it: the
///           next write, read, truncation, sync or COMMIT returns its code. COMMIT waits for the
///           writes before it even with PRAGMA synchronous=OFF.
/// Memory:   kPendingBytes for each open database file.
/// Lifetime: outlives the handles opened through it.
class WriteBehindVfs {
 public:
  /// Where a system call costs next to nothing beside the copying it does.
  static constexpr size_t kExtentBytes = 1U << 20;
  /// Enough for the thread to lag behind a few extents before SQLite waits for it.
  static constexpr size_t kPendingBytes = 8 * kExtentBytes;

  /// Registers the VFS under a name that no other one has.   Throws: kInvalid when SQLite refuses.
  WriteBehindVfs();
  ~WriteBehindVfs();
  WriteBehindVfs(const WriteBehindVfs&) = delete;
  WriteBehindVfs& operator=(const WriteBehindVfs&) = delete;

  /// For Database::Options::vfs_name.
  const std::string& name() const;

  /// Throws: kIo when a write or the closing of a database file has failed. SQLite does not tell
  /// what closing said.   Requires: the handles are closed.
  void CheckClosedFiles() const;

 private:
  struct Registration;
  std::unique_ptr<Registration> registration_;
};

}  // namespace pvc
