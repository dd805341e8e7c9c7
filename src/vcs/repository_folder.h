#pragma once

#include <string>

#include "base/fs.h"
#include "engine/object_store.h"
#include "vcs/config.h"

namespace pvc {

/// Settings that a repository's own `config` begins with.
Config MakeRepositoryConfig(const Compression& compression);
void WriteRepositoryConfig(FileSystem& fs, const std::string& pvc_path, const Config& config);
/// Reads `config`; nothing is set when there is none.
/// Throws: kInvalid naming file and line; kUnsupported for another repository.version; kIo.
Config ReadRepositoryConfig(FileSystem& fs, const std::string& pvc_path);
/// Compression as configured (repository.compression = zstd[:LEVEL] | none).   Throws: kInvalid.
Compression ConfiguredCompression(const Config& config);

/// A repository may come from anywhere: nothing in `.pvc` may lead out of it.
/// Throws: kInvalid when `.pvc`, or what pvc opens in it, is a symbolic link or otherwise of
/// another kind.
void RefuseLinks(FileSystem& fs, const std::string& pvc_path);

}  // namespace pvc
