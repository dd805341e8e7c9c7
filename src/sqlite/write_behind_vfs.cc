#include "sqlite/write_behind_vfs.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <system_error>

#include "base/error.h"
#include "sqlite/pending_writes.h"

namespace pvc {
namespace {

// The largest page, which is the most that SQLite itself hands to xWrite: more than twice of it and
// the unix VFS writes only a part and reports a full disk.
constexpr size_t kPieceBytes = 65536;

// What SQLite calls, for the VFS and for its database files. SQLite's own names apply.

struct Shared {
  sqlite3_vfs* vfs = nullptr;  // the default one
  std::atomic<int> close_result = SQLITE_OK;
  std::atomic<int> close_errno = 0;
};

// A database file: the default VFS's file, and the writes it does not know of yet.
class BehindFile {
 public:
  explicit BehindFile(Shared& shared)
      : shared_(shared),
        memory_(new char[static_cast<size_t>(shared.vfs->szOsFile)]()),
        pending_(WriteBehindVfs::kExtentBytes, WriteBehindVfs::kPendingBytes,
                 [this](const char* data, size_t size, int64_t offset) {
                   return WriteInPieces(data, size, offset);
                 }) {}
  ~BehindFile() {
    if (file()->pMethods != nullptr) file()->pMethods->xClose(file());
  }
  BehindFile(const BehindFile&) = delete;
  BehindFile& operator=(const BehindFile&) = delete;

  // Before Open: the default VFS's file of no methods.
  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(memory_.get()); }
  PendingWrites& pending() { return pending_; }

  int Open(const char* name, int flags, int* out_flags) {
    return shared_.vfs->xOpen(shared_.vfs, name, file(), flags, out_flags);
  }

  int WriteInPieces(const char* data, size_t size, int64_t offset) {
    return WithFile([&](sqlite3_file* file) {
      int result = SQLITE_OK;
      for (size_t done = 0; done < size && result == SQLITE_OK; done += kPieceBytes) {
        const auto piece = static_cast<int>(std::min(kPieceBytes, size - done));
        result =
            file->pMethods->xWrite(file, data + done, piece, offset + static_cast<int64_t>(done));
      }
      return result;
    });
  }

  int Close() {
    const int written = pending_.Flush();
    const int error_number = errno;
    const int closed = WithFile([](sqlite3_file* file) { return file->pMethods->xClose(file); });
    const int result = written != SQLITE_OK ? written : closed;
    file()->pMethods = nullptr;
    if (result != SQLITE_OK && shared_.close_result == SQLITE_OK) {
      shared_.close_errno = written != SQLITE_OK ? error_number : errno;
      shared_.close_result = result;
    }
    return result;
  }

  // Calls the default VFS: SQLite's files are for one thread at a time.
  template <typename Call>
  int WithFile(Call call) {
    const std::lock_guard lock(file_mutex_);
    return call(file());
  }

  // Calls it when it has all the writes. A failure sticks.
  template <typename Call>
  int Settled(Call call) {
    if (const int failure = pending_.Flush(); failure != SQLITE_OK) return failure;
    const int result = WithFile(call);
    return result == SQLITE_OK ? SQLITE_OK : pending_.Fail(result, errno);
  }

 private:
  Shared& shared_;
  std::mutex file_mutex_;
  std::unique_ptr<char[]> memory_;
  PendingWrites pending_;  // last: its thread uses the rest
};

// The bytes that SQLite keeps for an open file.
struct FileHandle {
  sqlite3_file base;
  BehindFile* behind;
};

BehindFile& Behind(sqlite3_file* file) { return *reinterpret_cast<FileHandle*>(file)->behind; }

int Close(sqlite3_file* file) {
  BehindFile* behind = &Behind(file);
  const int result = behind->Close();
  delete behind;
  file->pMethods = nullptr;
  return result;
}

int Read(sqlite3_file* file, void* out, int size, sqlite3_int64 offset) {
  BehindFile& behind = Behind(file);
  const int failure = behind.pending().FlushRange(static_cast<size_t>(size), offset);
  if (failure != SQLITE_OK) return failure;
  return behind.WithFile(
      [&](sqlite3_file* real) { return real->pMethods->xRead(real, out, size, offset); });
}

int Write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  return Behind(file).pending().Add(static_cast<const char*>(data), static_cast<size_t>(size),
                                    offset);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  return Behind(file).Settled(
      [&](sqlite3_file* real) { return real->pMethods->xTruncate(real, size); });
}

