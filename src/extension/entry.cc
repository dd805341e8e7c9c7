// pvc_sqlite.so, the loadable extension for SQLite: what docs/sql.md describes, for programs that
// are not pvc.

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/fs.h"
#include "sqlite/extension_entry.h"
#include "vcs/query/host_session.h"

namespace pvc {
namespace {

std::string RealPath(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  const std::filesystem::path real = std::filesystem::weakly_canonical(absolute, error);
  return error ? absolute.lexically_normal().string() : real.string();
}

void Load(const HostConnection& host) {
  HostServices services;
  services.fs = MakePosixFileSystem();
  services.now = [] { return SystemClock().Now(); };
  services.real_path = RealPath;
  RegisterExtension(host, std::move(services));
}

}  // namespace
}  // namespace pvc

#define PVC_EXPORT __attribute__((visibility("default")))

extern "C" {

PVC_EXPORT int sqlite3_pvcsqlite_init(sqlite3* handle, char** error_text,
                                      const sqlite3_api_routines* api) {
  return pvc::RunExtensionEntry(handle, error_text, api, pvc::Load);
}

/// For programs that load it under another file name.
PVC_EXPORT int sqlite3_extension_init(sqlite3* handle, char** error_text,
                                      const sqlite3_api_routines* api) {
  return pvc::RunExtensionEntry(handle, error_text, api, pvc::Load);
}

}  // extern "C"
