#include "sqlite/extension_entry.h"

#define SQLITE_CORE 1  // sqlite3ext.h: the types only; calls go through the host's routines
#include <fmt/format.h>
#include <sqlite3ext.h>

#include <cstring>
#include <string>

#include "base/error.h"

namespace pvc {
namespace {

/// The message of the exception being handled, with its first hint.   Requires: called in a
/// handler.
std::string DescribeFailure() {
  try {
    throw;
  } catch (const Error& error) {
    if (error.hints().empty()) return error.message();
    return error.message() + " (hint: " + error.hints().front() + ")";
  } catch (const std::exception& error) {
    return error.what();
  }
}

/// Copies with the one allocator that every SQLite has.
char* CopyText(const sqlite3_api_routines& api, const std::string& text) {
  auto* copy = static_cast<char*>(api.malloc(static_cast<int>(text.size()) + 1));
  if (copy != nullptr) std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

void CheckHost(const sqlite3_api_routines& api) {
  if (IsSupportedSqlite(api)) return;
  constexpr int kMajor = 1'000'000;
  constexpr int kMinor = 1000;
  const int version = api.libversion_number();
  throw Error(ErrorKind::kUnsupported,
              fmt::format("pvc needs SQLite 3.38 or newer, with virtual tables; this program has "
                          "{}.{}.{}",
                          version / kMajor, version / kMinor % kMinor, version % kMinor));
}

}  // namespace

int RunExtensionEntry(sqlite3* handle, char** error_text, const sqlite3_api_routines* api,
                      const std::function<void(const HostConnection& host)>& load) noexcept {
  if (handle == nullptr || api == nullptr) return SQLITE_ERROR;
  try {
    CheckHost(*api);
    HostConnection host;
    host.handle = handle;
    host.api = api;
    load(host);
    return SQLITE_OK;
  } catch (...) {
    try {
      if (error_text != nullptr) *error_text = CopyText(*api, DescribeFailure());
    } catch (...) {  // no memory for a message
      return SQLITE_NOMEM;
    }
    return SQLITE_ERROR;
  }
}

}  // namespace pvc