int Sync(sqlite3_file* file, int flags) {
  return Behind(file).Settled(
      [&](sqlite3_file* real) { return real->pMethods->xSync(real, flags); });
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Behind(file).Settled(
      [&](sqlite3_file* real) { return real->pMethods->xFileSize(real, size); });
}

int Lock(sqlite3_file* file, int level) {
  return Behind(file).WithFile(
      [&](sqlite3_file* real) { return real->pMethods->xLock(real, level); });
}

int Unlock(sqlite3_file* file, int level) {
  BehindFile& behind = Behind(file);
  const int failure = behind.pending().Flush();  // others may look from here on
  const int result =
      behind.WithFile([&](sqlite3_file* real) { return real->pMethods->xUnlock(real, level); });
  return failure != SQLITE_OK ? behind.pending().failure() : result;
}

int CheckReservedLock(sqlite3_file* file, int* is_reserved) {
  return Behind(file).WithFile(
      [&](sqlite3_file* real) { return real->pMethods->xCheckReservedLock(real, is_reserved); });
}

int FileControl(sqlite3_file* file, int operation, void* argument) {
  BehindFile& behind = Behind(file);
  // Comes with every growth; the default VFS without a chunk size does nothing about it.
  if (operation == SQLITE_FCNTL_SIZE_HINT) return SQLITE_OK;
  // Comes with every COMMIT, instead of xSync where that is switched off.
  if (operation == SQLITE_FCNTL_SYNC) {
    if (const int failure = behind.pending().Flush(); failure != SQLITE_OK) return failure;
  }
  return behind.WithFile(
      [&](sqlite3_file* real) { return real->pMethods->xFileControl(real, operation, argument); });
}

int SectorSize(sqlite3_file* file) {
  return Behind(file).WithFile(
      [](sqlite3_file* real) { return real->pMethods->xSectorSize(real); });
}

int DeviceCharacteristics(sqlite3_file* file) {
  return Behind(file).WithFile([](sqlite3_file* real) {
    return real->pMethods->xDeviceCharacteristics(real) & ~SQLITE_IOCAP_BATCH_ATOMIC;
  });
}

constexpr sqlite3_io_methods kFileMethods = {
    .iVersion = 1,
    .xClose = Close,
    .xRead = Read,
    .xWrite = Write,
    .xTruncate = Truncate,
    .xSync = Sync,
    .xFileSize = FileSize,
    .xLock = Lock,
    .xUnlock = Unlock,
    .xCheckReservedLock = CheckReservedLock,
    .xFileControl = FileControl,
    .xSectorSize = SectorSize,
    .xDeviceCharacteristics = DeviceCharacteristics,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

Shared& SharedOf(sqlite3_vfs* vfs) { return *static_cast<Shared*>(vfs->pAppData); }
sqlite3_vfs* DefaultOf(sqlite3_vfs* vfs) { return SharedOf(vfs).vfs; }

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) {
    return DefaultOf(vfs)->xOpen(DefaultOf(vfs), name, file, flags, out_flags);
  }
  file->pMethods = nullptr;  // SQLite then does not close it
  try {
    auto behind = std::make_unique<BehindFile>(SharedOf(vfs));
    const int result = behind->Open(name, flags, out_flags);
    if (result != SQLITE_OK) return result;
    reinterpret_cast<FileHandle*>(file)->behind = behind.release();
    file->pMethods = &kFileMethods;
    return SQLITE_OK;
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  } catch (const std::system_error&) {  // no thread to be had
    return SQLITE_NOMEM;
  }
}

