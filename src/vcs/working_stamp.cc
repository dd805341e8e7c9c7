#include "vcs/working_stamp.h"

#include <fmt/format.h>

#include "base/decoder.h"
#include "base/error.h"
#include "base/hash.h"

// .pvc/index:
//
//   FIELD     ENCODING
//   magic     8 bytes, "PVCINDX\n"
//   version   u8: 1
//   path      string, of the working database as it was opened
//   inode     u64
//   size      u64
//   modified  u64: nanoseconds since 1970, two's complement
//   changed   u64, likewise
//   file      16 bytes: FileVersion
//   content   id of a snapshot
//   checksum  u64: XXH3-64 of all before

namespace pvc {
namespace {

constexpr ByteView kMagic("PVCINDX\n", 8);
constexpr uint8_t kVersion = 1;
constexpr size_t kMaxPathBytes = 64U << 10;
constexpr uint64_t kMaxBytes = 128U << 10;

struct Stamp {
  std::string path;
  FileInfo file;
  FileVersion version;
  SnapshotId content;
};

std::string PathOf(const std::string& pvc_path) { return JoinPath(pvc_path, "index"); }

Bytes Encode(const Stamp& stamp) {
  Bytes out(kMagic);
  AppendU8(out, kVersion);
  AppendString(out, stamp.path);
  AppendU64(out, stamp.file.inode);
  AppendU64(out, stamp.file.size_bytes);
  AppendU64(out, static_cast<uint64_t>(stamp.file.modified_ns));
  AppendU64(out, static_cast<uint64_t>(stamp.file.changed_ns));
  out.append(stamp.version.bytes.data(), stamp.version.bytes.size());
  out.append(stamp.content.id.View());
  AppendU64(out, Checksum64(out));
  return out;
}

Stamp Decode(ByteView bytes) {
  Decoder in(bytes, "index");
  if (bytes.size() < sizeof(uint64_t) ||
      LoadU64(bytes.data() + bytes.size() - sizeof(uint64_t)) !=
          Checksum64(bytes.substr(0, bytes.size() - sizeof(uint64_t)))) {
    in.Fail("wrong checksum");
  }
  if (in.ReadBytes(kMagic.size()) != kMagic || in.ReadU8() != kVersion) in.Fail("unknown format");
  Stamp stamp;
  stamp.path = in.ReadString(kMaxPathBytes);
  stamp.file.type = FileType::kRegular;
  stamp.file.inode = in.ReadU64();
  stamp.file.size_bytes = in.ReadU64();
  stamp.file.modified_ns = static_cast<int64_t>(in.ReadU64());
  stamp.file.changed_ns = static_cast<int64_t>(in.ReadU64());
  in.ReadBytes(stamp.version.bytes.size())
      .copy(stamp.version.bytes.data(), stamp.version.bytes.size());
  stamp.content.id = ObjectId::FromView(in.ReadBytes(ObjectId::kBytes));
  in.ReadU64();
  in.ExpectEnd();
  return stamp;
}

// Not durable, and need not be: what a crash leaves fails the checksum, or no longer fits the file.
// Processes that write at the same time under one temporary name write the same.
void Write(FileSystem& fs, const std::string& pvc_path, ByteView content) {
  const std::string path = PathOf(pvc_path);
  const std::string temporary = fmt::format("{}.tmp{:016x}", path, Checksum64(content));
  fs.Open(temporary, OpenMode::kReadWrite)->WriteAt(0, content);
  fs.Rename(temporary, path);
}

}  // namespace

std::optional<SnapshotId> FindStampedContent(Repository& repository, Database& db,
                                             const std::string& path) {
  try {
    FileSystem& fs = repository.fs();
    if (!fs.Stat(PathOf(repository.pvc_path()))) return std::nullopt;
    const Stamp stamp = Decode(ReadWholeFile(fs, PathOf(repository.pvc_path()), kMaxBytes));
    const auto file = fs.Stat(path);
    if (stamp.path != path || !file || !(*file == stamp.file) ||
        db.ReadFileVersion() != stamp.version || !repository.store().Contains(stamp.content.id)) {
      return std::nullopt;
    }
    return stamp.content;
  } catch (const Error&) {
    return std::nullopt;  // then the database is read
  }
}

void StampContent(Repository& repository, Database& db, const std::string& path,
                  const std::optional<FileVersion>& version, const SnapshotId& content) noexcept {
  try {
    if (!version || db.ReadFileVersion() != version) return;
    const auto file = repository.fs().Stat(path);
    if (!file || file->type != FileType::kRegular || file->inode == 0) return;
    Write(repository.fs(), repository.pvc_path(), Encode({path, *file, *version, content}));
  } catch (const std::exception&) {  // a cache
  }
}

void StampContent(Repository& repository, const std::string& path,
                  const std::optional<FileVersion>& version, const SnapshotId& content) noexcept {
  if (!version) return;
  try {
    Database db(path, {});
    db.BeginRead();
    StampContent(repository, db, path, version, content);
    db.Rollback();
  } catch (const std::exception&) {  // a cache
  }
}

void CheckStamp(FileSystem& fs, const std::string& pvc_path) {
  const std::string path = PathOf(pvc_path);
  if (fs.Stat(path)) Decode(ReadWholeFile(fs, path, kMaxBytes));
}

}  // namespace pvc