sqlite3_vfs MakeVfs(Shared& shared, const char* name) {
  const sqlite3_vfs& real = *shared.vfs;
  sqlite3_vfs vfs{};
  vfs.iVersion = std::min(real.iVersion, 2);
  vfs.szOsFile = std::max(real.szOsFile, static_cast<int>(sizeof(FileHandle)));
  vfs.mxPathname = real.mxPathname;
  vfs.zName = name;
  vfs.pAppData = &shared;
  vfs.xOpen = Open;
  vfs.xDelete = [](sqlite3_vfs* v, const char* path, int sync_folder) {
    return DefaultOf(v)->xDelete(DefaultOf(v), path, sync_folder);
  };
  vfs.xAccess = [](sqlite3_vfs* v, const char* path, int flags, int* out) {
    return DefaultOf(v)->xAccess(DefaultOf(v), path, flags, out);
  };
  vfs.xFullPathname = [](sqlite3_vfs* v, const char* path, int size, char* out) {
    return DefaultOf(v)->xFullPathname(DefaultOf(v), path, size, out);
  };
  // No extensions are loaded: xDlOpen and its companions stay null.
  vfs.xRandomness = [](sqlite3_vfs* v, int size, char* out) {
    return DefaultOf(v)->xRandomness(DefaultOf(v), size, out);
  };
  vfs.xSleep = [](sqlite3_vfs* v, int microseconds) {
    return DefaultOf(v)->xSleep(DefaultOf(v), microseconds);
  };
  vfs.xCurrentTime = [](sqlite3_vfs* v, double* out) {
    return DefaultOf(v)->xCurrentTime(DefaultOf(v), out);
  };
  vfs.xGetLastError = [](sqlite3_vfs* v, int size, char* out) {
    return DefaultOf(v)->xGetLastError(DefaultOf(v), size, out);
  };
  if (vfs.iVersion >= 2) {
    vfs.xCurrentTimeInt64 = [](sqlite3_vfs* v, sqlite3_int64* out) {
      return DefaultOf(v)->xCurrentTimeInt64(DefaultOf(v), out);
    };
  }
  return vfs;
}

}  // namespace

struct WriteBehindVfs::Registration {
  Shared shared;
  std::string name;
  sqlite3_vfs vfs{};
};

WriteBehindVfs::WriteBehindVfs() : registration_(std::make_unique<Registration>()) {
  Registration& r = *registration_;
  sqlite3_initialize();
  r.shared.vfs = sqlite3_vfs_find(nullptr);
  if (r.shared.vfs == nullptr) throw Error(ErrorKind::kInvalid, "SQLite has no default VFS");
  // The address tells this VFS from all others that live.
  r.name = fmt::format("pvc-write-behind-{}", fmt::ptr(registration_.get()));
  r.vfs = MakeVfs(r.shared, r.name.c_str());
  const int result = sqlite3_vfs_register(&r.vfs, /*makeDflt=*/0);
  if (result != SQLITE_OK) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("cannot register a VFS: {}", sqlite3_errstr(result)));
  }
}

WriteBehindVfs::~WriteBehindVfs() { sqlite3_vfs_unregister(&registration_->vfs); }

const std::string& WriteBehindVfs::name() const { return registration_->name; }

void WriteBehindVfs::CheckClosedFiles() const {
  const int result = registration_->shared.close_result;
  if (result == SQLITE_OK) return;
  const int error_number = registration_->shared.close_errno;
  std::string text = sqlite3_errstr(result);
  if (error_number != 0) text += fmt::format(": {}", std::strerror(error_number));
  throw Error(ErrorKind::kIo, text);
}

}  // namespace pvc
